import type { Clock, Timer } from '@vms/common/clock.ts';

/**
 * Milliseconds that packets may gather before they are read while somebody watches: what moderation adds
 * to latency at most.
 */
export const WATCHED_NAP_MS = 5;
/**
 * The same while only recorders take frames, which they write in rounds. A camera's picture has then mostly
 * come whole, so that it is read at once.
 */
export const UNWATCHED_NAP_MS = 20;

/** Frames a second, all cameras together, from which a wake-up per packet costs more than the nap. */
export const DENSE_FRAMES_PER_SECOND = 200;

/** Milliseconds between two looks at the traffic. */
export const MEASURE_INTERVAL_MS = 500;

export interface ReadModerationOptions {
  readonly clock: Clock;
  /** Frames published since the start. */
  frames(): number;
  /** Whether anybody wants frames at once. */
  isWatched(): boolean;
  /** Blocks the thread, and so the event loop. Default: Atomics.wait. */
  sleep?(ms: number): void;
  /** Calls back after the next poll of the event loop. Default: setImmediate. */
  afterPoll?(callback: () => void): void;
}

/**
 * Reads less often while traffic is dense, as network cards do with their interrupts. Cameras pace
 * their packets about 1 ms apart, so that 20 cameras wake a process 2,000 times a second for a few
 * packets each. While many frames come, the event loop is put to sleep between two polls for what is
 * left of a nap: one wake-up then finds what several would have, and everything behind it (link
 * writes, the writer's reads) comes in fewer and larger pieces. Sparse traffic is read at once.
 */
export class ReadModeration {
  readonly #clock: Clock;
  readonly #frames: () => number;
  readonly #isWatched: () => boolean;
  readonly #sleep: (ms: number) => void;
  readonly #afterPoll: (callback: () => void) => void;
  #look: Timer | undefined;
  #lastFrames = 0;
  #isDense = false;
  #napping = false;
  #wokeAt = 0;

  constructor(options: ReadModerationOptions) {
    this.#clock = options.clock;
    this.#frames = options.frames;
    this.#isWatched = options.isWatched;
    const lock = new Int32Array(new SharedArrayBuffer(4));
    this.#sleep = options.sleep ?? ((ms) => void Atomics.wait(lock, 0, 0, ms));
    this.#afterPoll = options.afterPoll ?? ((callback) => void setImmediate(callback));
  }

  /** Whether reads are held together right now. */
  get isDense(): boolean {
    return this.#isDense;
  }

  start(): void {
    this.#lastFrames = this.#frames();
    this.#look = this.#clock.every(MEASURE_INTERVAL_MS, () => this.#measure());
  }

  stop(): void {
    this.#look?.cancel();
    this.#isDense = false;
  }

  #measure(): void {
    const frames = this.#frames();
    this.#isDense =
      (frames - this.#lastFrames) * (1000 / MEASURE_INTERVAL_MS) >= DENSE_FRAMES_PER_SECOND;
    this.#lastFrames = frames;
    if (!this.#isDense || this.#napping) return;
    this.#napping = true;
    this.#wokeAt = this.#clock.monotonic();
    this.#afterPoll(this.#nap);
  }

  readonly #nap = (): void => {
    if (!this.#isDense) {
      this.#napping = false;
      return;
    }
    const nap = this.#isWatched() ? WATCHED_NAP_MS : UNWATCHED_NAP_MS;
    const left = nap - (this.#clock.monotonic() - this.#wokeAt);
    // A loop that was busy for longer than a nap has let packets gather already.
    if (left > 0) this.#sleep(left);
    this.#wokeAt = this.#clock.monotonic();
    this.#afterPoll(this.#nap);
  };
}
