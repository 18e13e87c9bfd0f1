import type { Frame } from '@vms/common/frame.ts';
import { MAX_FRAGMENT_BYTES, MAX_FRAGMENT_FRAMES } from './bounds.ts';
import type { FragmentFrame } from './run-builder.ts';

/** 3.2 s in ticks of 100 µs: what a signed 16-bit block time spans (RFC 9559 §10.2). */
const MAX_CLUSTER_SPAN_TICKS = 32_767;

/** The frames of the fragment that is being filled, within what one cluster can carry. */
export class FragmentBuffer {
  #frames: FragmentFrame[] = [];
  #bytes = 0;
  #firstTick = 0;
  #lastTick = 0;

  get payloadBytes(): number {
    return this.#bytes;
  }

  /** Whether this frame must begin another fragment. */
  isFullFor(frame: Frame, tick: number): boolean {
    return (
      this.#frames.length > 0 &&
      (Math.max(this.#lastTick, tick) - Math.min(this.#firstTick, tick) > MAX_CLUSTER_SPAN_TICKS ||
        this.#bytes + frame.payload.length > MAX_FRAGMENT_BYTES ||
        this.#frames.length >= MAX_FRAGMENT_FRAMES)
    );
  }

  push(frame: Frame, track: number, tick: number): void {
    if (this.#frames.length === 0) {
      this.#firstTick = tick;
      this.#lastTick = tick;
    } else if (tick < this.#firstTick) {
      this.#firstTick = tick;
    } else if (tick > this.#lastTick) {
      this.#lastTick = tick;
    }
    this.#frames.push({ frame, track, tick });
    this.#bytes += frame.payload.length;
  }

  /** Takes everything out. */
  take(): FragmentFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    return frames;
  }
}
