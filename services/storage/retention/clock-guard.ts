import type { Clock, EpochMs, MonotonicMs } from '@vms/common/clock.ts';

/** How far the wall clock may be ahead of what is expected before nothing is deleted by age. */
export const MAX_CLOCK_LEAD_MS = 24 * 3600_000;
/** How long a clock that is ahead must go on steadily before it is believed. */
export const BELIEVE_AFTER_MS = 24 * 3600_000;

/**
 * Guards deletion by age against a wall clock that is wrong. The clock is expected to be where the
 * newest recording ended plus the time that passed since (by the monotonic clock). Where it is over a
 * day ahead of that, either the machine was off, or the clock jumped: one cannot tell, so nothing is
 * deleted by age until the clock has gone on steadily for a day. A full disk still takes the oldest.
 * A clock that is behind deletes later, never early.
 */
export class ClockGuard {
  readonly #clock: Clock;
  #wall: EpochMs;
  #monotonic: MonotonicMs;
  /** Since when, and with which lead, the clock is ahead. */
  #ahead: { readonly since: MonotonicMs; readonly leadMs: number } | undefined;

  /** @param newestEnd of the newest recording; undefined where there is none. */
  constructor(clock: Clock, newestEnd: EpochMs | undefined) {
    this.#clock = clock;
    this.#wall = newestEnd ?? clock.now();
    this.#monotonic = clock.monotonic();
  }

  /** Whether ages can be told by the wall clock now. To be asked now and then, at least once an hour. */
  isTrusted(): boolean {
    const now = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const leadMs = now - (this.#wall + monotonic - this.#monotonic);
    if (leadMs <= MAX_CLOCK_LEAD_MS) return this.#believe(now, monotonic);
    const steady = Math.abs(leadMs - (this.#ahead?.leadMs ?? Number.NaN)) <= MAX_CLOCK_LEAD_MS / 24;
    if (this.#ahead === undefined || !steady) {
      this.#ahead = { since: monotonic, leadMs };
      return false;
    }
    if (monotonic - this.#ahead.since < BELIEVE_AFTER_MS) return false;
    return this.#believe(now, monotonic);
  }

  #believe(now: EpochMs, monotonic: MonotonicMs): true {
    this.#wall = now;
    this.#monotonic = monotonic;
    this.#ahead = undefined;
    return true;
  }
}
