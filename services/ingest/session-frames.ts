import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { CodecConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { Join, type JoinedPicture } from '@vms/media/join.ts';
import { MAX_FRAME_BYTES } from '@vms/medialink/bounds.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { declaredReorderFrames } from './reorder-depth.ts';
import { type Instant, ReplayedClock } from './replayed-clock.ts';
import { type Stamp, TimeLine, type TimeLineStatistics } from './time-line.ts';

/** Takes the frames of a camera; FrameHub is one. */
export interface FramePublisher {
  publish(frame: Frame): void;
}

/** What is known of a camera's stream from one session to the next. */
export class StreamMemory {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Number of the next frame. */
  nextSequence = 0;
  /** Frames of reordering that the video has shown. */
  reorderFrames = 0;
  /** Hz at which the clocks of its tracks were found to run, by what is described. */
  readonly clockRates = new Map<string, number>();
  readonly #configs = new Map<'video' | 'audio', CodecConfig>();

  constructor(camera: CameraId, stream: StreamName) {
    this.camera = camera;
    this.stream = stream;
  }

  /** The configuration as consumers know it: the same object for as long as nothing in it changes. */
  settle(config: CodecConfig): CodecConfig {
    const known = this.#configs.get(config.kind);
    if (known !== undefined && isSame(known, config)) return known;
    this.#configs.set(config.kind, config);
    return config;
  }

  /** The last configuration of that kind. */
  configOf(kind: 'video' | 'audio'): CodecConfig | undefined {
    return this.#configs.get(kind);
  }
}

function isSame(a: CodecConfig, b: CodecConfig): boolean {
  if (a.codec !== b.codec || a.codecString !== b.codecString) return false;
  if (Buffer.compare(a.record, b.record) !== 0) return false;
  if (a.kind === 'video') {
    return b.kind === 'video' && a.width === b.width && a.height === b.height;
  }
  return b.kind === 'audio' && a.sampleRate === b.sampleRate && a.channels === b.channels;
}

/** Frames and bytes of payload since the camera was taken up, and frames that were left out. */
export interface FrameCounters {
  videoFrames: number;
  audioFrames: number;
  bytes: number;
  /** Came before the first keyframe of a session, or refer to what came before it. */
  beforeKeyframe: number;
  /** Larger than the media link carries. */
  tooLarge: number;
}

/**
 * Milliseconds for which the first frames of a session are held back. Recorders send the pictures since
 * the last keyframe in one burst: only after it is known when they were taken.
 */
export const SETTLE_MS = 250;
/** Milliseconds for which they are held back where a clock may run at another rate than is described. */
export const DOUBT_MS = 1_900;
/** Frames that are held back at most. */
export const MAX_HELD_FRAMES = 1_024;
/** Bytes of payload that are held back at most: a whole group of pictures of one stream. */
export const MAX_HELD_BYTES = 32 * 1024 * 1024;

interface Held {
  readonly track: number;
  readonly frame: Frame;
  readonly rtpTimestamp: number;
  readonly arrival: Instant;
}

/** What a track's frames need that lasts from one to the next. */
class FrameTrack {
  readonly isVideo: boolean;
  /** The configuration as the depacketizer gave it, and as consumers know it. */
  given: CodecConfig | undefined;
  settled: CodecConfig | undefined;
  discontinuity = true;

  constructor(isVideo: boolean) {
    this.isVideo = isVideo;
  }
}

export interface SessionFramesOptions {
  readonly clock: Clock;
  /** The tracks of the session, video first. */
  readonly tracks: readonly MediaTrack[];
  readonly memory: StreamMemory;
  readonly counters: FrameCounters;
  readonly publisher: FramePublisher;
  onQuirk?(quirk: QuirkId): void;
}

/** Makes the frames of one session: times, keyframe first, discontinuities, one row of numbers. */
export class SessionFrames {
  /** When the last frame was published, monotonic; undefined before the first. */
  lastFrameAt: MonotonicMs | undefined;
  /** When the first one was. */
  firstFrameAt: MonotonicMs | undefined;
  /** A whole picture came, be it one that decoding cannot begin with. */
  sawPictures = false;
  readonly #options: SessionFramesOptions;
  readonly #clock: ReplayedClock;
  #line: TimeLine;
  readonly #tracks: readonly FrameTrack[];
  readonly #join = new Join();
  #startedWithKeyframe = false;
  /** The first frames, until the time line has settled. */
  #held: Held[] | undefined = [];
  #heldBytes = 0;

  constructor(options: SessionFramesOptions) {
    this.#options = options;
    this.#tracks = options.tracks.map((track) => new FrameTrack(track.kind === 'video'));
    this.#clock = new ReplayedClock(options.clock);
    this.#line = this.#newLine();
  }

  /** A time line with what is known of the tracks. */
  #newLine(): TimeLine {
    const { tracks, memory } = this.#options;
    const line = new TimeLine(
      this.#clock,
      tracks.map((track) => ({
        kind: track.kind === 'video' ? 'video' : 'audio',
        clockRate: track.clockRate,
        foundRate: memory.clockRates.get(rateKeyOf(track)),
        reorderFrames: track.kind === 'video' ? memory.reorderFrames : 0,
      })),
    );
    line.holdStill();
    return line;
  }

  get timeLine(): TimeLineStatistics {
    return this.#line.statistics;
  }

  /** A unit is complete; gives the frame that was made of it, if one was. */
  take(index: number, unit: AccessUnit): Frame | undefined {
    const track = this.#tracks[index];
    if (track === undefined) return undefined;
    const { counters, memory, publisher, clock } = this.#options;
    if (track.isVideo) this.sawPictures = true;
    if (unit.config !== track.given) this.#configure(track, index, unit.config);
    const stamp = this.#line.stamp(index, unit.timestamp, unit.keyframe);
    if (unit.lost > 0 || stamp.stepped) track.discontinuity = true;
    if (!this.#startedWithKeyframe) {
      if (!track.isVideo || !unit.keyframe) {
        counters.beforeKeyframe++;
        return undefined;
      }
      this.#startedWithKeyframe = true;
      if (unit.config.kind === 'video') this.#join.begin(pictureOf(unit, unit.config, stamp));
    } else if (this.#join.isOpen && unit.config.kind === 'video') {
      if (this.#join.skips(pictureOf(unit, unit.config, stamp))) {
        counters.beforeKeyframe++;
        return undefined;
      }
    }
    const { length } = unit.payload;
    if (length > MAX_FRAME_BYTES) {
      counters.tooLarge++;
      track.discontinuity = true;
      return undefined;
    }
    const receivedAt = clock.monotonic();
    const frame: Frame = {
      camera: memory.camera,
      stream: memory.stream,
      config: track.settled ?? unit.config,
      pts: stamp.pts,
      dts: stamp.dts,
      wallClock: stamp.wallClock,
      keyframe: unit.keyframe,
      discontinuity: track.discontinuity,
      sequence: memory.nextSequence++,
      payload: unit.payload,
      receivedAt,
    };
    track.discontinuity = false;
    if (track.isVideo) {
      counters.videoFrames++;
      this.lastFrameAt = receivedAt;
      this.firstFrameAt ??= receivedAt;
    } else {
      counters.audioFrames++;
    }
    counters.bytes += length;
    if (this.#held === undefined) publisher.publish(frame);
    else {
      const arrival = { monotonic: receivedAt, now: clock.now() };
      this.#hold(this.#held, { track: index, frame, rtpTimestamp: unit.timestamp, arrival });
    }
    return frame;
  }

  /** Publishes what is held back, and takes over what the next session should know. */
  end(): void {
    this.#release();
    const video = this.#tracks.findIndex((track) => track.isVideo);
    if (video >= 0) this.#options.memory.reorderFrames = this.#line.reorderFrames(video);
    this.#learnRates();
  }

  #hold(held: Held[], item: Held): void {
    held.push(item);
    this.#heldBytes += item.frame.payload.length;
    const isFull = held.length >= MAX_HELD_FRAMES || this.#heldBytes >= MAX_HELD_BYTES;
    const since = this.#options.clock.monotonic() - (this.firstFrameAt ?? 0);
    const enough = this.#line.inDoubt ? DOUBT_MS : SETTLE_MS;
    if (since >= enough || isFull) this.#release();
  }

  #release(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    const frames = this.#line.foundRate ? this.#stampAgain(held) : held;
    const moved = this.#line.settle();
    for (const { track, frame } of frames) {
      const wallClock = frame.wallClock + (moved[track] ?? 0);
      this.#options.publisher.publish({ ...frame, wallClock });
    }
  }

  /** Frames that nobody has seen yet are dated as if the rates of their clocks had been known from the first. */
  #stampAgain(held: readonly Held[]): readonly Held[] {
    this.#learnRates();
    // A line begins when it is made.
    this.#clock.set(held[0]?.arrival);
    const line = this.#newLine();
    this.#line = line;
    this.#tracks.forEach(({ settled }, index) => {
      if (settled?.kind === 'video')
        line.declareReorderFrames(index, declaredReorderFrames(settled));
    });
    const again = held.map((item) => {
      const { frame, track, rtpTimestamp, arrival } = item;
      this.#clock.set(arrival);
      const { pts, dts, wallClock } = line.stamp(track, rtpTimestamp, frame.keyframe);
      return { ...item, frame: { ...frame, pts, dts, wallClock } };
    });
    this.#clock.set(undefined);
    return again;
  }

  #learnRates(): void {
    const { tracks, memory, onQuirk } = this.#options;
    tracks.forEach((track, index) => {
      const rate = this.#line.rateOf(index);
      if (rate === track.clockRate) memory.clockRates.delete(rateKeyOf(track));
      else {
        memory.clockRates.set(rateKeyOf(track), rate);
        onQuirk?.('clock-units');
      }
    });
  }

  #configure(track: FrameTrack, index: number, config: CodecConfig): void {
    track.given = config;
    track.settled = this.#options.memory.settle(config);
    if (config.kind === 'video') {
      this.#line.declareReorderFrames(index, declaredReorderFrames(config));
    }
  }
}

function rateKeyOf({ kind, clockRate }: MediaTrack): string {
  return `${kind} ${clockRate}`;
}

function pictureOf({ payload }: AccessUnit, { codec }: VideoConfig, { pts }: Stamp): JoinedPicture {
  return { codec, payload, time: pts };
}
