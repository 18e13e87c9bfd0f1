import { MAX_URL_CHARACTERS } from '@vms/common/camera-address.ts';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { unescapeEach } from '@vms/common/percent.ts';
import type { AccessUnit, DepacketizerStatistics } from '@vms/wire/rtp/depacketizer.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import {
  type AddressPolicy,
  isSamePlace,
  type PinnedAddress,
  parseCameraUrl,
} from './address-policy.ts';
import { addTrackDrops, type Drops } from './drops.ts';
import { IngestError } from './ingest-error.ts';
import type { Credentials } from './rtsp-client.ts';
import { RedirectError } from './rtsp-open.ts';
import { RtspSession } from './rtsp-session.ts';
import type { RtspSessionHandler } from './rtsp-session-handler.ts';
import { SessionMemory } from './session-memory.ts';

/** Addresses to which a camera may send us on, one after the other. */
export const MAX_REDIRECTS = 3;

/** What a session of a camera needs of the service. */
export interface CameraSessionDeps {
  readonly clock: Clock;
  readonly policy: AddressPolicy;
  readonly readBuffer: Uint8Array;
  readonly verifyCertificate: boolean;
}

/** Where to, and as whom. */
export interface CameraTarget {
  readonly url: string;
  readonly credentials: Credentials;
  /** Whether it may be on this machine (the demo camera), whatever the configuration says. */
  readonly loopback: boolean;
  /** What sessions at this address left behind. Default: nothing. */
  readonly memory?: SessionMemory;
}

/** Who takes what a camera's session brings. */
export interface CameraSessionHandler {
  onTracks(tracks: readonly MediaTrack[]): void;
  onAccessUnit(track: number, unit: AccessUnit): void;
  onQuirk(quirk: QuirkId): void;
  /** PLAY was accepted. */
  onPlaying(): void;
}

/**
 * One attempt at a camera, from the name's address to TEARDOWN. Redirects are followed, each checked
 * as a new address; the password goes to the host and port that it was given for, no less safely, and to
 * no other. One that a camera writes into the address that it sends us to goes there, and nowhere else.
 */
export class CameraSession implements RtspSessionHandler {
  readonly #deps: CameraSessionDeps;
  readonly #handler: CameraSessionHandler;
  #session: RtspSession | undefined;
  #stopped: IngestError | undefined;
  #end: ((error: IngestError) => void) | undefined;

  constructor(deps: CameraSessionDeps, handler: CameraSessionHandler) {
    this.#deps = deps;
    this.#handler = handler;
  }

  /** What the camera described; empty before it has. */
  get described(): readonly MediaTrack[] {
    return this.#session?.described ?? [];
  }

  get tracks(): readonly MediaTrack[] {
    return this.#session?.tracks ?? [];
  }

  /** Whether the camera asked for a sign-in. */
  get askedForLogin(): boolean {
    return this.#session?.askedForLogin ?? false;
  }

  /** The camera's clock less ours, seconds; undefined where its answers have no time. */
  get clockOffsetSeconds(): number | undefined {
    return this.#session?.clockOffsetSeconds;
  }

  /** RTP packets so far. */
  get packets(): number {
    return this.#session?.packets ?? 0;
  }

  /** What came on the track of the video; undefined before it was set up. */
  get video(): DepacketizerStatistics | undefined {
    const session = this.#session;
    const track = this.tracks.findIndex(({ kind }) => kind === 'video');
    return track < 0 ? undefined : session?.depacketizerOf(track)?.statistics;
  }

  /** When the camera last answered a request, monotonic. */
  get lastAnswerAt(): MonotonicMs {
    return this.#session?.lastAnswerAt ?? Number.NEGATIVE_INFINITY;
  }

  get receivedBytes(): number {
    return this.#session?.statistics.receivedBytes ?? 0;
  }

  /** Runs until the session ends, for whatever reason, which it gives. TEARDOWN has been tried then. */
  async run(target: CameraTarget): Promise<IngestError> {
    const ended = new Promise<IngestError>((resolve) => {
      this.#end = resolve;
    });
    if (this.#stopped !== undefined) return this.#stopped;
    const opened = this.#open(target).then(
      () => {
        if (this.#stopped === undefined) this.#handler.onPlaying();
        return ended;
      },
      (error: unknown) => (error instanceof IngestError ? error : unexpected(error)),
    );
    const why = await Promise.race([opened, ended]);
    this.#stopped ??= why;
    await this.#session?.close();
    return why;
  }

  /** Ends the session; `run` then gives this error. */
  stop(error: IngestError): void {
    this.#stopped ??= error;
    this.#end?.(error);
  }

  /** Asks the camera for a sign of life. */
  probe(): void {
    this.#session?.probe();
  }

  addDrops(drops: Drops): void {
    const session = this.#session;
    if (session === undefined) return;
    drops['unassigned-channel'] += session.statistics.unassignedPackets;
    drops.framing += session.statistics.lostFramings;
    for (let track = 0; track < session.tracks.length; track++) {
      const depacketizer = session.depacketizerOf(track);
      if (depacketizer !== undefined) addTrackDrops(drops, depacketizer.statistics);
    }
  }

  onTracks(tracks: readonly MediaTrack[]): void {
    this.#handler.onTracks(tracks);
  }

  onAccessUnit(track: number, unit: AccessUnit): void {
    this.#handler.onAccessUnit(track, unit);
  }

  onQuirk(quirk: QuirkId): void {
    this.#handler.onQuirk(quirk);
  }

  onEnded(error: IngestError): void {
    this.#end?.(error);
  }

  async #open(target: CameraTarget): Promise<void> {
    const { policy, clock, readBuffer, verifyCertificate } = this.#deps;
    let { url, credentials } = target;
    const memory = target.memory ?? new SessionMemory(clock);
    let from: PinnedAddress | undefined;
    /** Those that a camera wrote into the address that it sends us to: for that place, and no other. */
    let sent: Credentials | undefined;
    let signInAgain = true;
    for (let redirects = 0; ; ) {
      const address = await policy.pin(url, target.loopback);
      if (sent !== undefined) credentials = sent;
      else if (from !== undefined && !isSamePlace(from, address)) credentials = NOBODY;
      from = address;
      if (this.#stopped !== undefined) throw this.#stopped;
      const session = new RtspSession({
        address,
        redirected: redirects > 0,
        credentials,
        memory,
        readBuffer,
        clock,
        verifyCertificate,
        handler: this,
      });
      this.#session = session;
      try {
        await session.open();
        return;
      } catch (error) {
        if (!(error instanceof RedirectError)) {
          if (isWrongPassword(error)) memory.keepLogin(address, undefined);
          if (redirects > 0 && isWrongPassword(error)) {
            if (credentials === NOBODY) throw passwordStayed(address);
            if (credentials !== target.credentials) throw sentPasswordRefused(address, error);
          }
          const { login } = session;
          if (isLost(error) && login !== undefined && !login.accepted) {
            // Some cameras end the connection with their challenge: the next one begins with the login.
            memory.keepLogin(address, login);
            if (login.remembered || !signInAgain) throw loginUnanswered(error);
            signInAgain = false;
            await session.close();
            continue;
          }
          throw closedEarly(error);
        }
        if (redirects++ >= MAX_REDIRECTS) throw tooManyRedirects();
        await session.close();
        ({ url, sent } = resolveRedirect(error.location, address.url));
      }
    }
  }
}

const NOBODY: Credentials = { username: '', password: '' };

function isWrongPassword(error: unknown): boolean {
  return error instanceof IngestError && error.code === 'ingest.wrong-password';
}

function isLost(error: unknown): error is IngestError {
  return error instanceof IngestError && error.code === 'ingest.connection-lost';
}

/** Not "wrong password": nobody said so. But the account may be locked by it all the same. */
function loginUnanswered(cause: IngestError): IngestError {
  return new IngestError(
    'ingest.login-unanswered',
    {
      happened:
        'The camera closed the connection without an answer when it received the user name and password.',
      remedy: 'Check both. If they are right, restart the camera.',
    },
    { cause },
  );
}

function passwordStayed(address: PinnedAddress): IngestError {
  return new IngestError('ingest.wrong-password', {
    happened: `The camera redirects to ${placeOf(address)}, which requires a password. The password saved for this address is not sent to another.`,
    remedy: 'If you trust that address, enter it as that of the camera.',
  });
}

function sentPasswordRefused(address: PinnedAddress, cause: unknown): IngestError {
  return new IngestError(
    'ingest.wrong-password',
    {
      happened: `The camera redirects to ${placeOf(address)} with a user name and a password, which are refused there.`,
      remedy: 'Correct the redirect in the settings of the camera.',
    },
    { cause },
  );
}

function placeOf({ hostname, port, tls }: PinnedAddress): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  return `${tls ? 'rtsps' : 'rtsp'}://${host}:${port}`;
}

/**
 * Where a camera sends us, and as whom if its address says so.
 * @throws IngestError `ingest.address-invalid`
 */
function resolveRedirect(
  location: string,
  from: string,
): { readonly url: string; readonly sent: Credentials | undefined } {
  const absolute = location.length > MAX_URL_CHARACTERS ? null : URL.parse(location, from);
  const url = parseCameraUrl(absolute?.href ?? '').href;
  const username = unescapeEach(absolute?.username ?? '').text;
  const password = unescapeEach(absolute?.password ?? '').text;
  return { url, sent: username === '' && password === '' ? undefined : { username, password } };
}

/** A connection that ends before PLAY is not one that was lost. */
function closedEarly(error: unknown): unknown {
  if (!isLost(error)) return error;
  return new IngestError(
    'ingest.refused',
    {
      happened:
        'The camera closed the connection before sending any media, without giving a reason.',
      remedy: 'If this persists, restart the camera, or close other programs that watch it.',
    },
    { cause: error },
  );
}

function tooManyRedirects(): IngestError {
  return new IngestError('ingest.protocol', {
    happened: `The camera redirects to another address more than ${MAX_REDIRECTS} times.`,
    remedy: 'Enter the address that it ends at.',
  });
}

function unexpected(cause: unknown): IngestError {
  return new IngestError(
    'ingest.protocol',
    {
      happened: 'The camera could not be taken up because of a fault in this program.',
      remedy: 'Its log has the details; please report it.',
    },
    { cause },
  );
}
