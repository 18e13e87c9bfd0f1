/** Bytes of parts that are kept of each stream: the cached pictures of ingest fit, with their sound as FLAC. */
export const MAX_PART_CACHE_BYTES = 6 * 1024 * 1024;

/** Parts that are kept of each stream at most. */
export const MAX_PARTS = 2_048;

/** Milliseconds of sound that wait for the next picture, to go in one part with it. */
export const MAX_WAITING_AUDIO_MS = 40;

/** Milliseconds of silence that take the place of missing sound in one go; after a longer pause it begins again. */
export const MAX_SILENCE_MS = 10_000;

/**
 * Milliseconds by which sound may lag behind the pictures before silence takes its place: at least, and at
 * most where it always lags.
 */
export const MIN_SOUND_LAG_MS = 250;
export const MAX_SOUND_LAG_MS = 2_000;

/** Bytes that may wait for a viewer's socket: the whole cache at the beginning, and some more. */
export const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Milliseconds between two pings of a WebSocket, and without any answer before it is given up. */
export const PING_MS = 3_000;
export const PONG_TIMEOUT_MS = 9_000;

/** Milliseconds that a viewer has to take the close frame, with what was sent before, and to answer it. */
export const CLOSE_GRACE_MS = 1_000;

/** Bytes of the longest message that a viewer may send; it has nothing to say. */
export const MAX_VIEWER_MESSAGE_BYTES = 1_024;

/** WebSockets that may be opened within a second, all together. */
export const MAX_OPENINGS_PER_SECOND = 50;
