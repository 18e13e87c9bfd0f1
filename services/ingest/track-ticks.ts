import { type MonotonicMs, TICKS_PER_MS, type Ticks90k } from '@vms/common/clock.ts';
import { ArrivalDelay } from './arrival-delay.ts';

/** Ticks by which a frame may claim to be ahead of its arrival before its timestamp is doubted: 2 s. */
export const MAX_AHEAD_TICKS: Ticks90k = 2 * 90_000;
/** Ticks by which a frame may lie before the newest one (B-frames) before it is doubted: 2 s. */
export const MAX_BEHIND_TICKS: Ticks90k = 2 * 90_000;
/** Milliseconds by which two doubted frames may differ from their arrival to confirm each other. */
const CONFIRMATION_MS = 1000;

const TICK_RATE = 90_000;

/**
 * Presentation times of one track, from RTP timestamps of 32 bits (RFC 3550 §5.1).
 *
 * A timestamp that cannot be true (hours off for a single frame, mediamtx#6255) is replaced by the
 * time of arrival. Only when the next frame agrees with it has the camera's clock really jumped; then
 * the jump is bridged, so that presentation time goes on without one.
 */
export class TrackTicks {
  /** Presentation time of the frame that was last given to `advance`. */
  pts: Ticks90k = 0;
  /** Largest presentation time so far. */
  newest: Ticks90k = Number.NEGATIVE_INFINITY;
  readonly delay = new ArrivalDelay();
  /** Timestamps that were replaced. */
  outliers = 0;
  /** Jumps of the camera's clock that were bridged. */
  jumps = 0;

  readonly #ticksPerUnit: number;
  #originPts: Ticks90k = 0;
  /** RTP timestamp of the last frame that was believed, and the units since `#originPts`. */
  #rtp = 0;
  #units = 0;
  #arrival: MonotonicMs = 0;
  #doubted: { rtp: number; pts: Ticks90k; arrival: MonotonicMs } | undefined;
  #byArrival = false;

  /** @param clockRate Hz of the RTP timestamps */
  constructor(clockRate: number) {
    this.#ticksPerUnit = TICK_RATE / clockRate;
  }

  get started(): boolean {
    return this.newest > Number.NEGATIVE_INFINITY;
  }

  /** From here on the camera's timestamps are ignored: its clock does not run at the rate it says. */
  goByArrival(): void {
    this.#byArrival = true;
    this.delay.forget();
    this.delay.add(this.pts, this.#arrival);
  }

  /** The first frame of the track; `pts` is its place on the session's time line. */
  start(rtp: number, pts: Ticks90k, arrival: MonotonicMs): void {
    this.#originPts = pts;
    this.#rtp = rtp;
    this.#units = 0;
    this.#take(pts, arrival);
  }

  /** The next frame, in order of decoding. */
  advance(rtp: number, arrival: MonotonicMs): void {
    if (this.#byArrival) {
      this.#take(this.#expected(arrival), arrival);
      return;
    }
    const units = this.#units + ((rtp - this.#rtp) | 0);
    const pts = this.#originPts + Math.round(units * this.#ticksPerUnit);
    if (this.#isPlausible(pts, arrival)) {
      this.#doubted = undefined;
      this.#believe(rtp, units, pts, arrival);
      return;
    }
    this.#doubt(rtp, units, pts, arrival);
  }

  #isPlausible(pts: Ticks90k, arrival: MonotonicMs): boolean {
    const ahead = pts - (arrival * TICKS_PER_MS - this.delay.minimum);
    return ahead <= MAX_AHEAD_TICKS && pts >= this.newest - MAX_BEHIND_TICKS;
  }

  #doubt(rtp: number, units: number, pts: Ticks90k, arrival: MonotonicMs): void {
    const earlier = this.#doubted;
    if (earlier !== undefined) {
      const step = ((rtp - earlier.rtp) | 0) * this.#ticksPerUnit;
      if (Math.abs(step / TICKS_PER_MS - (arrival - earlier.arrival)) <= CONFIRMATION_MS) {
        const bridged = earlier.pts + Math.round(step);
        this.#originPts += bridged - pts;
        this.#doubted = undefined;
        this.jumps++;
        this.#believe(rtp, units, bridged, arrival);
        return;
      }
    }
    const expected = this.#expected(arrival);
    this.#doubted = { rtp, pts: expected, arrival };
    this.outliers++;
    this.pts = expected;
    if (expected > this.newest) this.newest = expected;
    this.#arrival = arrival;
  }

  /** Where a frame that arrives now would lie if the camera sent at an even pace. */
  #expected(arrival: MonotonicMs): Ticks90k {
    const passed = Math.round((arrival - this.#arrival) * TICKS_PER_MS);
    return this.newest + Math.max(1, passed);
  }

  #believe(rtp: number, units: number, pts: Ticks90k, arrival: MonotonicMs): void {
    this.#rtp = rtp;
    this.#units = units;
    this.#take(pts, arrival);
  }

  #take(pts: Ticks90k, arrival: MonotonicMs): void {
    this.pts = pts;
    if (pts > this.newest) this.newest = pts;
    this.#arrival = arrival;
    this.delay.add(pts, arrival);
  }
}
