import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { descendants, type Process, ROLES, type Role } from './processes.ts';
import { waitFor } from './waiting.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'vms', 'main.ts');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
/** Bytes of output that are kept, for messages. */
const MAX_OUTPUT_BYTES = 256 * 1024;

export interface SystemOptions {
  /** Sections of vms.yaml by service, over those that the test needs. */
  readonly config?: Readonly<Record<string, object>>;
  /** With the demo camera, as `npm start` does. */
  readonly demo?: boolean;
  /** Default: a new temporary folder, removed by `remove`. */
  readonly dataDirectory?: string;
  /** Run before every start, for instance to pin to a core: a command that takes another as arguments. */
  readonly wrapper?: readonly string[];
}

export interface CameraInput {
  readonly name: string;
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** The product, started as its users start it, on free ports and a temporary data directory. */
export class RunningSystem {
  readonly dataDirectory: string;
  readonly ports: Readonly<
    Record<'gateway' | 'api' | 'ingest' | 'storage' | 'stream' | 'udp', number>
  >;
  readonly #options: SystemOptions;
  readonly #ownsData: boolean;
  #launcher: ChildProcess | undefined;
  #output = '';
  #password = '';
  #cookie = '';

  private constructor(
    options: SystemOptions,
    ports: RunningSystem['ports'],
    dataDirectory: string,
    ownsData: boolean,
  ) {
    this.#options = options;
    this.#ownsData = ownsData;
    this.ports = ports;
    this.dataDirectory = dataDirectory;
  }

  static async start(options: SystemOptions = {}): Promise<RunningSystem> {
    const [gateway = 0, api = 0, ingest = 0, storage = 0, stream = 0, udp = 0] = await freePorts(6);
    const owned = options.dataDirectory === undefined;
    const data = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'vms-system-'));
    const ports = { gateway, api, ingest, storage, stream, udp };
    const system = new RunningSystem(options, ports, data, owned);
    system.#writeConfig();
    await system.startLauncher();
    return system;
  }

  get url(): string {
    return `${this.#hasTls ? 'https' : 'http'}://127.0.0.1:${this.ports.gateway}`;
  }

  get #hasTls(): boolean {
    const gateway: { tls?: unknown } = this.#options.config?.gateway ?? {};
    return gateway.tls !== undefined;
  }

  get volume(): string {
    return join(this.dataDirectory, 'volumes', 'default');
  }

  /** The administrator's password, as printed at the first start. */
  get password(): string {
    return this.#password;
  }

  /** Everything printed so far. */
  get output(): string {
    return this.#output;
  }

  get launcherPid(): number {
    return this.#launcher?.pid ?? 0;
  }

  /**
   * Starts the launcher (again) and waits until the page answers.
   * @param main of the installation that is started
   */
  async startLauncher(main = MAIN): Promise<void> {
    const { demo, wrapper = [] } = this.#options;
    const args = ['start', ...(demo === true ? ['--demo'] : [])];
    const command = [...wrapper, process.execPath, main, ...args, '--config', this.#configFile];
    const launcher = spawn(command[0] ?? '', command.slice(1), {
      env: { ...process.env, VMS_LANG: 'en', VMS_DATA_DIR: this.dataDirectory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#launcher = launcher;
    let own = '';
    for (const stream of [launcher.stdout, launcher.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT_BYTES);
        own = (own + text).slice(-MAX_OUTPUT_BYTES);
      });
    }
    const started = waitFor(
      'the page to answer',
      async () => {
        if (launcher.exitCode !== null) {
          throw new Error(`The launcher left with ${launcher.exitCode}:\n${this.#output}`);
        }
        // Only when this launcher has said so: the gateway of one that was killed may still answer.
        if (!/^VMS \S+ is ready: \S+$/m.test(own)) return false;
        this.#password ||= /^Sign in as .*: (\S+)$/m.exec(own)?.[1] ?? '';
        // A certificate that vouches for itself is none to fetch: the ready line stands for the page.
        if (this.#hasTls) return true;
        return (
          (await answers(`${this.url}/health`)) && (await answers(`${this.url}/api/v1/session`))
        );
      },
      START_TIMEOUT_MS,
    );
    await started.catch((error: unknown) => {
      launcher.kill('SIGKILL');
      throw new Error(`The system did not start:\n${this.#output}`, { cause: error });
    });
  }

  async signIn(username = 'admin', password = this.#password): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify({ username, password }),
    });
    if (!response.ok)
      throw new Error(`Sign-in failed: ${response.status} ${await response.text()}`);
    this.#cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }

  /** Calls the API as the signed-in administrator; throws on anything but success. */
  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        origin: this.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }

  /** Adds a camera and gives its id. */
  async addCamera(camera: CameraInput): Promise<string> {
    const { id } = await this.call<{ id: string }>('POST', '/api/v1/cameras', camera);
    return id;
  }

  processes(): Process[] {
    return descendants(this.launcherPid);
  }

  /** The process in a role, if it runs. The lock's `flock` has become the process itself. */
  processOf(role: Role): Process | undefined {
    return this.processes().find((each) => ROLES[role].test(each.commandLine));
  }

  /** SIGKILL of the launcher alone; its children notice and leave. */
  async killLauncher(): Promise<void> {
    const launcher = this.#launcher;
    if (launcher === undefined || launcher.exitCode !== null) return;
    const ended = once(launcher, 'exit');
    launcher.kill('SIGKILL');
    await ended;
  }

  /** Stops with SIGTERM and gives the exit status. */
  async stop(): Promise<number | null> {
    const launcher = this.#launcher;
    this.#launcher = undefined;
    if (launcher === undefined || launcher.exitCode !== null) return launcher?.exitCode ?? null;
    if (launcher.signalCode !== null) return null;
    const ended = once(launcher, 'exit');
    launcher.kill('SIGTERM');
    const timeout = setTimeout(() => launcher.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const [code] = (await ended) as [number | null];
    clearTimeout(timeout);
    return code;
  }

  /** `vms check` over the stopped system: its exit status and what it says. */
  check(): { readonly status: number | null; readonly output: string } {
    const args = [MAIN, 'check', '--data', this.dataDirectory, '--config', this.#configFile];
    const env = { ...process.env, VMS_LANG: 'en' };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    return { status, output: stdout + stderr };
  }

  /** Stops, and removes the data directory if it was made here. */
  async remove(): Promise<void> {
    await this.stop();
    if (this.#ownsData) rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  get #configFile(): string {
    return join(this.dataDirectory, 'vms.yaml');
  }

  /** JSON is YAML, and needs no library here. */
  #writeConfig(): void {
    const base: Record<string, object> = {
      gateway: { port: this.ports.gateway },
      api: { port: this.ports.api },
      ingest: { port: this.ports.ingest, allowLoopbackCameras: true },
      storage: { port: this.ports.storage },
      stream: { port: this.ports.stream, udpPort: this.ports.udp },
    };
    for (const [service, section] of Object.entries(this.#options.config ?? {})) {
      base[service] = { ...base[service], ...section };
    }
    mkdirSync(this.dataDirectory, { recursive: true });
    writeFileSync(this.#configFile, JSON.stringify(base, undefined, 2));
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
