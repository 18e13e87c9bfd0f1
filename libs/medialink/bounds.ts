/** Payload bytes that the GOP cache of one stream may hold: 4 MiB, 7 s at 4.5 Mbit/s. */
export const DEFAULT_GOP_CACHE_BYTES = 4 * 1024 * 1024;

/** Payload bytes that may wait for the writer of one volume: 256 MiB, 2.5 s at 100 MB/s. */
export const WRITER_QUEUE_BYTES = 256 * 1024 * 1024;

/** Payload bytes of the largest frame that the link carries. A 4K intra frame is under 4 MiB. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Bytes of the largest control message (subscribe, configuration, gap). */
export const MAX_CONTROL_BYTES = 64 * 1024;

/** Subscriptions that one connection may hold. */
export const MAX_SUBSCRIPTIONS_PER_CONNECTION = 2048;

/** Connections that one server accepts. */
export const MAX_CONNECTIONS = 512;

/** Codec configurations that one subscription may have been told of before the oldest is forgotten. */
export const MAX_CONFIGS_PER_SUBSCRIPTION = 64;

/** Bytes that may lie in the kernel's and Node's send buffers before frames wait in the bounded queue. */
export const SEND_BUFFER_BYTES = 1024 * 1024;

/** Milliseconds between two signs of life of a server that has nothing else to send. */
export const HEARTBEAT_MS = 2_000;

/** Milliseconds without any byte after which a client gives a connection up. */
export const LINK_TIMEOUT_MS = 8_000;

/** Milliseconds that a new connection has to say hello. */
export const HELLO_TIMEOUT_MS = 5_000;

/** Milliseconds that a client may ask to hold frames back at most. */
export const MAX_COALESCE_MS = 100;

/** First and longest wait before a client connects again, milliseconds. */
export const RECONNECT_FIRST_MS = 50;
export const RECONNECT_LONGEST_MS = 1_000;

/** Milliseconds between two reports of consumers that throw. */
export const FAILURE_LOG_INTERVAL_MS = 1_000;
