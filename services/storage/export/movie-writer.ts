import type { EpochMs } from '@vms/common/clock.ts';
import type { AudioConfig, VideoConfig } from '@vms/common/frame.ts';

/** A frame with its place in the file that is written. */
export interface MovieFrame {
  readonly kind: 'video' | 'audio';
  /** Presentation time, 100 µs since the beginning of the file. */
  readonly time: number;
  readonly keyframe: boolean;
  readonly payload: Uint8Array;
}

/** What one file holds. */
export interface MovieTracks {
  readonly video: VideoConfig | undefined;
  readonly audio: AudioConfig | undefined;
}

export interface MovieInput extends MovieTracks {
  /** When the first picture was taken. */
  readonly startedAt: EpochMs;
  /** About the whole file, such as the camera's name; for formats that can hold it. */
  readonly tags: Readonly<Record<string, string>>;
  /** 16 random bytes. */
  readonly uid: Uint8Array;
}

/** Writes one file of a format. */
export interface MovieWriter {
  /** Frames of one fragment, in decode order. */
  add(frames: readonly MovieFrame[]): Promise<void>;
  /** Writes what a finished file needs; `end` is the end of the last picture, 100 µs. */
  finish(end: number): Promise<void>;
}
