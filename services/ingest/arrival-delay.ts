import type { MonotonicMs, Ticks90k } from '@vms/common/clock.ts';
import { TICKS_PER_MS } from '@vms/common/clock.ts';

/** Seconds with frames over which the shortest delay is taken: longer than any congestion lasts. */
export const DELAY_WINDOW_SECONDS = 60;

const BUCKET_MS = 1000;

/**
 * How far behind its presentation time a track's frames arrive, at the least. A frame can be late
 * (network, a large keyframe) but never early, so the shortest delay of a window is the line along
 * which the camera's clock runs. The window counts seconds in which frames came: after a stall the
 * old delay stays until a window of new ones has been seen.
 */
export class ArrivalDelay {
  readonly #buckets = new Float64Array(DELAY_WINDOW_SECONDS).fill(Number.POSITIVE_INFINITY);
  #current = 0;
  #bucketEndsAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #minimum: Ticks90k = Number.POSITIVE_INFINITY;

  /** Arrival on the monotonic clock minus presentation time, in ticks; infinite before the first frame. */
  get minimum(): Ticks90k {
    return this.#minimum;
  }

  add(pts: Ticks90k, arrival: MonotonicMs): void {
    const delay = arrival * TICKS_PER_MS - pts;
    if (arrival >= this.#bucketEndsAt) this.#nextBucket(arrival);
    if (delay < (this.#buckets[this.#current] ?? 0)) this.#buckets[this.#current] = delay;
    if (delay < this.#minimum) this.#minimum = delay;
  }

  /** Begins again, as before the first frame. */
  forget(): void {
    this.#buckets.fill(Number.POSITIVE_INFINITY);
    this.#minimum = Number.POSITIVE_INFINITY;
  }

  #nextBucket(arrival: MonotonicMs): void {
    this.#bucketEndsAt = arrival + BUCKET_MS;
    this.#current = (this.#current + 1) % DELAY_WINDOW_SECONDS;
    this.#buckets[this.#current] = Number.POSITIVE_INFINITY;
    let minimum = Number.POSITIVE_INFINITY;
    for (const delay of this.#buckets) if (delay < minimum) minimum = delay;
    this.#minimum = minimum;
  }
}
