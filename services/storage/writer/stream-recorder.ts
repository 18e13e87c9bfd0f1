import { type Clock, type EpochMs, TICKS_PER_MS, type Ticks90k } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import { FrameInterval } from '@vms/common/frame-interval.ts';
import type { CameraId, RandomBytes, StreamName } from '@vms/common/ids.ts';
import { NO_HASH } from '@vms/format/hash-chain.ts';
import type { CloseCause } from '@vms/format/index-line.ts';
import { randomAccessOfFrame } from '@vms/media/random-access.ts';
import {
  MAX_AUDIO_LEAD_MS,
  MAX_AUDIO_SILENCE_MS,
  MAX_FRAME_INTERVAL_MS,
  TRACK_PATIENCE_MS,
} from './bounds.ts';
import { FragmentBuffer } from './fragment-buffer.ts';
import { RunBuilder } from './run-builder.ts';
import { nextRoll, staggerOf } from './run-roll.ts';
import { RunTimeline } from './run-timeline.ts';
import { TrackSet } from './track-set.ts';

/** Where a camera stream's chain of files stands. */
export interface ChainHead {
  /** Of the last file; 0 before the first. */
  readonly fileNumber: number;
  /** Of its last fragment. */
  readonly hash: Uint8Array;
}

export const NO_CHAIN: ChainHead = { fileNumber: 0, hash: NO_HASH };

/** What a recorder wants written, in order. */
export type StagedOperation =
  | { readonly kind: 'open'; readonly builder: RunBuilder }
  | {
      readonly kind: 'append';
      readonly buffers: readonly Uint8Array[];
      readonly bytes: number;
      readonly line: string;
      readonly payloadBytes: number;
      readonly lastSequence: number;
      readonly lastWallClock: EpochMs;
      /** Where the chain stands when this is written. */
      readonly hash: Uint8Array;
      readonly end: EpochMs;
      readonly frames: number;
    }
  | { readonly kind: 'close'; readonly cause: CloseCause; readonly builder: RunBuilder };

export interface StreamRecorderOptions {
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly bootId: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly chain: ChainHead;
}

/** Frames that were not recorded, and why. */
export interface DroppedFrames {
  readonly reason: 'no-keyframe' | 'configuration';
  readonly frames: number;
}

/**
 * Turns the frames of one camera stream into runs and fragments. `offer` only keeps the frame; the
 * decisions are made in `stage`, once a round, so that a frame costs next to nothing. Does no I/O.
 *
 * A run ends, at the next keyframe, after an hour (staggered between cameras), when the codec
 * configuration changes, after a gap or discontinuity, and when wall clock and presentation time
 * part by over MAX_CLOCK_STEP_MS. Until that keyframe comes, frames go on in the old run on its own
 * time line: a stepped clock loses nothing.
 */
export class StreamRecorder {
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly #options: StreamRecorderOptions;
  readonly #tracks = new TrackSet();
  readonly #staggerMs: number;
  #pending: Frame[] = [];
  /** Places in `#pending` before which the link lost frames. */
  #gaps: number[] = [];
  #pendingSince = 0;
  #waitingSince = 0;
  #staged: StagedOperation[] = [];
  #run: RunBuilder | undefined;
  #chain: ChainHead;
  /** Of the leading track, from run to run. */
  readonly #interval = new FrameInterval(MAX_FRAME_INTERVAL_MS);
  #timeline = new RunTimeline(0, this.#interval);
  readonly #fragment = new FragmentBuffer();
  #rollCause: CloseCause | undefined;
  #rollAt: EpochMs = 0;
  /** Presentation times of the last frame of this run, and of its last audio frame. */
  #lastPts: Ticks90k = 0;
  #lastAudioPts: Ticks90k = Number.NEGATIVE_INFINITY;
  #settled = false;
  readonly #dropped = new Map<DroppedFrames['reason'], DroppedFrames>();

  constructor(options: StreamRecorderOptions) {
    this.#options = options;
    this.camera = options.camera;
    this.stream = options.stream;
    this.#chain = options.chain;
    this.#staggerMs = staggerOf(`${options.camera}/${options.stream}`);
  }

  /** Frames and operations that wait for the disk. */
  get isIdle(): boolean {
    return this.#pending.length === 0 && this.#staged.length === 0;
  }

  /** Monotonic time at which the oldest frame that waits came; meaningless while idle. */
  get waitingSince(): number {
    return this.#waitingSince;
  }

  offer(frame: Frame): void {
    if (this.#pending.length === 0) {
      const now = this.#options.clock.monotonic();
      this.#pendingSince = now;
      if (this.#staged.length === 0) this.#waitingSince = now;
    }
    this.#pending.push(frame);
  }

  /** The link lost frames before the next one. */
  gap(): void {
    this.#gaps.push(this.#pending.length);
  }

  /** Where the chain stands with all that is staged. */
  get chain(): ChainHead {
    return this.#chain;
  }

  /** Payload bytes that wait, staged or not. */
  get pendingBytes(): number {
    let bytes = 0;
    for (const frame of this.#pending) bytes += frame.payload.length;
    for (const operation of this.#staged) {
      if (operation.kind === 'append') bytes += operation.payloadBytes;
    }
    return bytes;
  }

  /** Frames that wait, staged or not. */
  get pendingFrames(): number {
    let frames = this.#pending.length;
    for (const operation of this.#staged) {
      if (operation.kind === 'append') frames += operation.frames;
    }
    return frames;
  }

  /** Frames that were not recorded since the last call. */
  takeDropped(): DroppedFrames[] {
    if (this.#dropped.size === 0) return [];
    const dropped = [...this.#dropped.values()];
    this.#dropped.clear();
    return dropped;
  }

  /**
   * Turns everything that waits into operations, which stay staged until `done` takes them off.
   */
  stage(): readonly StagedOperation[] {
    const frames = this.#pending;
    if (frames.length > 0 && !this.#waitsForTracks(frames)) {
      const gaps = this.#gaps;
      this.#pending = [];
      this.#gaps = [];
      for (let i = 0; i < frames.length; i++) {
        if (gaps[0] === i) {
          gaps.shift();
          this.#rollCause ??= 'gap';
        }
        const frame = frames[i];
        if (frame !== undefined) this.#take(frame, frames, i);
      }
      if (gaps.length > 0) this.#rollCause ??= 'gap';
      this.#cut();
    }
    return this.#staged;
  }

  /** The first `count` staged operations are written. */
  done(count: number): void {
    if (count === this.#staged.length) {
      this.#staged = [];
      this.#waitingSince = this.#pendingSince;
    } else this.#staged.splice(0, count);
  }

  /** Ends the run with what is there; frames that come later begin another. */
  end(cause: CloseCause): void {
    // No other track will come.
    this.#settled = true;
    this.stage();
    this.#close(cause);
  }

  /**
   * Forgets the run and all that waits: its file gave an error. The next run begins at the next
   * keyframe and chains from what was last acknowledged.
   */
  abandon(chain: ChainHead): void {
    this.#pending = [];
    this.#gaps = [];
    this.#staged = [];
    this.#fragment.take();
    this.#run = undefined;
    this.#rollCause = undefined;
    this.#chain = {
      fileNumber: Math.max(chain.fileNumber, this.#chain.fileNumber),
      hash: chain.hash,
    };
  }

  /** The first run of a subscription waits a little, so that its header knows the audio track. */
  #waitsForTracks(frames: readonly Frame[]): boolean {
    if (this.#settled || this.#run !== undefined) return false;
    let video = false;
    let audio = false;
    for (const { config } of frames) {
      if (config.kind === 'video') video = true;
      else audio = true;
    }
    const waited = this.#options.clock.monotonic() - this.#pendingSince;
    if (!(video && audio) && waited < TRACK_PATIENCE_MS) return true;
    this.#settled = true;
    return false;
  }

  #take(frame: Frame, frames: readonly Frame[], index: number): void {
    const { config } = frame;
    const isVideo = config.kind === 'video';
    const reference = isVideo || !this.#tracks.hasVideo;
    if (reference) this.#interval.add(frame.pts / TICKS_PER_MS);
    if (this.#run === undefined) {
      if (!this.#mayStart(frame, frames, index)) {
        this.#drop('no-keyframe');
        return;
      }
      this.#open(frame, frames, index);
    } else {
      if (reference && !frame.keyframe && !this.#timeline.joins(frame)) {
        // Nothing that this frame refers to was recorded, and its time may be anything.
        this.#close('gap');
        this.#drop('no-keyframe');
        return;
      }
      const cause = this.#endsRun(frame, reference);
      if (cause !== undefined && (!frame.keyframe || !reference)) {
        this.#rollCause ??= cause;
      } else if (cause !== undefined && this.#mayOpenFor(cause)) {
        this.#close(cause);
        this.#open(frame, frames, index, cause === 'hour' || cause === 'clock-step');
      }
    }
    const track = this.#tracks.numberOf(config);
    if (track === undefined) {
      // A new configuration without its keyframe, or audio that this run has no track for.
      this.#rollCause ??= 'configuration';
      this.#drop('configuration');
      return;
    }
    this.#append(frame, track);
  }

  #mayStart(frame: Frame, frames: readonly Frame[], index: number): boolean {
    if (!frame.keyframe) return false;
    if (frame.config.kind === 'video') return true;
    if (this.#tracks.hasVideo) return false;
    for (let i = index + 1; i < frames.length; i++) {
      if (frames[i]?.config.kind === 'video') return false;
    }
    return true;
  }

  /** Why this frame should not go on in the current run; undefined where it may. */
  #endsRun(frame: Frame, reference: boolean): CloseCause | undefined {
    if (!reference) {
      return this.#tracks.numberOf(frame.config) === undefined ? 'configuration' : this.#rollCause;
    }
    if (!this.#timeline.joins(frame)) return 'gap';
    // Before the discontinuity, which a step always is: until a keyframe comes, the run goes on.
    if (this.#timeline.steps(frame)) this.#rollCause ??= 'clock-step';
    if (frame.discontinuity) return 'gap';
    if (this.#tracks.numberOf(frame.config) === undefined) return 'configuration';
    if (this.#rollCause !== undefined) return this.#rollCause;
    return frame.wallClock >= this.#rollAt ? 'hour' : undefined;
  }

  #drop(reason: DroppedFrames['reason']): void {
    const frames = (this.#dropped.get(reason)?.frames ?? 0) + 1;
    this.#dropped.set(reason, { reason, frames });
  }

  #mayOpenFor(cause: CloseCause): boolean {
    if (cause !== 'configuration') return true;
    return this.#tracks.mayOpenForConfiguration(this.#options.clock.monotonic());
  }

  /** @param follows nothing is missing before it: the leading pictures of an open point are recorded too */
  #open(frame: Frame, frames: readonly Frame[], index: number, follows = false): void {
    const { camera, stream, bootId, clock, random } = this.#options;
    let start = frame.wallClock - (follows ? leadOf(frame, frames.slice(index + 1)) : 0);
    for (let i = index + 1; i < frames.length; i++) {
      const other = frames[i];
      if (other?.config.kind !== 'audio') continue;
      if (other.wallClock < start && other.wallClock > frame.wallClock - MAX_AUDIO_LEAD_MS) {
        start = other.wallClock;
      }
    }
    const tracks = this.#tracks.begin(frame, frames.slice(index + 1), clock.monotonic());
    this.#run = new RunBuilder({
      camera,
      stream,
      fileNumber: this.#chain.fileNumber + 1,
      bootId,
      segmentUid: random(16),
      dateUtc: Math.floor(start),
      tracks,
      previousHash: this.#chain.hash,
    });
    this.#chain = { fileNumber: this.#chain.fileNumber + 1, hash: this.#chain.hash };
    this.#timeline = new RunTimeline(this.#run.identity.dateUtc, this.#interval);
    this.#rollCause = undefined;
    this.#lastAudioPts = Number.NEGATIVE_INFINITY;
    this.#rollAt = nextRoll(frame.wallClock, this.#staggerMs);
    this.#staged.push({ kind: 'open', builder: this.#run });
  }

  #append(frame: Frame, track: number): void {
    const isVideo = frame.config.kind === 'video';
    const tick = this.#timeline.tickOf(frame, isVideo || !this.#tracks.hasVideo);
    if (tick === undefined) {
      this.#drop('no-keyframe');
      return;
    }
    this.#lastPts = frame.pts;
    if (!isVideo) this.#lastAudioPts = frame.pts;
    if ((isVideo && frame.keyframe) || this.#fragment.isFullFor(frame, tick)) this.#cut();
    this.#fragment.push(frame, track, tick);
  }

  #cut(): void {
    const run = this.#run;
    const { payloadBytes } = this.#fragment;
    const frames = this.#fragment.take();
    const last = frames.at(-1);
    if (run === undefined || last === undefined) return;
    const encoded = run.add(frames);
    this.#chain = { fileNumber: run.identity.fileNumber, hash: run.hash };
    this.#staged.push({
      kind: 'append',
      ...encoded,
      payloadBytes,
      lastSequence: last.frame.sequence,
      lastWallClock: last.frame.wallClock,
      hash: run.hash,
      end: run.end,
      frames: frames.length,
    });
  }

  #close(cause: CloseCause): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#cut();
    const silence = (this.#lastPts - this.#lastAudioPts) / TICKS_PER_MS;
    if (silence > MAX_AUDIO_SILENCE_MS) this.#tracks.forgetAudio();
    this.#staged.push({ kind: 'close', cause, builder: run });
    this.#run = undefined;
    this.#rollCause = undefined;
  }
}

/** Milliseconds by which pictures behind an open random access point are shown before it. */
function leadOf(point: Frame, behind: readonly Frame[]): number {
  if (randomAccessOfFrame(point)?.kind !== 'open') return 0;
  let lead = 0;
  for (const { config, pts } of behind) {
    if (config.kind !== 'video') continue;
    if (pts > point.pts) return lead / TICKS_PER_MS;
    lead = Math.max(lead, point.pts - pts);
  }
  // They have not all come: none is shown before the decode time of the point.
  return Math.max(lead, point.pts - point.dts) / TICKS_PER_MS;
}
