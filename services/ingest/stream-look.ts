import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import type { AudioConfig, CodecConfig, VideoConfig } from '@vms/common/frame.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import { TimestampUnwrapper } from '@vms/wire/rtp/timestamp-unwrapper.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import type { CameraSessionHandler } from './camera-session.ts';
import { DecodeOrder } from './decode-order.ts';
import { declaredReorderFrames } from './reorder-depth.ts';

/** Milliseconds of frames that a look takes at the least. */
export const LOOK_MS = 2_000;
/** Milliseconds of frames that it takes at the most, to see a whole GOP. */
export const LOOK_FOR_GOP_MS = 6_500;
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
  readonly video: VideoConfig | undefined;
  readonly audio: AudioConfig | undefined;
}

/** Looks at a stream until it has seen enough of it: {@link LOOK_MS}, and a whole GOP if one comes. */
export class StreamLook implements CameraSessionHandler {
  readonly #clock: Clock;
  readonly #enough: () => void;
  readonly #configs = new Map<number, CodecConfig>();
  readonly #stamps = new TimestampUnwrapper();
  readonly #order = new DecodeOrder();
  #tracks: readonly MediaTrack[] = [];
  #timer: Timer | undefined;
  #firstVideoAt: MonotonicMs | undefined;
  #lastVideoAt: MonotonicMs = 0;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  #lastKeyframe: number | undefined;
  #gopSeconds: number | undefined;
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

  cancel(): void {
    this.#timer?.cancel();
  }

  onTracks(tracks: readonly MediaTrack[]): void {
    this.#tracks = tracks;
  }

  onPlaying(): void {}

  onQuirk(): void {}

  onAccessUnit(track: number, unit: AccessUnit): void {
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

  measure(): StreamMeasure {
    const seconds = this.#seconds();
    const configs = [...this.#configs.values()];
    return {
      framesPerSecond: seconds > 0 ? (this.#videoFrames - 1) / seconds : 0,
      bitsPerSecond: seconds > 0 ? (this.#bytes * 8) / seconds : 0,
      gopSeconds: this.#gopSeconds,
      watchedSeconds: this.#arrivalSeconds(),
      keyframes: this.#keyframes,
      reordersFrames: this.#order.depth > 0,
      video: configs.find((config) => config.kind === 'video'),
      audio: configs.find((config) => config.kind === 'audio'),
    };
  }

  #onPicture(track: number, unit: AccessUnit): void {
    this.#lastVideoAt = this.#clock.monotonic();
    this.#videoFrames++;
    const clockRate = this.#tracks[track]?.clockRate ?? 90_000;
    const seconds = this.#stamps.unwrap(unit.timestamp) / clockRate;
    this.#earliest = Math.min(this.#earliest, seconds);
    this.#latest = Math.max(this.#latest, seconds);
    this.#order.next(seconds * 90_000);
    if (unit.keyframe) this.#onKeyframe(seconds);
    if (this.#firstVideoAt === undefined) {
      this.#firstVideoAt = this.#lastVideoAt;
      this.#timer = this.#clock.after(LOOK_FOR_GOP_MS, () => this.#seen());
    }
    const watched = this.#lastVideoAt - this.#firstVideoAt;
    if (watched >= (this.#gopSeconds === undefined ? LOOK_FOR_GOP_MS : LOOK_MS)) this.#seen();
  }

  #onKeyframe(seconds: number): void {
    this.#keyframes++;
    if (this.#lastKeyframe !== undefined && seconds > this.#lastKeyframe) {
      this.#gopSeconds = Math.max(this.#gopSeconds ?? 0, seconds - this.#lastKeyframe);
    }
    this.#lastKeyframe = seconds;
  }

  #seen(): void {
    this.#timer?.cancel();
    this.#enough();
  }

  #arrivalSeconds(): number {
    return (this.#lastVideoAt - (this.#firstVideoAt ?? this.#lastVideoAt)) / 1000;
  }

  /** The time that the pictures span: that of their arrival, or of their stamps where they came in a burst. */
  #seconds(): number {
    const arrival = this.#arrivalSeconds();
    const stamped = this.#latest - this.#earliest;
    return stamped > arrival && stamped - arrival < MAX_BURST_SECONDS ? stamped : arrival;
  }
}
