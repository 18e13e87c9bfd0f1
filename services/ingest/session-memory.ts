import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { PinnedAddress } from './address-policy.ts';
import type { Login } from './login.ts';

/** Milliseconds that a camera has for each answer at first, and at most after it took longer. */
export const FIRST_ANSWER_MS = 5_000;
export const LONGEST_ANSWER_MS = 40_000;
/** Milliseconds for which a track that could not be set up is left alone. */
export const REFUSED_TRACK_MS = 60 * 60_000;
/** Tracks that are remembered as refused, and places whose sign-in is. */
export const MAX_REFUSED_TRACKS = 16;
export const MAX_LOGINS = 4;

/** Methods that keep a session alive, the best first (RFC 2326 §10.8; §10.1; §10.9). */
export const KEEP_ALIVE_METHODS = ['GET_PARAMETER', 'OPTIONS', 'SET_PARAMETER'] as const;
export type KeepAliveMethod = (typeof KEEP_ALIVE_METHODS)[number];

/**
 * What the sessions of one stream leave behind for the next: how long answers take, how to sign in,
 * what keeps a session alive, which tracks the camera would not give. Forgotten with the address.
 */
export class SessionMemory {
  readonly #clock: Clock;
  /** When each may be tried again, by control URL. */
  readonly #refusedTracks = new Map<string, MonotonicMs>();
  /** Control URL of the track whose last SETUP failed without a refusal. */
  #failedTrack: string | undefined;
  readonly #logins = new Map<string, Login>();
  readonly #failedKeepAlives = new Set<KeepAliveMethod>();
  #answerTimeoutMs: number;

  /** @param firstAnswerMs milliseconds for an answer, before any took longer */
  constructor(clock: Clock, firstAnswerMs = FIRST_ANSWER_MS) {
    this.#clock = clock;
    this.#answerTimeoutMs = firstAnswerMs;
  }

  /** Milliseconds that an answer of the handshake may take. */
  get answerTimeoutMs(): number {
    return this.#answerTimeoutMs;
  }

  /** An answer did not come in time: the next session waits twice as long. */
  answerMissed(): void {
    this.#answerTimeoutMs = Math.min(LONGEST_ANSWER_MS, 2 * this.#answerTimeoutMs);
  }

  /** A session was opened, and its slowest answer took so long: twice that will do the next time. */
  opened(slowestAnswerMs: number): void {
    const enough = Math.max(FIRST_ANSWER_MS, 2 * slowestAnswerMs);
    this.#answerTimeoutMs = Math.min(this.#answerTimeoutMs, enough, LONGEST_ANSWER_MS);
  }

  /** How to sign in at once, where the camera ends the connection with its challenge. */
  loginFor(place: PinnedAddress): Login | undefined {
    return this.#logins.get(keyOf(place));
  }

  keepLogin(place: PinnedAddress, login: Login | undefined): void {
    const key = keyOf(place);
    this.#logins.delete(key);
    if (login !== undefined) addBounded(this.#logins, key, login, MAX_LOGINS);
  }

  /** Whether a track is left alone for now. */
  isRefused(controlUrl: string): boolean {
    const until = this.#refusedTracks.get(controlUrl);
    if (until === undefined || this.#clock.monotonic() < until) return until !== undefined;
    this.#refusedTracks.delete(controlUrl);
    return false;
  }

  trackRefused(controlUrl: string): void {
    const until = this.#clock.monotonic() + REFUSED_TRACK_MS;
    this.#refusedTracks.delete(controlUrl);
    addBounded(this.#refusedTracks, controlUrl, until, MAX_REFUSED_TRACKS);
  }

  /** SETUP of a track failed without a refusal: twice in a row counts as one, since once may be the network. */
  trackFailed(controlUrl: string): void {
    if (this.#failedTrack === controlUrl) {
      this.#failedTrack = undefined;
      this.trackRefused(controlUrl);
    } else this.#failedTrack = controlUrl;
  }

  trackSetUp(controlUrl: string): void {
    if (this.#failedTrack === controlUrl) this.#failedTrack = undefined;
  }

  /**
   * The method to keep a session alive with.
   *
   * @param offered methods that the camera says it has; empty where it says nothing
   */
  keepAliveMethod(offered: ReadonlySet<string>): KeepAliveMethod {
    return usableOf(offered).find((method) => !this.#failedKeepAlives.has(method)) ?? 'OPTIONS';
  }

  /**
   * The camera refused that method, or ended a session in spite of it. Once every usable method has
   * failed, all are tried again.
   *
   * @param offered as in {@link keepAliveMethod}
   */
  keepAliveFailed(method: KeepAliveMethod, offered: ReadonlySet<string>): void {
    this.#failedKeepAlives.add(method);
    if (usableOf(offered).every((each) => this.#failedKeepAlives.has(each))) {
      this.#failedKeepAlives.clear();
    }
  }
}

/** Keep-alive methods that a camera has, the best first; OPTIONS is asked of every camera. */
function usableOf(offered: ReadonlySet<string>): readonly KeepAliveMethod[] {
  return KEEP_ALIVE_METHODS.filter((method) => method === 'OPTIONS' || offered.has(method));
}

function keyOf({ hostname, port, tls }: PinnedAddress): string {
  return `${tls ? 'rtsps' : 'rtsp'} ${hostname} ${port}`;
}

/** Adds, at the cost of the oldest. */
function addBounded<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.set(key, value);
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
