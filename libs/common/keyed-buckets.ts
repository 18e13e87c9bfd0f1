import type { Clock } from './clock.ts';
import { TokenBucket } from './token-bucket.ts';

export interface KeyedBucketsOptions {
  readonly perSecond: number;
  /** Taken at once after a pause. */
  readonly capacity: number;
  /** Keys that are counted; the one that took nothing for longest is forgotten, and begins again. */
  readonly maxKeys: number;
}

/** One token bucket for every key, in bounded memory. */
export class KeyedBuckets {
  readonly #clock: Clock;
  readonly #options: KeyedBucketsOptions;
  /** In the order of their last use: a Map keeps the order in which keys were set. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, options: KeyedBucketsOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one of the key's, where there is one. */
  take(key: string): boolean {
    const { capacity, maxKeys, perSecond } = this.#options;
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? new TokenBucket(perSecond, now, capacity);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > maxKeys && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket.take(now);
  }

  /** One that was taken is not counted. */
  giveBack(key: string): void {
    this.#buckets.get(key)?.giveBack();
  }

  /** Milliseconds until the key may take one. */
  waitMs(key: string): number {
    return this.#buckets.get(key)?.waitMs(this.#clock.monotonic()) ?? 0;
  }

  /** The key begins again, with all that it may take at once. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }
}
