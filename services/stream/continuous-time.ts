import type { EpochMs, Ticks90k } from '@vms/common/clock.ts';
import { TICKS_PER_MS } from '@vms/common/clock.ts';

/** Ticks by which presentation time and wall clock may disagree before the camera's time line is taken for a new one. */
const STEP_TICKS: Ticks90k = 45_000;

/**
 * One time line out of those of a camera's sessions, so that a viewer goes on when the camera comes
 * back: within a session presentation times are kept to the tick; where they jump against the wall
 * clock, the new ones are laid on so that the pause is as long as it was.
 */
export class ContinuousTime {
  #shift = 0;
  #lastTime: Ticks90k | undefined;
  #lastWallClock: EpochMs = 0;

  /** @param start where the first frame comes to lie */
  constructor(start: Ticks90k) {
    this.#shift = start;
  }

  /** What to add to the presentation and decode time of a frame of this stream. */
  shiftFor(frame: { readonly pts: Ticks90k; readonly wallClock: EpochMs }): Ticks90k {
    const last = this.#lastTime;
    if (last === undefined) {
      this.#shift -= frame.pts;
    } else {
      const passed = Math.round((frame.wallClock - this.#lastWallClock) * TICKS_PER_MS);
      if (Math.abs(frame.pts + this.#shift - (last + passed)) > STEP_TICKS) {
        this.#shift = last + Math.max(TICKS_PER_MS, passed) - frame.pts;
      }
    }
    this.#lastTime = frame.pts + this.#shift;
    this.#lastWallClock = frame.wallClock;
    return this.#shift;
  }
}
