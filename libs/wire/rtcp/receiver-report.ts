import type { Reception } from '../rtp/depacketizer.ts';
import { writeUint32 } from '../rtp/header.ts';
import { RTCP_RECEIVER_REPORT } from './packet.ts';

/** What was said in the report before, to tell the loss since then. */
export interface ReceptionBefore {
  readonly expected: number;
  readonly lost: number;
}

/** What a receiver report says of one source. */
export interface ReceptionReport {
  readonly reception: Reception;
  /** At the report before; undefined in the first. */
  readonly before?: ReceptionBefore | undefined;
  /** `compactNtp` of the last sender report, 0 for none. */
  readonly lastSenderReport: number;
  /** Seconds since that report came, 0 for none. */
  readonly delaySeconds: number;
}

const HEADER_BYTES = 8;
const BLOCK_BYTES = 24;
/** The count of blocks has 5 bits. */
export const MAX_REPORT_BLOCKS = 31;
const MAX_CUMULATIVE_LOST = 0x7fffff;

/**
 * Builds a receiver report (RFC 3550 §6.4.2). Over TCP it mainly tells the camera that somebody is there;
 * jitter is therefore given as 0.
 *
 * @param ssrc ours, any number
 */
export function buildReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Uint8Array {
  const blocks = reports.slice(0, MAX_REPORT_BLOCKS);
  const packet = new Uint8Array(HEADER_BYTES + BLOCK_BYTES * blocks.length);
  packet[0] = 0x80 | blocks.length;
  packet[1] = RTCP_RECEIVER_REPORT;
  const words = packet.length / 4 - 1;
  packet[2] = words >> 8;
  packet[3] = words;
  writeUint32(packet, 4, ssrc);
  blocks.forEach((block, index) => {
    const at = HEADER_BYTES + BLOCK_BYTES * index;
    const { reception, before } = block;
    const expected = reception.expected - (before?.expected ?? 0);
    const lost = reception.lost - (before?.lost ?? 0);
    const fraction =
      expected > 0 && lost > 0 ? Math.min(255, Math.floor((lost * 256) / expected)) : 0;
    writeUint32(packet, at, reception.ssrc);
    writeUint32(
      packet,
      at + 4,
      ((fraction << 24) | Math.min(reception.lost, MAX_CUMULATIVE_LOST)) >>> 0,
    );
    writeUint32(packet, at + 8, reception.extendedHighest);
    writeUint32(packet, at + 16, block.lastSenderReport);
    writeUint32(packet, at + 20, Math.min(0xffffffff, Math.round(block.delaySeconds * 65536)));
  });
  return packet;
}
