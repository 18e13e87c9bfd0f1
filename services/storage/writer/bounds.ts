/** Payload bytes that may wait in a writer for its disk; beyond, it stops reading the media link. */
export const MAX_PENDING_BYTES = 64 * 1024 * 1024;

/** Payload bytes of one fragment; a bigger one is cut. */
export const MAX_FRAGMENT_BYTES = 32 * 1024 * 1024;

/** Frames of one fragment; more are cut. */
export const MAX_FRAGMENT_FRAMES = 4096;

/** Milliseconds of recording after which a run ends at the next keyframe. */
export const RUN_MS = 3_600_000;

/** Milliseconds that wall clock and presentation time may drift apart between two frames of a run. */
export const MAX_CLOCK_STEP_MS = 1_000;

/**
 * Milliseconds between two frames of the leading track beyond which what follows is another run; more
 * where the camera is known to give so few (FrameInterval).
 */
export const MAX_FRAME_INTERVAL_MS = 10_000;

/** Milliseconds that the first run of a stream waits for the first frame of its other track. */
export const TRACK_PATIENCE_MS = 1_000;

/** Milliseconds of video without audio after which the next run expects none. */
export const MAX_AUDIO_SILENCE_MS = 10_000;

/** Milliseconds that an audio frame may lie before the keyframe with which a run begins. */
export const MAX_AUDIO_LEAD_MS = 1_000;

/** Milliseconds for which a video configuration is remembered, to notice that it comes back. */
export const CONFIGURATION_MEMORY_MS = 60_000;

/** Video tracks of one run: configurations between which a camera changes to and fro. */
export const MAX_VIDEO_TRACKS = 8;

/** Runs in CONFIGURATION_MEMORY_MS that changes of configuration may open before they are slowed. */
export const MAX_CONFIGURATION_RUNS = 12;

/** Milliseconds before a volume, or a file, that gave an error is tried again: first, and at most. */
export const RETRY_FIRST_MS = 500;
export const RETRY_LONGEST_MS = 4_000;

/**
 * Milliseconds to wait before the next try: twice as long each time, up to RETRY_LONGEST_MS.
 *
 * @param before those of the last try; 0 for the first
 */
export function nextRetryMs(before: number): number {
  return before === 0 ? RETRY_FIRST_MS : Math.min(before * 2, RETRY_LONGEST_MS);
}

/** Milliseconds that a writer which is told to stop waits for the frames that ingest holds back. */
export const STOP_FLUSH_MS = 1_000;

/** Milliseconds that a writer takes to close its files when it is told to stop. */
export const STOP_TIMEOUT_MS = 8_000;
