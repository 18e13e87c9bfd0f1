/** Cameras of one installation. */
export const MAX_CAMERAS = 500;
/** Cameras in one page, and where no limit is given. */
export const MAX_CAMERA_PAGE = 500;
export const DEFAULT_CAMERA_PAGE = 100;
/** Characters of a camera's name. */
export const MAX_NAME_CHARACTERS = 100;
/** Bytes that a camera may be limited to: at least one file of a few minutes, at most 2^50. */
export const MIN_MAX_BYTES = 100_000_000;
export const MAX_MAX_BYTES = 2 ** 50;
/** Bytes that the demo camera's recordings take at most: 10 GB. */
export const DEMO_MAX_BYTES = 10_000_000_000;

/** Recordings in one page, and where no limit is given. */
export const MAX_RECORDING_PAGE = 500;
export const DEFAULT_RECORDING_PAGE = 100;
/** Characters of a cursor. */
export const MAX_CURSOR_CHARACTERS = 512;
/** Milliseconds of one playback: 4 h. */
export const MAX_PLAYBACK_MS = 4 * 3600_000;
/** Milliseconds that a time line may show: 400 days. */
export const MAX_TIMELINE_MS = 400 * 86_400_000;
/** Spans of one time line: more than any screen has pixels. */
export const MAX_TIMELINE_SPANS = 4000;
/** Milliseconds that the address of a playback is good for: its 4 h, and a pause. */
export const PLAYBACK_TOKEN_MS = 6 * 3600_000;
/** Milliseconds that the address of a download is good for. */
export const DOWNLOAD_TOKEN_MS = 3600_000;

/** Bytes of a request's body. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Milliseconds for an answer of ingest or storage to something a person waits for. */
export const RPC_TIMEOUT_MS = 3_000;
/** Milliseconds for the first words of a live view: its stream may have to send a keyframe first. */
export const LIVE_TIMEOUT_MS = 8_000;
/** Milliseconds for a snapshot: ffmpeg starts, and may wait for its turn. */
export const SNAPSHOT_TIMEOUT_MS = 10_000;
/** Milliseconds for the states of all cameras; the list of cameras does not wait longer. */
export const STATUS_TIMEOUT_MS = 1_500;
/** Milliseconds that the states of all cameras are good for before ingest is asked again. */
export const STATUS_FRESH_MS = 500;
/** Milliseconds that ingest is left alone after it did not answer. */
export const STATUS_RETRY_MS = 2_000;
/** Milliseconds for a test of a camera: ingest logs in, waits for a keyframe, and gives up before. */
export const CAMERA_TEST_TIMEOUT_MS = 25_000;
/** Tests of cameras under way at a time. */
export const MAX_CAMERA_TESTS = 4;
/** Milliseconds for a search for a camera's streams: ingest gives up before, the gateway after. */
export const CAMERA_SEARCH_TIMEOUT_MS = 29_000;
/** Searches under way at a time, as many as ingest takes. */
export const MAX_CAMERA_SEARCHES = 2;
/** Milliseconds for storage to delete what it has of a camera. */
export const DELETION_TIMEOUT_MS = 20_000;
/** First and longest wait before a deletion is tried again, milliseconds. */
export const DELETION_RETRY_FIRST_MS = 1_000;
export const DELETION_RETRY_LONGEST_MS = 60_000;
/**
 * Milliseconds after which every service has surely heard that a camera is gone (they ask each 30 s),
 * so that a last deletion catches what was still recorded in between.
 */
export const DELETION_SETTLED_MS = 35_000;

/** Milliseconds between two looks at services, volumes and cameras, and at the least between two. */
export const SYSTEM_CHECK_MS = 10_000;
export const MIN_SYSTEM_CHECK_MS = 1_000;
/** Bytes of a service's health report that are read. */
export const MAX_HEALTH_BYTES = 64 * 1024;
