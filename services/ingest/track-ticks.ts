import { type MonotonicMs, TICKS_PER_MS, type Ticks90k } from '@vms/common/clock.ts';
import { ArrivalDelay } from './arrival-delay.ts';

/** Ticks by which a frame may claim to be ahead of its arrival before its timestamp is doubted: 2 s. */
export const MAX_AHEAD_TICKS: Ticks90k = 2 * 90_000;
/** Ticks by which a frame may lie before the newest one (B-frames) before it is doubted: 2 s. */
export const MAX_BEHIND_TICKS: Ticks90k = 2 * 90_000;
/**
 * Ticks by which a random access point may do so: 0.25 s. It never should; but timestamps jitter, and where
 * pictures are reordered, the next one cannot yet prove a shorter jump.
 */
export const MAX_ACCESS_BEHIND_TICKS: Ticks90k = 22_500;
/** Milliseconds by which two doubted frames may differ from their arrival to confirm each other. */
const CONFIRMATION_MS = 1000;

/** Milliseconds over which a camera's clock is watched, while frames come at least so often. */
export const WATCHED_MS = 10_000;
const MAX_WATCHED_GAP_MS = 2_000;
/** Of the time that passed: a clock that goes less than this stands still. No congestion lasts so long. */
const STILL_SHARE = 0.05;
/** Frames in a row with the timestamp of the one before, at which the clock is held to stand still. */
export const MAX_SAME_TIMESTAMPS = 8;
/** Ticks between two frames with one timestamp: browsers show only one of those at the same time. */
const SAME_TIMESTAMP_TICKS: Ticks90k = 90;

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

  #ticksPerUnit: number;
  #originPts: Ticks90k = 0;
  /** RTP timestamp of the last frame that was believed, and the units since `#originPts`. */
  #rtp = 0;
  #units = 0;
  #arrival: MonotonicMs = 0;
  #doubted: { rtp: number; pts: Ticks90k; arrival: MonotonicMs } | undefined;
  #byArrival = false;
  /** Frames since the last that had another timestamp. */
  #same = 0;
  #watchedSince: MonotonicMs = 0;
  #watchedFrom: Ticks90k = 0;
  /** No frame lies before it: where a random access point went back, what was the newest time ahead of it. */
  #floor: Ticks90k = Number.NEGATIVE_INFINITY;
  /** The next frame is placed by its arrival. */
  #resumes = false;

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

  /**
   * The clock was found to run at another rate, Hz. The next frame takes its place by its arrival; from there
   * on time stamps count.
   */
  setRate(clockRate: number): void {
    this.#ticksPerUnit = TICK_RATE / clockRate;
    this.#resumes = true;
  }

  /** The first frame of the track; `pts` is its place on the session's time line. */
  start(rtp: number, pts: Ticks90k, arrival: MonotonicMs): void {
    this.#originPts = pts;
    this.#rtp = rtp;
    this.#units = 0;
    this.#take(pts, arrival);
    this.#watch(arrival);
  }

  /**
   * The next frame, in order of decoding.
   *
   * @param randomAccess decoding can begin here: no encoder shows it, or what follows it, before what came
   *   ahead of it, so a time that says so has jumped
   */
  advance(rtp: number, arrival: MonotonicMs, randomAccess: boolean): void {
    if (!this.#byArrival && this.#standsStill(rtp, arrival)) this.goByArrival();
    if (this.#byArrival) {
      this.#take(this.#expected(arrival), arrival);
      return;
    }
    if (this.#resumes) {
      this.#resumes = false;
      const pts = this.#expected(arrival);
      this.delay.forget();
      this.#originPts = pts;
      this.#believe(rtp, 0, pts, arrival);
      return;
    }
    const units = this.#units + ((rtp - this.#rtp) | 0);
    const pts =
      this.#originPts + Math.round(units * this.#ticksPerUnit) + this.#same * SAME_TIMESTAMP_TICKS;
    if (randomAccess) {
      const wentBack = pts < this.newest - MAX_ACCESS_BEHIND_TICKS;
      this.#floor = wentBack ? this.newest : Number.NEGATIVE_INFINITY;
    }
    if (this.#isPlausible(pts, arrival)) {
      this.#doubted = undefined;
      this.#believe(rtp, units, pts, arrival);
      return;
    }
    this.#doubt(rtp, units, pts, arrival);
  }

  /** Whether the camera’s timestamps are of no use: always the same, or from 0 with each keyframe. */
  #standsStill(rtp: number, arrival: MonotonicMs): boolean {
    this.#same = rtp === this.#rtp ? this.#same + 1 : 0;
    if (this.#same >= MAX_SAME_TIMESTAMPS) return true;
    const watched = arrival - this.#watchedSince;
    if (arrival - this.#arrival > MAX_WATCHED_GAP_MS) this.#watch(arrival);
    else if (watched >= WATCHED_MS) {
      const passed = (this.newest - this.#watchedFrom) / TICKS_PER_MS;
      this.#watch(arrival);
      return passed < watched * STILL_SHARE;
    }
    return false;
  }

  #watch(arrival: MonotonicMs): void {
    this.#watchedSince = arrival;
    this.#watchedFrom = this.newest;
  }

  #isPlausible(pts: Ticks90k, arrival: MonotonicMs): boolean {
    const ahead = pts - (arrival * TICKS_PER_MS - this.delay.minimum);
    return ahead <= MAX_AHEAD_TICKS && pts >= Math.max(this.newest - MAX_BEHIND_TICKS, this.#floor);
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
