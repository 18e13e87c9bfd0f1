/** Milliseconds since 1970-01-01T00:00:00Z; fractions carry sub-millisecond precision. */
export type EpochMs = number;
/** Milliseconds of a clock that never steps. */
export type MonotonicMs = number;
/** Presentation or decode time at 90 kHz, unwrapped (does not fit 32 bits). */
export type Ticks90k = number;

export const TICKS_PER_MS = 90;

/** What cancels a timer. */
export interface Timer {
  cancel(): void;
}

/** Every reading of time and every wait goes through this, so that tests can own them. */
export interface Clock {
  /** Wall clock in UTC. May step. */
  now(): EpochMs;
  /** Never steps. The same in all processes of a machine (CLOCK_MONOTONIC), so they may compare. */
  monotonic(): MonotonicMs;
  /** Calls back once after `ms` milliseconds. The timer does not keep the process alive. */
  after(ms: number, callback: () => void): Timer;
  /** Calls back every `ms` milliseconds. The timer does not keep the process alive. */
  every(ms: number, callback: () => void): Timer;
}

/**
 * `performance.now()` counts from the start of its process or thread; this is where that lies on the
 * machine's own monotonic clock.
 */
const MONOTONIC_ORIGIN_MS = machineMonotonicMs() - performance.now();

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now() + wallStep(),
  monotonic: () => MONOTONIC_ORIGIN_MS + performance.now(),
  after(ms, callback) {
    const handle = setTimeout(callback, ms);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  every(ms, callback) {
    const handle = setInterval(callback, ms);
    handle.unref();
    return { cancel: () => clearInterval(handle) };
  },
};

/**
 * `performance.timeOrigin + performance.now()` has microseconds but never follows a step of the
 * system clock; `Date.now()` follows but has only milliseconds. Where the two disagree by more than
 * a rounding, the difference is the step, and is added.
 */
function wallStep(): number {
  const difference = Date.now() - (performance.timeOrigin + performance.now());
  return Math.abs(difference) > 2 ? difference : 0;
}

function machineMonotonicMs(): MonotonicMs {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
