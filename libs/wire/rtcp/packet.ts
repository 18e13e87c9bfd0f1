export const RTCP_SENDER_REPORT = 200;
export const RTCP_RECEIVER_REPORT = 201;
export const RTCP_BYE = 203;

const HEADER_BYTES = 4;

/**
 * Calls back for each packet of a compound packet (RFC 3550 §6.1) that is whole; stops at the first that
 * is not.
 *
 * ```
 *  V=2|P|count   type   length in words - 1 (2)   ...
 * ```
 */
export function forEachRtcpPacket(
  buffer: Uint8Array,
  start: number,
  end: number,
  visit: (type: number, start: number, end: number) => void,
): void {
  let at = start;
  while (at + HEADER_BYTES <= end) {
    if ((buffer[at] ?? 0) >> 6 !== 2) return;
    const words = ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
    const next = at + (words + 1) * 4;
    if (next > end) return;
    visit(buffer[at + 1] ?? 0, at, next);
    at = next;
  }
}
