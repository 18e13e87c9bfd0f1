import { ApiProblem } from '../api/problem.ts';

/** No way of the stream can be played here; `code` says why. */
export class NotPlayable extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = 'NotPlayable';
    this.code = code;
  }
}

/** What a failed try means for the next one. */
export type Trouble =
  /** Passes by itself, and soon: a broken connection, a restart. */
  | 'passing'
  /** The camera gives no picture right now. */
  | 'no-picture'
  /** Stays until somebody changes something. */
  | 'lasting';

const NO_PICTURE_CODES = ['stream.no-frames', 'stream.no-keyframe'];

export function troubleOf(thrown: unknown): Trouble {
  const code =
    thrown instanceof ApiProblem || thrown instanceof NotPlayable ? thrown.code : undefined;
  if (code === undefined) return 'passing';
  if (NO_PICTURE_CODES.includes(code)) return 'no-picture';
  if (thrown instanceof NotPlayable) return 'lasting';
  const status = thrown instanceof ApiProblem ? thrown.status : 0;
  // Too many at once passes soon; the limit of views only when somebody leaves.
  return status === 0 || status === 429 || status >= 500 ? 'passing' : 'lasting';
}

const FIRST_WAIT_MS = 200;
/** While a process is being started again, it is asked for at least so often. */
const EAGER_WAIT_MS = 800;
const EAGER_TRIES = 12;
const MAX_WAIT_MS = 8000;
const NO_PICTURE_WAIT_MS = 2000;
const LASTING_WAIT_MS = 20_000;
/** Share of a wait that is left to chance, so that many viewers do not come back in step. */
const JITTER = 0.25;

/** Milliseconds until the next try, after `tries` in a row that showed no picture (1 is the first). */
export function waitMs(trouble: Trouble, tries: number, random: () => number): number {
  const spread = 1 - JITTER * random();
  if (trouble === 'no-picture') return NO_PICTURE_WAIT_MS * spread;
  if (trouble === 'lasting') return LASTING_WAIT_MS * spread;
  const doubled = FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10);
  return Math.min(doubled, tries <= EAGER_TRIES ? EAGER_WAIT_MS : MAX_WAIT_MS) * spread;
}

const MIN_STALL_MS = 1500;
const MAX_STALL_MS = 6000;
/** So many usual distances between arrivals without one are a stall. */
const STALL_INTERVALS = 6;

/** Milliseconds without anything arriving after which a view is begun again. */
export function stallAfterMs(usualIntervalMs: number): number {
  return Math.min(MAX_STALL_MS, Math.max(MIN_STALL_MS, usualIntervalMs * STALL_INTERVALS));
}
