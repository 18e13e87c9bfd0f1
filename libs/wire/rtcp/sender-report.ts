import type { EpochMs } from '@vms/common/clock.ts';
import { readUint32 } from '../rtp/header.ts';
import { forEachRtcpPacket, RTCP_BYE, RTCP_SENDER_REPORT } from './packet.ts';

/** What a sender says of its clock (RFC 3550 §6.4.1). */
export interface SenderReport {
  readonly ssrc: number;
  /** Wall clock of the camera, right or wrong; 0 where it has none (NTP time 0). */
  readonly wallClock: EpochMs;
  /** RTP timestamp of that instant, unsigned 32 bits. */
  readonly rtpTimestamp: number;
  /** The middle 32 bits of the NTP time, which a receiver report sends back as LSR. */
  readonly compactNtp: number;
  /** Packets sent, modulo 2^32. */
  readonly packetCount: number;
  /** Bytes of payload sent, modulo 2^32. */
  readonly octetCount: number;
}

/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_OFFSET_SECONDS = 2_208_988_800;
const REPORT_BYTES = 28;

/** The first sender report in bytes `start` to `end` of `buffer`, or undefined. Never throws. */
export function parseSenderReport(
  buffer: Uint8Array,
  start: number,
  end: number,
): SenderReport | undefined {
  let report: SenderReport | undefined;
  forEachRtcpPacket(buffer, start, end, (type, from, to) => {
    if (type !== RTCP_SENDER_REPORT || to - from < REPORT_BYTES || report !== undefined) return;
    const seconds = readUint32(buffer, from + 8);
    const fraction = readUint32(buffer, from + 12);
    report = {
      ssrc: readUint32(buffer, from + 4),
      wallClock:
        seconds === 0 && fraction === 0
          ? 0
          : (seconds - NTP_OFFSET_SECONDS) * 1000 + (fraction / 2 ** 32) * 1000,
      rtpTimestamp: readUint32(buffer, from + 16),
      compactNtp: ((seconds << 16) | (fraction >>> 16)) >>> 0,
      packetCount: readUint32(buffer, from + 20),
      octetCount: readUint32(buffer, from + 24),
    };
  });
  return report;
}

/** Whether a source says good-bye in bytes `start` to `end` of `buffer` (RFC 3550 §6.6). */
export function hasBye(buffer: Uint8Array, start: number, end: number): boolean {
  let bye = false;
  forEachRtcpPacket(buffer, start, end, (type) => {
    if (type === RTCP_BYE) bye = true;
  });
  return bye;
}
