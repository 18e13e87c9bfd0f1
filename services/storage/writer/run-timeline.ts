import type { EpochMs } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { FrameInterval } from '@vms/common/frame-interval.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import { MAX_CLOCK_STEP_MS } from './bounds.ts';

const TICKS_90K_PER_MS = 90;

/**
 * Time within one run: wall clock, but without a step. Where the wall clock steps away from the
 * presentation times of the leading track, the run goes on along the presentation times until it ends.
 */
export class RunTimeline {
  readonly #dateUtc: EpochMs;
  readonly #interval: FrameInterval;
  #wall: EpochMs | undefined;
  #pts = 0;
  #tick = 0;
  /** Added to wall clocks. */
  #shiftMs = 0;

  /** @param interval between frames of the leading track, and between it and a frame of another */
  constructor(dateUtc: EpochMs, interval: FrameInterval) {
    this.#dateUtc = dateUtc;
    this.#interval = interval;
  }

  /** Whether the presentation time of this frame of the leading track goes on from the last. */
  joins(frame: Frame): boolean {
    if (this.#wall === undefined) return true;
    return Math.abs(this.#ptsStepMs(frame)) < this.#interval.limitMs;
  }

  /** Takes a frame of the leading track into account; true where the wall clock stepped before it. */
  steps(frame: Frame): boolean {
    if (this.#wall === undefined) return false;
    const step = frame.wallClock - this.#wall - this.#ptsStepMs(frame);
    if (Math.abs(step) <= MAX_CLOCK_STEP_MS) return false;
    this.#shiftMs -= step;
    return true;
  }

  /**
   * Tick of a frame, 100 µs since the run's DateUTC; undefined where it cannot lie in this run: it
   * belongs before its start, or to the other side of a clock step.
   */
  tickOf(frame: Frame, leads: boolean): number | undefined {
    const wall = frame.wallClock + this.#shiftMs;
    const tick = Math.round((wall - this.#dateUtc) * TICKS_100US_PER_MS);
    if (tick < 0) return undefined;
    if (!leads) {
      const distanceMs = Math.abs(tick - this.#tick) / TICKS_100US_PER_MS;
      return distanceMs > this.#interval.limitMs ? undefined : tick;
    }
    this.#wall = frame.wallClock;
    this.#pts = frame.pts;
    this.#tick = tick;
    return tick;
  }

  #ptsStepMs(frame: Frame): number {
    return (frame.pts - this.#pts) / TICKS_90K_PER_MS;
  }
}
