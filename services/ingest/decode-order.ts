import type { Ticks90k } from '@vms/common/clock.ts';

/** Frames of reordering that H.264 §A.3.1 and H.265 §A.4.2 allow at most. */
export const MAX_REORDER_FRAMES = 16;

/** Ticks between the decode times that are made up before the first picture: 1/100 s. */
const LEAD_TICKS: Ticks90k = 900;

/**
 * Decode times of a video track, from its presentation times in order of decoding; RTP carries no
 * others. With a reorder depth of `d`, the decode times are the presentation times in rising order,
 * `d` frames late. They rise always, and are at most the presentation time once the depth is known:
 * where the stream does not declare it, the first B-frames teach it.
 */
export class DecodeOrder {
  #depth: number;
  /** Presentation times that are not used as decode times yet, rising. */
  readonly #waiting = new Float64Array(MAX_REORDER_FRAMES + 1);
  #count = 0;
  /** The last presentation times, in order of decoding. */
  readonly #recent = new Float64Array(MAX_REORDER_FRAMES).fill(Number.NEGATIVE_INFINITY);
  #at = 0;
  #newest: Ticks90k = Number.NEGATIVE_INFINITY;
  #last: Ticks90k = Number.NEGATIVE_INFINITY;

  /** @param depth frames of reordering that an earlier session showed; 0 where nothing is known */
  constructor(depth = 0) {
    this.#depth = Math.min(depth, MAX_REORDER_FRAMES);
  }

  /** Frames of reordering, as declared or as seen, whichever is more. */
  get depth(): number {
    return this.#depth;
  }

  /** The stream declares a depth (`max_num_reorder_frames`). */
  declare(depth: number): void {
    this.#depth = Math.max(this.#depth, Math.min(depth, MAX_REORDER_FRAMES));
  }

  next(pts: Ticks90k): Ticks90k {
    if (pts < this.#newest) this.declare(this.#framesAfter(pts));
    else this.#newest = pts;
    this.#recent[this.#at] = pts;
    this.#at = (this.#at + 1) % MAX_REORDER_FRAMES;
    let dts = pts;
    if (this.#depth > 0) {
      this.#insert(pts);
      if (this.#count > this.#depth) dts = this.#shift();
      else if (this.#last === Number.NEGATIVE_INFINITY) dts = pts - this.#depth * LEAD_TICKS;
      else dts = Math.min(pts, this.#last + LEAD_TICKS);
    }
    if (dts <= this.#last) dts = this.#last + 1;
    this.#last = dts;
    return dts;
  }

  /** Frames that were decoded before the one of `pts` and are shown after it. */
  #framesAfter(pts: Ticks90k): number {
    let count = 0;
    for (const other of this.#recent) if (other > pts) count++;
    return count;
  }

  #insert(pts: Ticks90k): void {
    const waiting = this.#waiting;
    let at = this.#count++;
    while (at > 0 && (waiting[at - 1] ?? 0) > pts) {
      waiting[at] = waiting[at - 1] ?? 0;
      at--;
    }
    waiting[at] = pts;
  }

  #shift(): Ticks90k {
    const first = this.#waiting[0] ?? 0;
    this.#waiting.copyWithin(0, 1, this.#count);
    this.#count--;
    return first;
  }
}
