import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { CodecConfig, Frame } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { MAX_FRAME_BYTES } from '@vms/medialink/bounds.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { declaredReorderFrames } from './reorder-depth.ts';
import { TimeLine, type TimeLineStatistics } from './time-line.ts';

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
  /** Came before the first keyframe of a session. */
  beforeKeyframe: number;
  /** Larger than the media link carries. */
  tooLarge: number;
}

/**
 * Milliseconds for which the first frames of a session are held back. Recorders send the pictures since
 * the last keyframe in one burst: only after it is known when they were taken.
 */
export const SETTLE_MS = 250;
/** Frames that are held back at the most. */
export const MAX_HELD_FRAMES = 1_024;

interface Held {
  readonly track: number;
  readonly frame: Frame;
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
}

/** Makes the frames of one session: times, keyframe first, discontinuities, one row of numbers. */
export class SessionFrames {
  /** When the last frame was published, monotonic; undefined before the first. */
  lastFrameAt: MonotonicMs | undefined;
  /** When the first one was. */
  firstFrameAt: MonotonicMs | undefined;
  readonly #options: SessionFramesOptions;
  readonly #line: TimeLine;
  readonly #tracks: readonly FrameTrack[];
  #startedWithKeyframe = false;
  /** The first frames, until the time line has settled. */
  #held: Held[] | undefined = [];

  constructor(options: SessionFramesOptions) {
    this.#options = options;
    this.#tracks = options.tracks.map((track) => new FrameTrack(track.kind === 'video'));
    this.#line = new TimeLine(
      options.clock,
      options.tracks.map((track) => ({
        kind: track.kind === 'video' ? 'video' : 'audio',
        clockRate: track.clockRate,
        reorderFrames: track.kind === 'video' ? options.memory.reorderFrames : 0,
      })),
    );
    this.#line.holdStill();
  }

  get timeLine(): TimeLineStatistics {
    return this.#line.statistics;
  }

  /** A unit is complete; gives the frame that was made of it, if one was. */
  take(index: number, unit: AccessUnit): Frame | undefined {
    const track = this.#tracks[index];
    if (track === undefined) return undefined;
    const { counters, memory, publisher, clock } = this.#options;
    if (unit.config !== track.given) this.#configure(track, index, unit.config);
    const stamp = this.#line.stamp(index, unit.timestamp, unit.keyframe);
    if (unit.lost > 0 || stamp.stepped) track.discontinuity = true;
    if (!this.#startedWithKeyframe) {
      if (!track.isVideo || !unit.keyframe) {
        counters.beforeKeyframe++;
        return undefined;
      }
      this.#startedWithKeyframe = true;
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
    else this.#hold(this.#held, { track: index, frame });
    return frame;
  }

  /** Publishes what is held back, and takes over what the next session should know. */
  end(): void {
    this.#release();
    const video = this.#tracks.findIndex((track) => track.isVideo);
    if (video >= 0) this.#options.memory.reorderFrames = this.#line.reorderFrames(video);
  }

  #hold(held: Held[], item: Held): void {
    held.push(item);
    const since = this.#options.clock.monotonic() - (this.firstFrameAt ?? 0);
    if (since >= SETTLE_MS || held.length >= MAX_HELD_FRAMES) this.#release();
  }

  #release(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    const moved = this.#line.settle();
    for (const { track, frame } of held) {
      const wallClock = frame.wallClock + (moved[track] ?? 0);
      this.#options.publisher.publish({ ...frame, wallClock });
    }
  }

  #configure(track: FrameTrack, index: number, config: CodecConfig): void {
    track.given = config;
    track.settled = this.#options.memory.settle(config);
    if (config.kind === 'video') {
      this.#line.declareReorderFrames(index, declaredReorderFrames(config));
    }
  }
}
