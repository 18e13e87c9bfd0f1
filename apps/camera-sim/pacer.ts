import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';

/** Something that has packets to send from time to time. */
export interface Paced {
  run(now: MonotonicMs): void;
}

const TICK_MS = 1;

/** One timer for everything that is paced; it rests while there is nothing. */
export class Pacer {
  readonly #clock: Clock;
  readonly #paced = new Set<Paced>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(paced: Paced): void {
    this.#paced.add(paced);
    this.#timer ??= this.#clock.every(TICK_MS, () => this.#tick());
  }

  delete(paced: Paced): void {
    this.#paced.delete(paced);
    if (this.#paced.size === 0) this.stop();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    for (const paced of this.#paced) paced.run(now);
  }
}
