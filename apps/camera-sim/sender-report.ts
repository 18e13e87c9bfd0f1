import type { EpochMs } from '@vms/common/clock.ts';

/** What a sender report says (RFC 3550 §6.4.1). */
export interface SenderReport {
  readonly ssrc: number;
  readonly wallClock: EpochMs;
  /** RTP time stamp of that instant. */
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_OFFSET_SECONDS = 2_208_988_800;
const SENDER_REPORT = 200;

/** A sender report without reception blocks: 28 bytes. */
export function buildSenderReport(report: SenderReport): Buffer {
  const packet = Buffer.alloc(28);
  packet[0] = 0x80;
  packet[1] = SENDER_REPORT;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(report.ssrc, 4);
  const seconds = Math.floor(report.wallClock / 1000);
  packet.writeUInt32BE((seconds + NTP_OFFSET_SECONDS) % 2 ** 32, 8);
  packet.writeUInt32BE(Math.floor((report.wallClock / 1000 - seconds) * 2 ** 32), 12);
  packet.writeUInt32BE(report.rtpTimestamp, 16);
  packet.writeUInt32BE(report.packetCount % 2 ** 32, 20);
  packet.writeUInt32BE(report.octetCount % 2 ** 32, 24);
  return packet;
}
