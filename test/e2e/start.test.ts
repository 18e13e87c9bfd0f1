import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePorts } from '../system/free-ports.ts';
import { descendants, listProcesses } from '../system/processes.ts';
import { processorWaitMs } from '../system/processor-wait.ts';
import { waitFor } from '../system/waiting.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');
/** From the first log line until the demo camera's index grows. */
const MAX_FIRST_RECORDING_MS = 10_000;
/** Installing and building have been done by the run of the tests. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

/** `npm start` as in a terminal: a process group of its own, which Ctrl-C reaches as a whole. */
class NpmStart {
  readonly #npm: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';
  firstLineAt: number | undefined;

  constructor(data: string, ports: readonly number[]) {
    const [gateway, api, ingest, storage, stream, streamUdp] = ports;
    this.#npm = spawn('npm', ['start', '--silent'], {
      cwd: CHECKOUT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        VMS_DATA_DIR: data,
        VMS_GATEWAY_PORT: String(gateway),
        VMS_API_PORT: String(api),
        VMS_INGEST_PORT: String(ingest),
        VMS_STORAGE_PORT: String(storage),
        VMS_STREAM_PORT: String(stream),
        VMS_STREAM_UDP_PORT: String(streamUdp),
      },
    });
    this.exited = once(this.#npm, 'close').then(([code]) => code as number | null);
    for (const stream of [this.#npm.stdout, this.#npm.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        if (this.output.includes('{')) this.firstLineAt ??= performance.now();
      });
    }
  }

  get pid(): number {
    return this.#npm.pid ?? 0;
  }

  /** Signals the whole group, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Signals npm alone, as a service manager may. */
  signalNpm(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  said(words: string | RegExp): Promise<true> {
    return waitFor(
      `${words} in the output`,
      () => {
        const found =
          typeof words === 'string' ? this.output.includes(words) : words.test(this.output);
        if (!found && this.#npm.exitCode !== null) throw new Error(`It left:\n${this.output}`);
        return found;
      },
      START_TIMEOUT_MS,
    );
  }

  async exitCode(): Promise<number | null> {
    const late = setTimeout(() => this.signalGroup('SIGKILL'), STOP_TIMEOUT_MS);
    const code = await this.exited;
    clearTimeout(late);
    return code;
  }

  /** For the end of a test that failed in the middle. */
  async end(): Promise<void> {
    if (this.#npm.exitCode !== null || this.#npm.signalCode !== null) return;
    this.signalGroup('SIGTERM');
    await this.exitCode();
  }
}

/** Runs a command of `vms` to its end. */
async function vms(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn('node', ['apps/vms/bin/vms.mjs', ...args], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

/** Turns the bits of one byte round; twice is as before. */
function changeByte(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = ~(bytes[offset] ?? 0) & 0xff;
  writeFileSync(path, bytes);
}

/** Processes that work on a data directory. */
function processesOf(data: string): string[] {
  return listProcesses()
    .map(({ commandLine }) => commandLine)
    .filter((line) => line.includes(data));
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function indexes(data: string): { path: string; bytes: number }[] {
  const volume = join(data, 'volumes', 'default');
  if (!existsSync(volume)) return [];
  return readdirSync(volume, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.index.jsonl'))
    .map((name) => ({ path: name, bytes: statSync(join(volume, name)).size }));
}

/** The session's cookie, for calls of the API. */
async function signIn(url: string, output: string): Promise<string> {
  const password = /: (\S+)\n/.exec(output.slice(output.indexOf('Sign in as admin')))?.[1] ?? '';
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username: 'admin', password }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

describe('npm start', () => {
  const data = join(mkdtempSync(join(tmpdir(), 'vms-start-')), 'data');
  let ports: number[] = [];
  let url = '';
  let cookie = '';
  let system: NpmStart | undefined;

  before(async () => {
    ports = await freePorts(6);
    url = `http://127.0.0.1:${ports[0]}`;
  });
  after(async () => {
    await system?.end();
    rmSync(join(data, '..'), { recursive: true, force: true });
  });

  const call = async <Answer>(method: string, path: string): Promise<Answer> => {
    const answer = await fetch(url + path, { method, headers: { cookie, origin: url } });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  };
  const cameras = () =>
    call<{ cameras: { id: string; demo: boolean }[] }>('GET', '/api/v1/cameras');

  it('prints page and password, and records the demo camera within 10 s of the first log line', async () => {
    const waitBefore = processorWaitMs();
    system = new NpmStart(data, ports);
    const started = system;
    const first = await waitFor(
      'the index of the demo camera',
      () => {
        const found = indexes(data)[0];
        return found !== undefined && found.bytes > 0 ? found : undefined;
      },
      START_TIMEOUT_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${started.output}`);
    });
    await waitFor('the index to grow', () => (indexes(data)[0]?.bytes ?? 0) > first.bytes);
    const waitMs = processorWaitMs() - waitBefore;
    const elapsedMs = performance.now() - (system.firstLineAt ?? 0) - waitMs;
    await system.said(`is ready: http://localhost:${ports[0]}`);
    const password = /Sign in as admin .*: (\S+)\n/.exec(system.output)?.[1] ?? '';
    await system.said(`http://localhost:${ports[0]}/welcome#${password}\n`);
    assert.ok(password.length > 20, system.output);
    assert.ok(elapsedMs < MAX_FIRST_RECORDING_MS, `it took ${Math.round(elapsedMs)} ms`);
  });

  it('shows the page and a normal camera that is marked as demo', async () => {
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    assert.match(await page.text(), /<script type="module"/);
    cookie = await signIn(url, system?.output ?? '');
    const list = await cameras();
    assert.deepEqual(
      list.cameras.map(({ demo }) => demo),
      [true],
    );
    await waitFor(
      'all services to be well',
      async () => (await fetch(`${url}/health`)).status === 200,
    );
  });

  it('tells a second one on the same data that the first runs already', async () => {
    const second = new NpmStart(data, await freePorts(6));
    assert.equal(await second.exitCode(), 1);
    assert.match(second.output, /is already running/);
    assert.doesNotMatch(second.output, /\n {4}at /);
  });

  it('starts a killed process again, and records on', async () => {
    const bytesOf = () => indexes(data).reduce((sum, { bytes }) => sum + bytes, 0);
    const ingest = listProcesses().find(
      ({ commandLine }) =>
        commandLine.includes('run --services ingest') && commandLine.includes(data),
    );
    assert.ok(ingest);
    process.kill(ingest.pid, 'SIGKILL');
    await waitFor('another ingest', () =>
      listProcesses().some(
        ({ pid, commandLine }) =>
          pid !== ingest.pid &&
          commandLine.includes('run --services ingest') &&
          commandLine.includes(data) &&
          !commandLine.startsWith('flock'),
      ),
    );
    const before = bytesOf();
    await waitFor('more recordings', () => bytesOf() > before, START_TIMEOUT_MS);
  });

  it('stops on Ctrl-C: exit code 0, files closed, no process and no port left', async () => {
    const marker = JSON.parse(readFileSync(join(data, 'demo-camera.json'), 'utf8'));
    const simulator: number = marker.simulatorPort;
    assert.equal(await isFree(simulator), false);
    system?.signalGroup('SIGINT');
    assert.equal(await system?.exitCode(), 0, system?.output);
    assert.deepEqual(processesOf(data), []);
    for (const port of [...ports, simulator])
      assert.ok(await isFree(port), `port ${port} is still in use`);
    assert.doesNotMatch(system?.output ?? '', /did not stop in time|"level":"error".*did not stop/);
  });

  it('finds the recordings in order, notices a changed byte, and rebuilds the catalogue', async () => {
    const ok = await vms(['check', '--data', data]);
    assert.equal(ok.code, 0, ok.output);
    assert.match(ok.output, /[1-9]\d* recordings, .* all in order/);

    const index = indexes(data)[0]?.path ?? '';
    const run = join(data, 'volumes', 'default', index.replace(/\.index\.jsonl$/, '.mkv'));
    changeByte(run, Math.floor(statSync(run).size / 2));
    const changed = await vms(['check', '--data', data]);
    assert.equal(changed.code, 1, changed.output);
    assert.match(changed.output, /ERROR .*\.mkv/);
    changeByte(run, Math.floor(statSync(run).size / 2));

    rmSync(join(data, 'storage', 'catalogue.sqlite'));
    const reindexed = await vms(['reindex', '--data', data]);
    assert.equal(reindexed.code, 0, reindexed.output);
    const again = await vms(['check', '--data', data]);
    assert.equal(again.code, 0, again.output);
  });

  it('starts again without a new password, and the demo camera records on', async () => {
    const before = indexes(data).length;
    system = new NpmStart(data, ports);
    await system.said(/VMS \S+ is ready: /);
    await waitFor(
      'another run of the demo camera',
      () => indexes(data).length > before,
      START_TIMEOUT_MS,
    );
    assert.doesNotMatch(system.output, /Sign in as admin/);
  });

  it('does not rebuild the catalogue under a system that runs', async () => {
    const refused = await vms(['reindex', '--data', data]);
    assert.equal(refused.code, 1);
    assert.match(refused.output, /is already running/);
    assert.equal((await vms(['check', '--data', data])).code, 0);
  });

  it('leaves nobody behind when the launcher is killed, and starts again at once', async () => {
    const launcher = descendants(system?.pid ?? 0).find(({ commandLine }) =>
      commandLine.includes('apps/vms/main.ts start'),
    );
    assert.ok(launcher);
    process.kill(launcher.pid, 'SIGKILL');
    assert.notEqual(await system?.exitCode(), 0);
    system = new NpmStart(data, ports);
    await system.said(/VMS \S+ is ready: /);
    const services = processesOf(data).filter((line) => line.includes('run --services'));
    assert.equal(services.length, 4, services.join('\n'));
  });

  it('forgets the demo camera with its recordings when it is deleted, and stops its simulator', async () => {
    const [camera] = (await cameras()).cameras;
    await call('DELETE', `/api/v1/cameras/${camera?.id}`);
    await waitFor('its recordings to be gone', () => indexes(data).length === 0, START_TIMEOUT_MS);
    await waitFor('its simulator to be gone', () => !existsSync(join(data, 'demo-camera.json')));
    assert.deepEqual((await cameras()).cameras, []);
  });

  it('stops on SIGTERM to npm alone, and the demo camera never returns', async () => {
    system?.signalNpm('SIGTERM');
    await system?.exitCode();
    await waitFor(
      'every process to be gone',
      () => processesOf(data).length === 0,
      STOP_TIMEOUT_MS,
    );
    system = new NpmStart(data, ports);
    await system.said(/VMS \S+ is ready: /);
    assert.deepEqual((await cameras()).cameras, []);
    system.signalGroup('SIGTERM');
    await system.exitCode();
    assert.deepEqual(processesOf(data), []);
  });
});
