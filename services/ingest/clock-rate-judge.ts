import type { MonotonicMs } from '@vms/common/clock.ts';

/** Hz at which RTP clocks run: milliseconds, sampling rates (RFC 3551 §4.1), and that of video. */
export const CLOCK_RATES = [
  1_000, 8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 90_000,
] as const;
/** Milliseconds of arrivals that are looked at. */
export const RATE_WINDOW_MS = 3_000;
/** Milliseconds by which a track's own rate must miss the arrivals before another one is believed. */
export const MIN_MISS_MS = 700;
/** Milliseconds by which the other one may miss them. */
export const MAX_MISS_MS = 200;
/** A rate that misses the arrivals by no more than this, for so long, is right: it is not judged again. */
export const CONFIRMED_MISS_MS = 300;
export const CONFIRMATION_MS = 1_500;
/** Milliseconds of arrivals, and frames, that a verdict needs at least. */
const MIN_SPAN_MS = 700;
const MIN_SAMPLES = 4;
/** Frames that come within so many milliseconds count as one: of a burst, its end. */
const SAMPLE_MS = 15;
/** Samples that are kept: a window of them, and those of tracks with few frames. */
const MAX_SAMPLES = RATE_WINDOW_MS / SAMPLE_MS + MIN_SAMPLES;
/** Units by which a clock has jumped, whatever its rate: 10 s at the highest. Jumps are left out. */
const JUMP_UNITS = 10 * 90_000;
/** Verdicts after which the rate of a clock is not judged any more. */
export const MAX_VERDICTS = 3;
/** Milliseconds of a miss, less than {@link MAX_MISS_MS}, at which a rate is in doubt already. */
const DOUBT_MISS_MS = 150;

interface Sample {
  arrival: MonotonicMs;
  units: number;
}

/**
 * Tells at which rate a track's RTP clock runs, by when its frames arrive. Some cameras count
 * milliseconds where they declare 90 kHz, or samples of another rate than they declare.
 *
 * Frames of a clock that is read at its own rate arrive along a straight line, but for the network's
 * jitter. So a rate is right where the spread of arrival less time stamp is small, and another one is believed
 * only where the declared one misses by far and the other hits, within one window. Once the rate is confirmed
 * it is never judged again: whatever comes later (congestion, a jump) is not a matter of units.
 * Rates that are closer than a quarter cannot be told apart in a window; the time line's steps see to those.
 */
export class ClockRateJudge {
  readonly #declared: number;
  readonly #samples: Sample[] = [];
  #rate: number;
  #rtp: number | undefined;
  #units = 0;
  #verdicts = 0;
  #isSettled = false;

  /**
   * @param declared Hz by the description
   * @param rate Hz that is believed at first, from an earlier session. Default: the declared one.
   */
  constructor(declared: number, rate = declared) {
    this.#declared = declared;
    this.#rate = rate;
  }

  /** Hz that is believed. */
  get rate(): number {
    return this.#rate;
  }

  /** Whether nothing more will change; only its pace is still kept. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Media time a millisecond of arrival, by the rate that is believed; undefined before two frames. */
  get pace(): number | undefined {
    const span = this.#span;
    if (span <= 0) return undefined;
    const units = (this.#samples.at(-1)?.units ?? 0) - (this.#samples[0]?.units ?? 0);
    return (units * 1000) / this.#rate / span;
  }

  /** Whether another rate fits better so far, although it is too early to say. */
  get inDoubt(): boolean {
    if (this.#isSettled) return false;
    const miss = this.#missOf(this.#rate);
    return miss > DOUBT_MISS_MS && this.#missOf(this.#best()) < miss / 3;
  }

  /**
   * A frame came.
   *
   * @param othersPace media time a millisecond of arrival of the session's other tracks: where it is
   *   the same, it is the network that is slow or catches up, and no clock
   * @returns whether another rate is believed from here on
   */
  add(rtp: number, arrival: MonotonicMs, othersPace: readonly number[] = []): boolean {
    this.#keep(rtp, arrival);
    if (this.#isSettled || this.#samples.length < MIN_SAMPLES) return false;
    const miss = this.#missOf(this.#rate);
    if (miss <= CONFIRMED_MISS_MS && this.#span >= CONFIRMATION_MS) {
      this.#isSettled = true;
      return false;
    }
    if (miss < MIN_MISS_MS || this.#span < MIN_SPAN_MS) return false;
    // Any line fits two clusters: a stall and what is sent behind it.
    if (this.#longestGap() > this.#span / 2) return false;
    const best = this.#best();
    if (best === this.#rate || this.#missOf(best) > MAX_MISS_MS) return false;
    const pace = best / this.#rate;
    if (othersPace.some((other) => Math.abs(other / pace - 1) < 0.25 || other > 1.25)) return false;
    this.#rate = best;
    if (++this.#verdicts >= MAX_VERDICTS) this.#isSettled = true;
    return true;
  }

  #keep(rtp: number, arrival: MonotonicMs): void {
    const step = this.#rtp === undefined ? 0 : (rtp - this.#rtp) | 0;
    this.#rtp = rtp;
    if (Math.abs(step) <= JUMP_UNITS) this.#units += step;
    const last = this.#samples.at(-1);
    if (last !== undefined && arrival - last.arrival < SAMPLE_MS) {
      last.units = this.#units;
      return;
    }
    this.#samples.push({ arrival, units: this.#units });
    while (this.#isTooOld(arrival) || this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  #isTooOld(now: MonotonicMs): boolean {
    const [, second] = this.#samples;
    return (
      second !== undefined &&
      this.#samples.length > MIN_SAMPLES &&
      now - second.arrival >= RATE_WINDOW_MS
    );
  }

  get #span(): number {
    return (this.#samples.at(-1)?.arrival ?? 0) - (this.#samples[0]?.arrival ?? 0);
  }

  #longestGap(): number {
    let longest = 0;
    let before = this.#samples[0]?.arrival ?? 0;
    for (const { arrival } of this.#samples) {
      longest = Math.max(longest, arrival - before);
      before = arrival;
    }
    return longest;
  }

  #best(): number {
    let best = this.#declared;
    let least = this.#missOf(best);
    for (const rate of CLOCK_RATES) {
      const miss = this.#missOf(rate);
      if (miss < least) {
        best = rate;
        least = miss;
      }
    }
    return best;
  }

  /** Milliseconds by which frames part from a straight line, were the clock read at that rate. */
  #missOf(rate: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    let latest = Number.NEGATIVE_INFINITY;
    for (const { arrival, units } of this.#samples) {
      const delay = arrival - (units * 1000) / rate;
      if (delay < earliest) earliest = delay;
      if (delay > latest) latest = delay;
    }
    return latest < earliest ? 0 : latest - earliest;
  }
}
