/** Bytes of the largest event, as JSON. What is larger belongs into a database, with a cursor. */
export const MAX_EVENT_BYTES = 64 * 1024;

/** Bytes of events that may wait for one reader or one writer before the oldest are dropped: 1 MiB. */
export const MAX_QUEUE_BYTES = 1024 * 1024;

/** Characters of the longest subject or pattern. */
export const MAX_SUBJECT_CHARACTERS = 200;

/** Subscriptions that one connection may hold. */
export const MAX_SUBSCRIPTIONS = 256;

/** Connections that one hub accepts. */
export const MAX_CONNECTIONS = 128;

/** Bytes of the longest path of a Unix socket (sockaddr_un has 108 with its final zero). */
export const MAX_SOCKET_PATH_BYTES = 107;

/** Milliseconds for which a client looks for a hub that is not there yet. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** Milliseconds between two looks. */
export const CONNECT_RETRY_MS = 50;

/** Milliseconds that a closing connection has to hand over what waits. */
export const CLOSE_GRACE_MS = 1_000;
