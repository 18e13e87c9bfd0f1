import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import type { AudioConfig, CodecConfig, VideoConfig } from '@vms/common/frame.ts';
import { type RandomAccess, randomAccessOfFrame } from '@vms/media/random-access.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import { TimestampUnwrapper } from '@vms/wire/rtp/timestamp-unwrapper.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import type { CameraSessionHandler } from './camera-session.ts';
import { ClockRateJudge } from './clock-rate-judge.ts';
import { DecodeOrder } from './decode-order.ts';
import { declaredReorderFrames } from './reorder-depth.ts';
import { type Arrival, TrackArrivals } from './track-arrivals.ts';

/** Milliseconds of frames that a look takes at the least. */
export const OBSERVATION_MS = 2_000;
/** Milliseconds of frames that it takes at most to see a whole GOP and a frame of each track. */
export const GOP_OBSERVATION_MS = 6_500;
/**
 * Seconds by which time stamps may span more than the time in which they came: a recorder first sends
 * what it has since its last keyframe. More than that is no time.
 */
export const MAX_BURST_SECONDS = 15;

/** What the frames of a few seconds show of a stream. */
export interface StreamMeasure {
  /** 0 where fewer than two pictures came. */
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  /** Longest time from keyframe to keyframe; undefined where no whole GOP was seen. */
  readonly gopSeconds: number | undefined;
  /** For how long frames were looked at. */
  readonly watchedSeconds: number;
  readonly keyframes: number;
  /** Whether pictures are sent in another order than they are shown, as declared or as seen. */
  readonly reordersFrames: boolean;
  /** Of the last random access point seen; `closed` before the first. */
  readonly access: RandomAccess['kind'];
  readonly video: VideoConfig | undefined;
  readonly audio: AudioConfig | undefined;
}

/** Looks at a stream until it has seen enough of it: {@link OBSERVATION_MS}, a whole GOP and each track if they come. */
export class StreamLook implements CameraSessionHandler {
  readonly #clock: Clock;
  readonly #enough: () => void;
  readonly #configs = new Map<number, CodecConfig>();
  readonly #stamps = new TimestampUnwrapper();
  readonly #order = new DecodeOrder();
  /** Of the video track. */
  #rate: ClockRateJudge | undefined;
  #tracks: readonly MediaTrack[] = [];
  #arrivals: TrackArrivals | undefined;
  #timer: Timer | undefined;
  #firstVideoAt: MonotonicMs | undefined;
  #lastVideoAt: MonotonicMs = 0;
  /** In units of the RTP clock. */
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  #lastKeyframe: number | undefined;
  #gopUnits: number | undefined;
  #playing = false;
  #access: RandomAccess['kind'] = 'closed';
  #videoFrames = 0;
  #keyframes = 0;
  #bytes = 0;

  /** @param enough is called once */
  constructor(clock: Clock, enough: () => void) {
    this.#clock = clock;
    this.#enough = enough;
  }

  get sawVideo(): boolean {
    return this.#videoFrames > 0;
  }

  /** Whether the camera accepted PLAY. */
  get playing(): boolean {
    return this.#playing;
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  onTracks(tracks: readonly MediaTrack[]): void {
    this.#tracks = tracks;
    this.#arrivals = new TrackArrivals(this.#clock, tracks);
  }

  onPlaying(): void {
    this.#playing = true;
    this.#arrivals?.begin();
  }

  onQuirk(): void {}

  onAccessUnit(track: number, unit: AccessUnit): void {
    this.#arrivals?.frame(track);
    const isNew = this.#configs.get(track) !== unit.config;
    this.#configs.set(track, unit.config);
    if (isNew && unit.config.kind === 'video') {
      this.#order.declare(declaredReorderFrames(unit.config));
    }
    if (this.#firstVideoAt !== undefined) this.#bytes += unit.payload.length;
    if (unit.config.kind === 'video') this.#onPicture(track, unit);
  }

  /** The configuration that the frames of a track had; undefined where none came. */
  configOf(track: MediaTrack): CodecConfig | undefined {
    return this.#configs.get(this.#tracks.findIndex(({ index }) => index === track.index));
  }

  /** Whether frames of a track came; undefined before any were set up. */
  arrivalOf(track: MediaTrack): Arrival | undefined {
    return this.#arrivals?.of(track);
  }

  measure(): StreamMeasure {
    const seconds = this.#seconds();
    const configs = [...this.#configs.values()];
    return {
      framesPerSecond: seconds > 0 ? (this.#videoFrames - 1) / seconds : 0,
      bitsPerSecond: seconds > 0 ? (this.#bytes * 8) / seconds : 0,
      gopSeconds: this.#gopUnits === undefined ? undefined : this.#secondsOf(this.#gopUnits),
      watchedSeconds: this.#arrivalSeconds(),
      keyframes: this.#keyframes,
      reordersFrames: this.#order.depth > 0,
      access: this.#access,
      video: configs.find((config) => config.kind === 'video'),
      audio: configs.find((config) => config.kind === 'audio'),
    };
  }

  #onPicture(track: number, unit: AccessUnit): void {
    this.#lastVideoAt = this.#clock.monotonic();
    this.#videoFrames++;
    this.#rate ??= new ClockRateJudge(this.#tracks[track]?.clockRate ?? 90_000);
    this.#rate.add(unit.timestamp, this.#lastVideoAt);
    const units = this.#stamps.unwrap(unit.timestamp);
    this.#earliest = Math.min(this.#earliest, units);
    this.#latest = Math.max(this.#latest, units);
    this.#order.next(units);
    if (unit.keyframe) {
      this.#access = randomAccessOfFrame(unit)?.kind ?? 'closed';
      this.#onKeyframe(units);
    }
    if (this.#firstVideoAt === undefined) {
      this.#firstVideoAt = this.#lastVideoAt;
      this.#timer = this.#clock.after(GOP_OBSERVATION_MS, () => this.#seen());
    }
    const watched = this.#lastVideoAt - this.#firstVideoAt;
    const sawAll = this.#gopUnits !== undefined && (this.#arrivals?.allCame ?? true);
    if (watched >= (sawAll ? OBSERVATION_MS : GOP_OBSERVATION_MS)) this.#seen();
  }

  #onKeyframe(units: number): void {
    this.#keyframes++;
    if (this.#lastKeyframe !== undefined && units > this.#lastKeyframe) {
      this.#gopUnits = Math.max(this.#gopUnits ?? 0, units - this.#lastKeyframe);
    }
    this.#lastKeyframe = units;
  }

  #seen(): void {
    this.#timer?.cancel();
    this.#enough();
  }

  #secondsOf(units: number): number {
    return units / (this.#rate?.rate ?? 90_000);
  }

  #arrivalSeconds(): number {
    return (this.#lastVideoAt - (this.#firstVideoAt ?? this.#lastVideoAt)) / 1000;
  }

  /** The time that the pictures span: that of their arrival, or of their stamps where they came in a burst. */
  #seconds(): number {
    const arrival = this.#arrivalSeconds();
    const stamped = this.#secondsOf(this.#latest - this.#earliest);
    return stamped > arrival && stamped - arrival < MAX_BURST_SECONDS ? stamped : arrival;
  }
}
