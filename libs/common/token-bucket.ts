import type { MonotonicMs } from './clock.ts';

/** So many a second, and as many at once as a second brings (or `capacity`). */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #at: MonotonicMs;

  constructor(perSecond: number, now: MonotonicMs, capacity = perSecond) {
    this.#perMs = perSecond / 1000;
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#at = now;
  }

  /** Takes one, where there is one. */
  take(now: MonotonicMs): boolean {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** One that was taken is not counted. */
  giveBack(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + 1);
  }

  /** Milliseconds until there is one. */
  waitMs(now: MonotonicMs): number {
    const tokens = this.#tokens + (now - this.#at) * this.#perMs;
    return Math.max(0, (1 - tokens) / this.#perMs);
  }
}
