/** Bytes of the longest RTP payload: with our 20 bytes of header, SRTP, UDP and IPv6 it stays within 1280. */
export const MAX_RTP_PAYLOAD_BYTES = 1_180;

/** Bytes of packets of one stream that are kept for joining viewers and for retransmission: 6 MiB. */
export const MAX_RING_BYTES = 6 * 1024 * 1024;

/** Access units of one stream that are kept at most. */
export const MAX_RING_UNITS = 2_048;

/** What a viewer is sent at most, a burst of the cached pictures above all: 100 Mbit/s. */
export const MAX_BURST_BYTES_PER_MS = 12_500;
export const MAX_BURST_PACKETS_PER_MS = 12;

/** What may go out at once where nothing went before: a keyframe of 4 Mbit/s fits. */
export const BURST_ALLOWANCE_MS = 8;

/** Milliseconds between two helpings of a burst. */
export const BURST_TICK_MS = 4;

/** How much faster than they were taken the cached pictures are stamped, so that they play at once. */
export const CATCH_UP_SPEED = 25;

/** Ticks of 90 kHz between two pictures at the least. */
export const MIN_STEP_TICKS = 9;

/** Bytes that a viewer may lie behind before it is put to the newest keyframe: half of the ring. */
export const MAX_BACKLOG_BYTES = MAX_RING_BYTES / 2;

/** Packets of each viewer that can be sent again; a power of two. 1024 are 2.4 s at 4 Mbit/s. */
export const RETRANSMISSION_PACKETS = 1_024;

/** Packets that one viewer is sent again within a second at most. */
export const MAX_RETRANSMISSIONS_PER_SECOND = 500;

/** Milliseconds between two repeats of the cached pictures that one viewer gets for lost ones. */
export const PICTURE_LOSS_INTERVAL_MS = 1_000;

/** Such repeats of one stream within a second, all its viewers together. */
export const MAX_REPEATS_PER_SECOND = 20;

/** Milliseconds between two sender reports. */
export const SENDER_REPORT_MS = 1_000;

/** Milliseconds that a viewer has to connect after its answer. */
export const CONNECT_TIMEOUT_MS = 15_000;

/** Milliseconds without a word from a viewer that is being sent to; receiver reports come every 1 to 6 s. */
export const SILENCE_MS = 8_000;

/** Milliseconds that gathering of our own candidates may take (STUN). */
export const GATHER_TIMEOUT_MS = 1_000;

/** Milliseconds after the answer in which the viewer's own checks may connect it; then we try its candidates, too. */
export const CANDIDATE_DELAY_MS = 500;

/** Offers that are taken within a second, after a burst of as many. */
export const MAX_OFFERS_PER_SECOND = 50;

/** Milliseconds that a starting service waits for its UDP port: a child of a process that died may hold it. */
export const UDP_PORT_WAIT_MS = 2_000;

/** Milliseconds that the library has to let go of closed connections before the port is given back. */
export const RELEASE_TIMEOUT_MS = 1_000;
