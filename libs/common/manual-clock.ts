import type { Clock, EpochMs, Timer } from './clock.ts';

interface Pending {
  dueAt: number;
  everyMs: number | undefined;
  callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #epochMs: EpochMs;
  #elapsedMs = 0;
  readonly #pending = new Set<Pending>();

  constructor(startsAt: EpochMs = Date.UTC(2026, 0, 1)) {
    this.#epochMs = startsAt;
  }

  now(): EpochMs {
    return this.#epochMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  after(ms: number, callback: () => void): Timer {
    return this.#schedule({ dueAt: this.#elapsedMs + ms, everyMs: undefined, callback });
  }

  every(ms: number, callback: () => void): Timer {
    return this.#schedule({ dueAt: this.#elapsedMs + ms, everyMs: ms, callback });
  }

  /** Moves both clocks forward and runs what falls due, in order of time. */
  advance(ms: number): void {
    const end = this.#elapsedMs + ms;
    for (;;) {
      let next: Pending | undefined;
      for (const pending of this.#pending) {
        if (pending.dueAt <= end && (next === undefined || pending.dueAt < next.dueAt)) {
          next = pending;
        }
      }
      if (next === undefined) break;
      this.#epochMs += next.dueAt - this.#elapsedMs;
      this.#elapsedMs = next.dueAt;
      if (next.everyMs === undefined) this.#pending.delete(next);
      else next.dueAt += next.everyMs;
      next.callback();
    }
    this.#epochMs += end - this.#elapsedMs;
    this.#elapsedMs = end;
  }

  /** Steps the wall clock alone, as NTP or a careless administrator does. */
  stepWall(ms: number): void {
    this.#epochMs += ms;
  }

  #schedule(pending: Pending): Timer {
    this.#pending.add(pending);
    return { cancel: () => this.#pending.delete(pending) };
  }
}
