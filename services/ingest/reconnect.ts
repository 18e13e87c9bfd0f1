import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { IngestErrorCode } from './ingest-error.ts';

/** A number in [0, 1); injected so that tests are repeatable. */
export type Random = () => number;

/** Milliseconds without any login after a camera refused one. */
export const LOGIN_PAUSE_MS = 30_000;
/** Milliseconds of absence up to which a camera is looked for at the short bound. */
export const SHORT_ABSENCE_MS = 10 * 60_000;
/** Milliseconds of frames after which a session counts as one that worked. */
export const WORKED_MS = 10_000;

/** Back-off of one kind of failure, milliseconds. */
interface Pace {
  /** Bound of the first wait; doubles with each failure in a row. */
  readonly first: number;
  /** Largest bound. */
  readonly longest: number;
  /** Shortest wait, added to the random one. */
  readonly atLeast?: number;
}

/**
 * A wait is evenly spread between 0 and its bound ("full jitter"), so that 200 cameras that lost their
 * switch do not log in at the same instant. A camera that was away shortly is found within 2 s in 95 of
 * 100 cases: a wait of at most 2 s has at most 1.55 s left when the camera returns (95 %).
 */
const AWAY: Pace = { first: 250, longest: 2_000 };
const AWAY_LONG: Pace = { first: 15_000, longest: 15_000 };
/** The camera is there and wants something changed, or needs time to forget old sessions. */
const BUSY: Pace = { first: 1_000, longest: 5_000 };
const MISCONFIGURED: Pace = { first: 5_000, longest: 30_000, atLeast: 2_000 };
/** Too many wrong logins lock an account for half an hour. */
const LOCKABLE: Pace = { first: 5_000, longest: 270_000, atLeast: LOGIN_PAUSE_MS };
const FLAPPING: Pace = { first: 500, longest: 10_000 };

const PACE_OF: Readonly<Record<IngestErrorCode, Pace>> = {
  'ingest.address-invalid': MISCONFIGURED,
  'ingest.address-blocked': MISCONFIGURED,
  'ingest.name-not-found': BUSY,
  'ingest.unreachable': AWAY,
  'ingest.no-answer': BUSY,
  'ingest.not-rtsp': MISCONFIGURED,
  'ingest.wrong-password': LOCKABLE,
  'ingest.sign-in-not-supported': MISCONFIGURED,
  'ingest.login-unanswered': LOCKABLE,
  'ingest.not-found': MISCONFIGURED,
  'ingest.codec-not-supported': MISCONFIGURED,
  'ingest.refused': BUSY,
  'ingest.connection-lost': FLAPPING,
  'ingest.no-frames': FLAPPING,
  'ingest.protocol': MISCONFIGURED,
  'ingest.password-unreadable': MISCONFIGURED,
  'ingest.roster-unusable': MISCONFIGURED,
};

/** Decides when a camera is tried again. */
export class Reconnect {
  readonly #clock: Clock;
  readonly #random: Random;
  #failures = 0;
  #awaySince: MonotonicMs | undefined;
  #noLoginBefore: MonotonicMs = Number.NEGATIVE_INFINITY;
  #triedInPauseAt: MonotonicMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Attempts that failed in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait after a failure. */
  failed(code: IngestErrorCode): number {
    const now = this.#clock.monotonic();
    this.#awaySince ??= now;
    let pace = PACE_OF[code];
    if (pace === AWAY && now - this.#awaySince > SHORT_ABSENCE_MS) pace = AWAY_LONG;
    this.#failures++;
    if (pace === LOCKABLE) this.#noLoginBefore = now + LOGIN_PAUSE_MS;
    const bound = Math.min(pace.longest, pace.first * 2 ** Math.min(this.#failures - 1, 20));
    return (pace.atLeast ?? 0) + this.#random() * bound;
  }

  /** A session gave frames for so long; one that worked makes the next failure the first. */
  worked(ms: number): void {
    if (ms < WORKED_MS) return;
    this.#failures = 0;
    this.#awaySince = undefined;
  }

  /**
   * The settings of the camera were changed: it is tried at once, also in the pause after a refused
   * login, but only once in each such pause. Milliseconds to wait.
   */
  changed(): number {
    this.#failures = 0;
    this.#awaySince = undefined;
    const now = this.#clock.monotonic();
    if (now >= this.#noLoginBefore) return 0;
    if (now - this.#triedInPauseAt < LOGIN_PAUSE_MS) return this.#noLoginBefore - now;
    this.#triedInPauseAt = now;
    return 0;
  }
}
