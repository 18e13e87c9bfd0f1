/** Milliseconds that a camera may take from one picture to the next; what takes longer is a gap. */
export const MAX_LEARNED_INTERVAL_MS = 60_000;
/** Usual intervals after which a picture counts as missing: one may be late, and one lost. */
const PATIENCE = 2.5;

/**
 * Learns how often a camera gives pictures, from the last two intervals: surveillance cameras offer as
 * little as one picture in 16 s. The shorter of the two counts, so that one gap teaches nothing.
 */
export class FrameInterval {
  readonly #leastMs: number;
  #at: number | undefined;
  #newest = 0;
  #before = 0;

  /** @param leastMs limit of a camera that gives pictures often */
  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /** A picture came. @param atMs on any time line, in order */
  add(atMs: number): void {
    const interval = this.#at === undefined ? 0 : atMs - this.#at;
    this.#at = atMs;
    this.#before = this.#newest;
    this.#newest = interval > 0 && interval <= MAX_LEARNED_INTERVAL_MS ? interval : 0;
  }

  /** Milliseconds without a picture that are more than this camera's pace. */
  get limitMs(): number {
    const usual = PATIENCE * Math.min(this.#newest, this.#before);
    return Math.max(this.#leastMs, Math.min(MAX_LEARNED_INTERVAL_MS, usual));
  }
}
