import type { Clock, EpochMs, MonotonicMs } from '@vms/common/clock.ts';

/** An instant on both clocks. */
export interface Instant {
  readonly monotonic: MonotonicMs;
  readonly now: EpochMs;
}

/** Reads another clock, or stands at an instant that has been: what was kept since is gone through again. */
export class ReplayedClock implements Pick<Clock, 'now' | 'monotonic'> {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #at: Instant | undefined;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  /** @param at where to stand; undefined follows the other clock again */
  set(at: Instant | undefined): void {
    this.#at = at;
  }

  now(): EpochMs {
    return this.#at?.now ?? this.#clock.now();
  }

  monotonic(): MonotonicMs {
    return this.#at?.monotonic ?? this.#clock.monotonic();
  }
}
