import type { MonotonicMs } from '@vms/common/clock.ts';

/** Seconds over which rates are measured. */
export const RATE_WINDOW_SECONDS = 10;

const SLOTS = RATE_WINDOW_SECONDS + 1;

/** Frames and bytes a second over the last ten whole seconds, or over as many as there were. */
export class RateMeter {
  readonly #frames = new Float64Array(SLOTS);
  readonly #bytes = new Float64Array(SLOTS);
  /** Second since the origin of the clock that the newest slot counts. */
  #second = -1;
  #startedAt: MonotonicMs = 0;

  /** @param videoFrames 1 for a frame of video, 0 for one of audio */
  add(now: MonotonicMs, videoFrames: number, bytes: number): void {
    this.#moveTo(now);
    const slot = this.#second % SLOTS;
    this.#frames[slot] = (this.#frames[slot] ?? 0) + videoFrames;
    this.#bytes[slot] = (this.#bytes[slot] ?? 0) + bytes;
  }

  /** Begins again. */
  clear(): void {
    this.#second = -1;
    this.#frames.fill(0);
    this.#bytes.fill(0);
  }

  rates(now: MonotonicMs): { readonly framesPerSecond: number; readonly bitsPerSecond: number } {
    if (this.#second < 0) return { framesPerSecond: 0, bitsPerSecond: 0 };
    this.#moveTo(now);
    let frames = 0;
    let bytes = 0;
    for (let i = 0; i < SLOTS; i++) {
      frames += this.#frames[i] ?? 0;
      bytes += this.#bytes[i] ?? 0;
    }
    // The second under way counts with the part of it that has passed.
    const longest = RATE_WINDOW_SECONDS + (now % 1000) / 1000;
    const seconds = Math.max(1, Math.min(longest, (now - this.#startedAt) / 1000));
    return { framesPerSecond: frames / seconds, bitsPerSecond: (bytes * 8) / seconds };
  }

  #moveTo(now: MonotonicMs): void {
    const second = Math.floor(now / 1000);
    if (second === this.#second) return;
    if (this.#second < 0) {
      this.#startedAt = now;
      this.#second = second;
      return;
    }
    const passed = Math.min(second - this.#second, SLOTS);
    for (let i = 1; i <= passed; i++) {
      const slot = (this.#second + i) % SLOTS;
      this.#frames[slot] = 0;
      this.#bytes[slot] = 0;
    }
    this.#second = second;
  }
}
