/** Payload bytes of the newest pictures that are kept of each watched stream: 4 MiB, as in ingest. */
export const FEED_CACHE_BYTES = 4 * 1024 * 1024;

/** Payload bytes of frames that may wait in ingest for this process, all cameras together: 64 MiB. */
export const LINK_QUEUE_BYTES = 64 * 1024 * 1024;

/** Milliseconds for which a stream is still taken from ingest after its last viewer left. */
export const LINGER_MS = 10_000;

/** Milliseconds that a session waits for a stream's first keyframe, to know what it is. */
export const FEED_WAIT_MS = 2_000;

/** Milliseconds that a session waits for a sub stream's first keyframe where the main one cannot play. */
export const SUB_FEED_WAIT_MS = 1_000;

/** Streams that are taken from ingest at the same time. */
export const MAX_FEEDS = 512;

/** Milliseconds after which a session that nobody watches by is gone, and its token with it. */
export const SESSION_LIFE_MS = 120_000;

/** Sessions that were ended and whose tokens must not open them again. */
export const MAX_ENDED_SESSIONS = 10_000;

/** Openings of one session within a second in the long run, and at once. */
export const MAX_SESSION_OPENINGS_PER_SECOND = 1;
export const MAX_SESSION_OPENINGS_AT_ONCE = 10;
/** Sessions whose openings are counted. */
export const MAX_OPENING_SESSIONS = 10_000;

/** Milliseconds between two looks for sessions and viewers that are over. */
export const SWEEP_MS = 500;
