import { stallAfterMs } from './patience.ts';
import { MAX_BEHIND_SECONDS } from './transport/live-edge.ts';

/** How often a transport is asked what has arrived. */
export const CHECK_INTERVAL_MS = 500;
/**
 * A look that comes later than this after the one before was held up by this computer: what has arrived
 * meanwhile still waits for its turn, so the rest of the time is no silence of the server.
 */
const MAX_STEP_MS = 2 * CHECK_INTERVAL_MS;
/** Looks over which rates are told. */
const RATE_LOOKS = 4;
/** Looks that found something new, before silence is judged by how often something comes. */
const TRUSTED_LOOKS = 3;
/** Where nothing at all has arrived for so long, the next way is tried. */
export const FIRST_BYTES_MS = 3000;
/**
 * Media arrives and there is no picture yet: decoding takes its time on a busy computer, and starting over
 * would cost that time twice.
 */
export const FIRST_PICTURE_MS = 15_000;

/**
 * Where bytes come and no picture is shown, the browser may be filling its buffer after it ran empty: it
 * waits longer each time, and starting again would only freeze the picture for longer.
 */
export const REFILL_MS = 4000;

/** When pictures were shown and bytes came, and how many lately. */
export class Arrivals {
  /** Milliseconds that were really watched. */
  #watchedMs = 0;
  #lookedAt: number;
  /** On the same scale. */
  #lastMs = 0;
  #lastBytesMs = 0;
  #looks: { at: number; bytes: number; frames: number }[] = [];
  /** Looks that found new bytes, and those that found new pictures. */
  #seen = 0;
  #progressed = 0;
  /** Milliseconds; the greatest distance between two pictures of late, 0 where looks are too far apart. */
  #usualIntervalMs = 0;

  /** @param startedAt milliseconds that never jump, as `at` of every look */
  constructor(startedAt: number) {
    this.#lookedAt = startedAt;
  }

  /**
   * @param bytes that have arrived since the view began
   * @param frames pictures that were shown since then; always 0 where the browser counts none
   */
  look(at: number, bytes: number, frames: number): void {
    this.#watchedMs += Math.min(at - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = at;
    const before = this.#looks.at(-1) ?? { bytes: 0, frames: 0 };
    if (bytes > before.bytes) {
      this.#seen++;
      this.#lastBytesMs = this.#watchedMs;
    }
    // Bytes may be of sound, or of pictures that cannot be shown. Some browsers count no pictures.
    if (frames > before.frames || (frames === 0 && bytes > before.bytes)) {
      const interval = this.#watchedMs - this.#lastMs;
      const usual = Math.max(interval, this.#usualIntervalMs * 0.9);
      this.#usualIntervalMs = usual <= CHECK_INTERVAL_MS * 1.5 ? 0 : usual;
      this.#lastMs = this.#watchedMs;
      this.#progressed++;
    }
    this.#looks = [...this.#looks, { at, bytes, frames }].slice(-RATE_LOOKS - 1);
  }

  /** A view without a picture has been given its time. */
  get pictureIsOverdue(): boolean {
    return this.#watchedMs > (this.#seen === 0 ? FIRST_BYTES_MS : FIRST_PICTURE_MS);
  }

  /** No new picture was shown for longer than is usual; a camera may send a picture every few seconds. */
  get hasStalled(): boolean {
    const usual =
      this.#progressed < TRUSTED_LOOKS ? Number.POSITIVE_INFINITY : this.#usualIntervalMs;
    const stallMs = stallAfterMs(usual);
    const isSilent = this.#watchedMs - this.#lastBytesMs > stallMs;
    // A browser counts a picture each time that it draws it. What the last bytes brought is soon shown.
    const newestMs = Math.min(this.#lastMs, this.#lastBytesMs + MAX_BEHIND_SECONDS * 1000);
    return this.#watchedMs - newestMs > (isSilent ? stallMs : Math.max(stallMs, REFILL_MS));
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
