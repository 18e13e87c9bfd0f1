import type { EpochMs } from '@vms/common/clock.ts';
import { writeUint32 } from '../rtp/header.ts';
import { RTCP_SENDER_REPORT } from './packet.ts';

/** What a sender says of itself. */
export interface SenderReportFields {
  readonly ssrc: number;
  readonly wallClock: EpochMs;
  /** RTP timestamp of that instant, unsigned 32 bits. */
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  /** Bytes of payload. */
  readonly octetCount: number;
}

/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_OFFSET_SECONDS = 2_208_988_800;
const REPORT_BYTES = 28;

/** A sender report without reception blocks (RFC 3550 §6.4.1). */
export function buildSenderReport(report: SenderReportFields): Uint8Array {
  const packet = new Uint8Array(REPORT_BYTES);
  packet[0] = 0x80;
  packet[1] = RTCP_SENDER_REPORT;
  packet[3] = REPORT_BYTES / 4 - 1;
  const seconds = Math.floor(report.wallClock / 1000);
  writeUint32(packet, 4, report.ssrc);
  writeUint32(packet, 8, (seconds + NTP_OFFSET_SECONDS) % 2 ** 32);
  writeUint32(packet, 12, Math.floor((report.wallClock / 1000 - seconds) * 2 ** 32));
  writeUint32(packet, 16, report.rtpTimestamp);
  writeUint32(packet, 20, report.packetCount % 2 ** 32);
  writeUint32(packet, 24, report.octetCount % 2 ** 32);
  return packet;
}
