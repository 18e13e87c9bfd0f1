import { stallAfterMs } from './patience.ts';

/** How often a transport is asked what has arrived. */
export const LOOK_MS = 500;
/**
 * A look that comes later than this after the one before was held up by this computer: what has arrived
 * meanwhile still waits for its turn, so the rest of the time is no silence of the server.
 */
const MAX_STEP_MS = 2 * LOOK_MS;
/** Looks over which rates are told. */
const RATE_LOOKS = 4;
/** Looks that found something new, before silence is judged by how often something comes. */
const TRUSTED_LOOKS = 3;
/** Where nothing at all has arrived for so long, the next way is tried. */
export const FIRST_BYTES_MS = 3000;
/**
 * Media arrives and there is no picture yet: decoding takes its time on a busy computer, and to begin
 * anew would take it again.
 */
export const FIRST_PICTURE_MS = 15_000;

/** When bytes came, and how many lately. */
export class Arrivals {
  /** Milliseconds that were really watched. */
  #watchedMs = 0;
  #lookedAt: number;
  /** On the same scale. */
  #lastMs = 0;
  #looks: { at: number; bytes: number; frames: number }[] = [];
  #seen = 0;
  /** Milliseconds; the greatest distance between two arrivals of late, 0 where looks are too far apart. */
  #usualIntervalMs = 0;

  /** @param startedAt milliseconds that never jump, as `at` of every look */
  constructor(startedAt: number) {
    this.#lookedAt = startedAt;
  }

  /** @param bytes @param frames since the view began */
  look(at: number, bytes: number, frames: number): void {
    this.#watchedMs += Math.min(at - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = at;
    if (bytes > (this.#looks.at(-1)?.bytes ?? 0)) {
      const interval = this.#watchedMs - this.#lastMs;
      const usual = Math.max(interval, this.#usualIntervalMs * 0.9);
      this.#usualIntervalMs = usual <= LOOK_MS * 1.5 ? 0 : usual;
      this.#lastMs = this.#watchedMs;
      this.#seen++;
    }
    this.#looks = [...this.#looks, { at, bytes, frames }].slice(-RATE_LOOKS - 1);
  }

  /** A view without a picture has been given its time. */
  get pictureIsOverdue(): boolean {
    return this.#watchedMs > (this.#seen === 0 ? FIRST_BYTES_MS : FIRST_PICTURE_MS);
  }

  /** Nothing has arrived for longer than is usual; a camera may send a picture every few seconds. */
  get hasStalled(): boolean {
    const usual = this.#seen < TRUSTED_LOOKS ? Number.POSITIVE_INFINITY : this.#usualIntervalMs;
    return this.#watchedMs - this.#lastMs > stallAfterMs(usual);
  }

  rates(): { bitsPerSecond: number; framesPerSecond: number } {
    const [first, last] = [this.#looks[0], this.#looks.at(-1)];
    const seconds = first === undefined || last === undefined ? 0 : (last.at - first.at) / 1000;
    if (first === undefined || last === undefined || seconds <= 0) {
      return { bitsPerSecond: 0, framesPerSecond: 0 };
    }
    return {
      bitsPerSecond: Math.max(0, ((last.bytes - first.bytes) * 8) / seconds),
      framesPerSecond: Math.max(0, (last.frames - first.frames) / seconds),
    };
  }
}
