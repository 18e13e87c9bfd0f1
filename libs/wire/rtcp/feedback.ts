import { readUint32 } from '../rtp/header.ts';
import { forEachRtcpPacket, RTCP_BYE, RTCP_RECEIVER_REPORT } from './packet.ts';

/** Transport and payload-specific feedback (RFC 4585 §6.1). */
const RTCP_TRANSPORT_FEEDBACK = 205;
const RTCP_PAYLOAD_FEEDBACK = 206;
const GENERIC_NACK = 1;
const PICTURE_LOSS = 1;
const FULL_INTRA_REQUEST = 4;
const HEADER_BYTES = 12;
const REPORT_BLOCK_BYTES = 24;

/** Sequence numbers that one packet of feedback may ask for; further ones are left out. */
export const MAX_NACKED_PACKETS = 512;

/** Who takes what a receiver says. */
export interface FeedbackHandler {
  /** A report block: `fractionLost` of 256 since the report before. */
  onReport?(ssrc: number, fractionLost: number): void;
  /** Packets that did not come (RFC 4585 §6.2.1). */
  onNack?(ssrc: number, sequence: number): void;
  /** A picture is lost (RFC 4585 §6.3.1), or a keyframe is asked for (RFC 5104 §4.3.1). */
  onPictureLoss?(ssrc: number): void;
  /** The receiver leaves. */
  onBye?(): void;
}

/** Reads what a receiver reports in bytes `start` to `end`. Never throws; what it does not know it skips. */
export function readFeedback(
  buffer: Uint8Array,
  start: number,
  end: number,
  handler: FeedbackHandler,
): void {
  forEachRtcpPacket(buffer, start, end, (type, from, to) => {
    const format = (buffer[from] ?? 0) & 31;
    if (type === RTCP_RECEIVER_REPORT) {
      for (let at = from + 8, left = format; left > 0 && at + REPORT_BLOCK_BYTES <= to; left--) {
        handler.onReport?.(readUint32(buffer, at), buffer[at + 4] ?? 0);
        at += REPORT_BLOCK_BYTES;
      }
    } else if (type === RTCP_BYE) {
      handler.onBye?.();
    } else if (to - from >= HEADER_BYTES) {
      if (type === RTCP_TRANSPORT_FEEDBACK && format === GENERIC_NACK) {
        readNacks(buffer, from, to, handler);
      } else if (type === RTCP_PAYLOAD_FEEDBACK && format === PICTURE_LOSS) {
        handler.onPictureLoss?.(readUint32(buffer, from + 8));
      } else if (type === RTCP_PAYLOAD_FEEDBACK && format === FULL_INTRA_REQUEST) {
        for (let at = from + HEADER_BYTES; at + 8 <= to; at += 8) {
          handler.onPictureLoss?.(readUint32(buffer, at));
        }
      }
    }
  });
}

/**
 * ```
 *  packet id (2)   bit mask of the 16 that follow (2)   ...
 * ```
 */
function readNacks(buffer: Uint8Array, from: number, to: number, handler: FeedbackHandler): void {
  const ssrc = readUint32(buffer, from + 8);
  let count = 0;
  for (let at = from + HEADER_BYTES; at + 4 <= to; at += 4) {
    const first = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
    let mask = ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
    for (let sequence = first, more = true; more; sequence++) {
      if (sequence === first || mask & 1) {
        if (count++ >= MAX_NACKED_PACKETS) return;
        handler.onNack?.(ssrc, sequence & 0xffff);
      }
      if (sequence !== first) mask >>>= 1;
      more = mask !== 0;
    }
  }
}
