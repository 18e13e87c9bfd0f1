import type { StreamRole } from '@vms/common/camera-search.ts';
import type { Timer } from '@vms/common/clock.ts';
import type { SessionDescription } from '@vms/wire/sdp/session-description.ts';
import type { PinnedAddress } from '../address-policy.ts';
import type { CameraSessionDeps } from '../camera-session.ts';
import { IngestError } from '../ingest-error.ts';
import type { Login } from '../login.ts';
import type { Credentials } from '../rtsp-client.ts';
import { CONNECT_TIMEOUT_MS } from '../rtsp-connection.ts';
import { describe, RedirectError } from '../rtsp-open.ts';
import { webServer } from '../rtsp-status.ts';
import { CameraClues, knownPorts, makerOf, templatesFor } from './maker-clues.ts';
import type { Maker, StreamTemplate } from './maker-table.ts';
import { SearchConnection } from './search-connection.ts';
import {
  gaveUp,
  loginRevoked,
  loginUnanswered,
  noKnownStream,
  noPort,
  searchStopped,
} from './search-errors.ts';

/** Milliseconds that a search takes at most, tests of what it found aside. */
export const SEARCH_TIMEOUT_MS = 14_000;
/** Paths that one search asks for. */
export const MAX_TRIES = 48;
/** Connections that one search makes, and with each a login at most. */
export const MAX_CONNECTIONS = 8;
/** Milliseconds between two paths on one connection, and before another connection. */
export const TRY_PAUSE_MS = 40;
export const CONNECTION_PAUSE_MS = 300;
/** Milliseconds for each answer. */
export const ANSWER_TIMEOUT_MS = 3_000;
/** Requests that may stay without an answer. */
export const MAX_SILENCES = 2;
/** Ports that say nothing at all before the others are left out. */
export const MAX_SILENT_PORTS = 2;
/** Ports that tell whether there is a device at all. */
const WEB_PORTS: readonly number[] = [80, 443];
const DEFAULT_PORTS = { rtsp: 554, rtsps: 322 } as const;
/** No camera has it: the answer shows who answers, and whether it asks for a login first. */
const NO_SUCH_PATH = '/no-such-stream-vms';

/** Where to look, and as whom. */
export interface SearchTarget {
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** Undefined: those that cameras use, of which the first that takes a connection counts. */
  readonly port: number | undefined;
  readonly tls: boolean;
  readonly credentials: Credentials;
  /** Whether it may be on this machine, whatever the configuration says. */
  readonly loopback: boolean;
}

/** A stream that the camera described. */
export interface FoundPath {
  readonly role: StreamRole;
  /** Without user information. */
  readonly url: string;
  readonly description: SessionDescription;
}

/**
 * One search for the streams of one camera: asks for the paths that makers use, on as few connections
 * as the camera allows. A refused password ends it at once, so that no account is locked.
 */
export class StreamSearch {
  readonly #deps: CameraSessionDeps;
  readonly #target: SearchTarget;
  readonly #clues = new CameraClues();
  #address: PinnedAddress | undefined;
  #connection: SearchConnection | undefined;
  #stopped: IngestError | undefined;
  #connections = 0;
  #login: Login | undefined;
  #tried = 0;
  #silences = 0;
  /** Whether the camera took the password. */
  #signedIn = false;
  #loginRefused: IngestError | undefined;
  /** Ends the pause that is under way. */
  #wake: (() => void) | undefined;
  /** What the camera said last that was neither a stream nor "no such path". */
  #refusal: IngestError | undefined;
  /** Path of the main stream. */
  #found: string | undefined;

  constructor(deps: CameraSessionDeps, target: SearchTarget) {
    this.#deps = deps;
    this.#target = target;
  }

  /** Paths that were asked for. */
  get tried(): number {
    return this.#tried;
  }

  /** Who made the camera, as far as it shows. */
  get maker(): Maker | undefined {
    const named = this.#clues.maker();
    return this.#found === undefined ? named : makerOf(this.#found, named);
  }

  /**
   * Main stream first, then the sub stream if there is one.
   * @throws IngestError what stands in the way
   */
  async run(): Promise<readonly FoundPath[]> {
    const timer = this.#deps.clock.after(SEARCH_TIMEOUT_MS, () => this.#end(gaveUp(this.#tried)));
    try {
      await this.#connectFirst();
      await this.#listen();
      return await this.#try(templatesFor(this.maker));
    } finally {
      timer.cancel();
      this.#end(searchStopped());
    }
  }

  stop(): void {
    this.#end(searchStopped());
  }

  #end(error: IngestError): void {
    this.#stopped ??= error;
    this.#connection?.close(error);
    this.#wake?.();
  }

  async #try(templates: readonly StreamTemplate[]): Promise<readonly FoundPath[]> {
    for (const { main, sub } of templates) {
      if (this.#tried >= MAX_TRIES) break;
      const found = await this.#ask('main', main);
      if (found === undefined) continue;
      this.#found = main;
      if (this.#clues.maker() === undefined) {
        const any = await this.#askIfPossible('main', NO_SUCH_PATH);
        if (any !== undefined) return [await this.#withoutPath(found)];
      }
      const small = sub === undefined ? undefined : await this.#askIfPossible('sub', sub);
      return small === undefined ? [found] : [found, small];
    }
    throw this.#refusal ?? noKnownStream(this.#tried);
  }

  /** Some cameras show their only stream under any path: none says anything of maker and sub stream. */
  async #withoutPath(found: FoundPath): Promise<FoundPath> {
    this.#found = '/';
    return (await this.#askIfPossible('main', '/')) ?? found;
  }

  /** The main stream is found: whatever goes wrong now leaves it so. */
  async #askIfPossible(role: StreamRole, path: string): Promise<FoundPath | undefined> {
    try {
      return await this.#ask(role, path);
    } catch (error) {
      if (error instanceof IngestError) return undefined;
      throw error;
    }
  }

  /** Connects to the first port that takes a connection, and stays with it. */
  async #connectFirst(): Promise<void> {
    const { host, port, tls, loopback } = this.#target;
    const ports = port === undefined ? (tls ? [DEFAULT_PORTS.rtsps] : knownPorts()) : [port];
    const base = `${tls ? 'rtsps' : 'rtsp'}://${host.includes(':') ? `[${host}]` : host}`;
    const pinned = await this.#deps.policy.pin(`${base}:${ports[0]}/`, loopback);
    let silent = 0;
    for (const candidate of ports) {
      const askedAt = this.#deps.clock.monotonic();
      const isDefault = candidate === DEFAULT_PORTS[tls ? 'rtsps' : 'rtsp'];
      const url = isDefault ? base : `${base}:${candidate}`;
      this.#address = { ...pinned, url, port: candidate };
      if (await this.#takesConnection()) return;
      // A closed port says so at once. Silence is a host that is away, or a firewall: the same for all.
      const isSilent = this.#deps.clock.monotonic() - askedAt >= CONNECT_TIMEOUT_MS;
      if (isSilent && ++silent >= MAX_SILENT_PORTS) break;
    }
    throw noPort(host, ports, await this.#hasWebPage(pinned));
  }

  async #takesConnection(): Promise<boolean> {
    try {
      await this.#connect();
      return true;
    } catch (error) {
      if (this.#stopped !== undefined) throw this.#stopped;
      if (error instanceof IngestError && error.code === 'ingest.unreachable') return false;
      throw error;
    }
  }

  async #hasWebPage(pinned: PinnedAddress): Promise<boolean> {
    for (const port of WEB_PORTS) {
      this.#address = { ...pinned, tls: false, port };
      if (await this.#takesConnection()) return true;
    }
    return false;
  }

  /** What the camera shows of itself to anybody: no login yet. */
  async #listen(): Promise<void> {
    for (const [method, path] of [
      ['OPTIONS', '/'],
      ['DESCRIBE', NO_SUCH_PATH],
    ] as const) {
      try {
        const { client } = await this.#connected();
        const url = this.#urlOf(path);
        const response = await client.exchange(method, url, [], ANSWER_TIMEOUT_MS);
        if (response.protocol === 'HTTP') throw webServer();
      } catch (error) {
        this.#tolerate(error);
      }
    }
  }

  /** Asks for one path; undefined where the camera has no stream there. */
  async #ask(role: StreamRole, path: string): Promise<FoundPath | undefined> {
    const url = this.#urlOf(path);
    this.#tried++;
    // A camera that ends the connection with its answer to the path before did not refuse this one.
    for (const isLast of [false, true]) {
      const connection = await this.#connected();
      try {
        const description = await describe(connection.client, url, ANSWER_TIMEOUT_MS);
        this.#signedIn ||= connection.client.askedForLogin;
        return hasVideo(description) ? { role, url, description } : undefined;
      } catch (error) {
        if (this.#mayAskAgain(error, connection) && !isLast) continue;
        this.#miss(error, connection);
        return undefined;
      }
    }
    return undefined;
  }

  /** @throws IngestError where the camera was given the password and said nothing to it */
  #mayAskAgain(error: unknown, { client }: SearchConnection): boolean {
    if (this.#stopped !== undefined || !(error instanceof IngestError)) return false;
    const lost = error.code === 'ingest.connection-lost';
    if (!lost && error.code !== 'ingest.no-answer') return false;
    if (client.askedForLogin && !this.#signedIn) {
      if (!lost || client.login?.uses !== 0) throw this.#refusedBy(loginUnanswered());
      // It ended the connection with its challenge, before the login: the next begins with that.
      this.#login = client.login;
    }
    return lost;
  }

  #miss(error: unknown, { client }: SearchConnection): void {
    if (error instanceof IngestError && SIGN_IN_ENDS.has(error.code)) {
      const revoked = this.#signedIn && error.code === 'ingest.wrong-password';
      throw this.#refusedBy(revoked ? loginRevoked() : error);
    }
    this.#signedIn ||= client.askedForLogin;
    if (error instanceof RedirectError) return;
    if (error instanceof IngestError && error.code === 'ingest.refused') this.#refusal = error;
    this.#tolerate(error);
  }

  /** From now on nothing is asked: every request would carry the password again. */
  #refusedBy(error: IngestError): IngestError {
    this.#loginRefused = error;
    return error;
  }

  /** Lets pass what says nothing about other paths. */
  #tolerate(error: unknown): void {
    if (this.#stopped !== undefined) throw this.#stopped;
    if (!(error instanceof IngestError)) throw error;
    if (error.code === 'ingest.no-answer') {
      // What it still says would be taken for the answer to something else.
      this.#connection?.close(error);
      if (++this.#silences > MAX_SILENCES) throw error;
    } else if (!HARMLESS.has(error.code)) {
      throw error;
    }
  }

  /** The connection, or a new one where the camera ended it. */
  async #connected(): Promise<SearchConnection> {
    if (this.#loginRefused !== undefined) throw this.#loginRefused;
    await this.#pause(TRY_PAUSE_MS);
    if (this.#connection?.closed === false) return this.#connection;
    if (this.#connections >= MAX_CONNECTIONS) throw gaveUp(this.#tried);
    await this.#pause(CONNECTION_PAUSE_MS);
    return this.#connect();
  }

  async #connect(): Promise<SearchConnection> {
    if (this.#stopped !== undefined) throw this.#stopped;
    const { clock, readBuffer, verifyCertificate } = this.#deps;
    const address = this.#address;
    if (address === undefined) throw searchStopped();
    const { credentials } = this.#target;
    const login = this.#login;
    const onResponse = this.#clues.add.bind(this.#clues);
    const connection = await SearchConnection.open(
      { clock, readBuffer, verifyCertificate, address, credentials, login, onResponse },
      (opening) => {
        this.#connection = opening;
      },
    );
    this.#connections++;
    return connection;
  }

  async #pause(ms: number): Promise<void> {
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = this.#deps.clock.after(ms, resolve);
    });
    timer?.cancel();
    if (this.#stopped !== undefined) throw this.#stopped;
  }

  #urlOf(path: string): string {
    return `${this.#address?.url ?? ''}${path}`;
  }
}

/** What is the same for every path. */
const SIGN_IN_ENDS: ReadonlySet<string> = new Set([
  'ingest.wrong-password',
  'ingest.sign-in-not-supported',
]);

const HARMLESS: ReadonlySet<string> = new Set([
  'ingest.connection-lost',
  'ingest.not-found',
  'ingest.protocol',
  'ingest.refused',
]);

function hasVideo({ tracks }: SessionDescription): boolean {
  return tracks.some(({ kind }) => kind === 'video');
}
