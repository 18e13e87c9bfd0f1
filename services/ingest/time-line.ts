import {
  type Clock,
  type EpochMs,
  type MonotonicMs,
  TICKS_PER_MS,
  type Ticks90k,
} from '@vms/common/clock.ts';
import { ClockRateJudge } from './clock-rate-judge.ts';
import { DecodeOrder } from './decode-order.ts';
import { TrackTicks } from './track-ticks.ts';

/** Milliseconds of correction a millisecond of media may get: 500 ppm, as NTP slews a clock. */
export const MAX_SLEW = 500e-6;
/** Milliseconds beyond which the wall clock is stepped instead of slewed. */
export const MAX_SLEWED_MS = 1000;
/** Milliseconds that a step waits for a keyframe, so that a new recording starts with one. */
export const MAX_STEP_DELAY_MS = 10_000;
/** Steps without one of our own clock, after which a camera's clock is not followed any more. */
export const MAX_CAMERA_STEPS = 3;

/** What the time line has to know of a track. */
export interface TimeLineTrack {
  readonly kind: 'video' | 'audio';
  /** Hz of its RTP timestamps, by the description. */
  readonly clockRate: number;
  /** Hz at which its clock was found to run. Default: what is described. */
  readonly foundRate?: number | undefined;
  /** Frames of reordering that are known already; 0 where nothing is. */
  readonly reorderFrames: number;
}

/** Times of one frame. The object is used again for the next frame of the track. */
export interface Stamp {
  readonly pts: Ticks90k;
  readonly dts: Ticks90k;
  readonly wallClock: EpochMs;
  /** The wall clock was stepped just before this frame. */
  readonly stepped: boolean;
}

/** What was met since the session began. */
export interface TimeLineStatistics {
  readonly outliers: number;
  readonly jumps: number;
  readonly steps: number;
}

class Track implements Stamp {
  pts: Ticks90k = 0;
  dts: Ticks90k = 0;
  wallClock: EpochMs = 0;
  stepped = false;

  readonly kind: 'video' | 'audio';
  readonly ticks: TrackTicks;
  readonly order: DecodeOrder;
  readonly rate: ClockRateJudge;
  readonly firstRate: number;
  /** Wall clock of presentation time 0. */
  wallOrigin: EpochMs = 0;
  stepPending = false;
  /** When the step that is due was first wanted. */
  stepWantedAt: MonotonicMs | undefined;
  /** Steps that its camera's clock made necessary. */
  cameraSteps = 0;

  constructor(options: TimeLineTrack) {
    this.kind = options.kind;
    this.rate = new ClockRateJudge(options.clockRate, options.foundRate);
    this.firstRate = this.rate.rate;
    this.ticks = new TrackTicks(this.firstRate);
    this.order = new DecodeOrder(options.reorderFrames);
  }
}

/**
 * Times of one camera session. The wall clock is ours: camera clocks step and their sender reports
 * mislead. Each track runs along its own RTP timestamps and is slewed towards its arrival, all of them
 * on the line that the first track began; so audio and video stay together for as long as the session
 * lasts, whatever their crystals do. A step of our clock moves all tracks together, at a keyframe.
 */
export class TimeLine {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #tracks: readonly Track[];
  readonly #hasVideo: boolean;
  readonly #startedAt: MonotonicMs;
  #steps = 0;
  #isStill = false;
  #ratesAreSettled = false;
  /** Our wall clock minus our monotonic clock when the line was last set. */
  #clockOffset = 0;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, tracks: readonly TimeLineTrack[]) {
    this.#clock = clock;
    this.#tracks = tracks.map((track) => new Track(track));
    this.#hasVideo = tracks.some((track) => track.kind === 'video');
    this.#startedAt = clock.monotonic();
  }

  get statistics(): TimeLineStatistics {
    let outliers = 0;
    let jumps = 0;
    for (const { ticks } of this.#tracks) {
      outliers += ticks.outliers;
      jumps += ticks.jumps;
    }
    return { outliers, jumps, steps: this.#steps };
  }

  /** Whether a track's clock may run at another rate than is believed, which a moment more will show. */
  get inDoubt(): boolean {
    return this.#tracks.some(({ rate }) => rate.inDoubt);
  }

  /** Whether a track's clock was found to run at another rate since this line began. */
  get foundRate(): boolean {
    return this.#tracks.some(({ rate, firstRate }) => rate.rate !== firstRate);
  }

  /** Hz at which a track's clock runs, as far as it is known. */
  rateOf(track: number): number {
    return this.#at(track).rate.rate;
  }

  /** Frames of reordering that a track has shown. */
  reorderFrames(track: number): number {
    return this.#at(track).order.depth;
  }

  /** A track's stream declares frames of reordering. */
  declareReorderFrames(track: number, frames: number): void {
    this.#at(track).order.declare(frames);
  }

  /**
   * Times of a frame that is complete now. Frames come in order of decoding.
   *
   * @param index position of the track in what the time line was made with
   * @param rtpTimestamp unsigned 32 bits
   */
  stamp(index: number, rtpTimestamp: number, keyframe: boolean): Stamp {
    const track = this.#at(index);
    const arrival = this.#clock.monotonic();
    const clockOffset = this.#clock.now() - arrival;
    const { ticks } = track;
    const isOtherRate = this.#judgeRate(track, rtpTimestamp, arrival);
    if (ticks.started) {
      const before = ticks.newest;
      if (isOtherRate) ticks.setRate(track.rate.rate);
      ticks.advance(rtpTimestamp, arrival, keyframe && track.kind === 'video');
      if (!this.#isStill) {
        if (isOtherRate) this.#place(track, clockOffset);
        else this.#follow(track, ticks.newest - before, arrival, clockOffset);
        if (this.#stepIsDue(track, keyframe, arrival)) this.#step(clockOffset);
      }
    } else {
      this.#start(track, rtpTimestamp, arrival, clockOffset);
    }
    track.pts = ticks.pts;
    track.dts = track.kind === 'video' ? track.order.next(ticks.pts) : ticks.pts;
    track.wallClock = track.wallOrigin + ticks.pts / TICKS_PER_MS;
    track.stepped = track.stepPending;
    track.stepPending = false;
    return track;
  }

  /** Until `settle`, the wall clock of no track is moved. */
  holdStill(): void {
    this.#isStill = true;
  }

  /**
   * Sets the wall clock of every track to where its frames so far put it, at once. Only for a session
   * whose frames nobody has seen yet. Gives the milliseconds by which each track was moved.
   */
  settle(): readonly number[] {
    this.#isStill = false;
    const clockOffset = this.#clock.now() - this.#clock.monotonic();
    this.#clockOffset = clockOffset;
    return this.#tracks.map((track) => {
      if (!track.ticks.started) return 0;
      const error = errorOf(track, clockOffset);
      track.wallOrigin += error;
      return error;
    });
  }

  #judgeRate(track: Track, rtp: number, arrival: MonotonicMs): boolean {
    if (this.#ratesAreSettled) return false;
    const others: number[] = [];
    for (const { rate } of this.#tracks) {
      if (rate !== track.rate && rate.pace !== undefined) others.push(rate.pace);
    }
    const isOther = track.rate.add(rtp, arrival, others);
    this.#ratesAreSettled = this.#tracks.every(({ rate }) => rate.isSettled);
    return isOther;
  }

  /** At once, and not at the next keyframe: what came before is dated wrong anyway. */
  #place(track: Track, clockOffset: number): void {
    track.wallOrigin += errorOf(track, clockOffset);
    track.stepWantedAt = undefined;
    track.stepPending = true;
  }

  #at(index: number): Track {
    const track = this.#tracks[index];
    if (track === undefined) throw new RangeError(`There is no track ${index}.`);
    return track;
  }

  /** The line is at 0 when it is made; each track takes its place on it by the arrival of its first frame. */
  #start(track: Track, rtp: number, arrival: MonotonicMs, clockOffset: number): void {
    for (const other of this.#tracks) {
      if (!other.ticks.started) continue;
      const pts = Math.round(arrival * TICKS_PER_MS - other.ticks.delay.minimum);
      track.ticks.start(rtp, pts, arrival);
      track.wallOrigin = other.wallOrigin;
      return;
    }
    const pts = Math.round((arrival - this.#startedAt) * TICKS_PER_MS);
    track.ticks.start(rtp, pts, arrival);
    track.wallOrigin = clockOffset + arrival - pts / TICKS_PER_MS;
    this.#clockOffset = clockOffset;
  }

  /** Brings a track's wall clock closer to where its arrival says it is. */
  #follow(track: Track, progress: Ticks90k, arrival: MonotonicMs, clockOffset: number): void {
    const error = errorOf(track, clockOffset);
    if (Math.abs(error) > MAX_SLEWED_MS) {
      track.stepWantedAt ??= arrival;
      return;
    }
    track.stepWantedAt = undefined;
    const most = (progress / TICKS_PER_MS) * MAX_SLEW;
    track.wallOrigin += Math.max(-most, Math.min(most, error));
  }

  /** Whether a step that some track wants is to be made before the frame at hand. */
  #stepIsDue(track: Track, keyframe: boolean, arrival: MonotonicMs): boolean {
    const fits = !this.#hasVideo || (track.kind === 'video' && keyframe);
    for (const { stepWantedAt } of this.#tracks) {
      if (stepWantedAt === undefined) continue;
      if (fits || arrival - stepWantedAt >= MAX_STEP_DELAY_MS) return true;
    }
    return false;
  }

  /** A step of our clock moves every track; one of a camera's clock only the track that needs it. */
  #step(clockOffset: number): void {
    this.#steps++;
    const oursStepped = Math.abs(clockOffset - this.#clockOffset) > MAX_SLEWED_MS / 2;
    this.#clockOffset = clockOffset;
    for (const track of this.#tracks) {
      if (!track.ticks.started || (!oursStepped && track.stepWantedAt === undefined)) continue;
      track.stepWantedAt = undefined;
      track.stepPending = true;
      if (!oursStepped && ++track.cameraSteps > MAX_CAMERA_STEPS) track.ticks.goByArrival();
      track.wallOrigin += errorOf(track, clockOffset);
    }
  }
}

/** Milliseconds from a track's wall clock to where the shortest delay of its frames puts it. */
function errorOf(track: Track, clockOffset: number): number {
  return track.ticks.delay.minimum / TICKS_PER_MS + clockOffset - track.wallOrigin;
}
