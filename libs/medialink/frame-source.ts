import type { EpochMs } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';

/**
 * Where a subscription begins.
 * - `gop`: with the cached group of pictures, so that a viewer sees a picture at once and a writer
 *   that restarts gets back what it lost; then live.
 * - `next-keyframe`: with the next keyframe that the camera sends.
 */
export type StartWith = 'gop' | 'next-keyframe';

/**
 * Frames that a subscriber did not get because it, or the link to it, was too slow, or because their
 * configuration is larger than the link carries.
 */
export interface FrameGap {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Presentation time of the first frame that was dropped. */
  readonly from: EpochMs;
  /** Presentation time of the keyframe with which delivery goes on. */
  readonly to: EpochMs;
  readonly droppedFrames: number;
  readonly droppedBytes: number;
  readonly cause: 'slow-consumer' | 'link-lost' | 'configuration';
}

export interface SubscribeOptions {
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly startWith: StartWith;
  /** Called in order; the first frame is a video keyframe (or audio, where a stream has no video). */
  onFrame(frame: Frame): void;
  /** Called just before the keyframe that ends the gap. */
  onGap?(gap: FrameGap): void;
  /** The camera is no longer here (removed, or moved to another instance). Nothing follows. */
  onEnd?(): void;
}

export interface Subscription {
  close(): void;
}

export interface FrameSourceOptions {
  /**
   * Bytes of payload that may wait for this subscriber, all its subscriptions together. What would
   * go beyond is dropped up to the next keyframe of that stream, counted and told by `onGap`.
   */
  readonly queueBytes: number;
}

/**
 * Frames as a subscriber sees them: the same in one process (`FrameHub.open`) and over a socket
 * (`connectFrames`).
 */
export interface FrameSource {
  subscribe(options: SubscribeOptions): Subscription;
  /** Stops delivery; frames wait within `queueBytes`. */
  pause(): void;
  resume(): void;
  /**
   * Asks for the frames that are being held back to come together. Settles once they have come, or the link to
   * who holds them is down; at once, and without asking, while delivery is stopped.
   */
  flush(): Promise<void>;
  /** Payload bytes that wait on this side. */
  readonly queuedBytes: number;
  close(): void;
}
