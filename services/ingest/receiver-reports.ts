import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { buildReceiverReport, type ReceptionBefore } from '@vms/wire/rtcp/receiver-report.ts';
import { parseSenderReport } from '@vms/wire/rtcp/sender-report.ts';
import type { Depacketizer } from '@vms/wire/rtp/depacketizer.ts';
import { writeInterleavedHeader } from '@vms/wire/rtsp/message.ts';

/** Any number will do as ours: we send no media. */
const OUR_SSRC = 0x564d5301;
const INTERLEAVED_HEADER_BYTES = 4;

/**
 * Receiver reports of one track. Servers built on LIVE555 take them, and nothing else, as the sign
 * that somebody still watches.
 */
export class ReceiverReports {
  readonly #clock: Clock;
  readonly #depacketizer: Depacketizer;
  readonly #channel: number;
  #lastSenderReport = 0;
  #lastSenderReportAt: MonotonicMs = 0;
  #before: ReceptionBefore | undefined;

  /** @param channel interleaved channel of the track's RTCP */
  constructor(clock: Clock, depacketizer: Depacketizer, channel: number) {
    this.#clock = clock;
    this.#depacketizer = depacketizer;
    this.#channel = channel;
  }

  /** RTCP of the camera has come: bytes `start` to `end` of `buffer`. */
  onRtcp(buffer: Uint8Array, start: number, end: number): void {
    const report = parseSenderReport(buffer, start, end);
    if (report === undefined) return;
    this.#lastSenderReport = report.compactNtp;
    this.#lastSenderReportAt = this.#clock.monotonic();
  }

  /** The next report, ready for the connection; undefined before the first packet. */
  next(): Uint8Array | undefined {
    const { reception } = this.#depacketizer;
    if (reception === undefined) return undefined;
    const since = (this.#clock.monotonic() - this.#lastSenderReportAt) / 1000;
    const report = buildReceiverReport(OUR_SSRC, [
      {
        reception,
        before: this.#before,
        lastSenderReport: this.#lastSenderReport,
        delaySeconds: this.#lastSenderReport === 0 ? 0 : since,
      },
    ]);
    this.#before = { expected: reception.expected, lost: reception.lost };
    const bytes = new Uint8Array(INTERLEAVED_HEADER_BYTES + report.length);
    writeInterleavedHeader(bytes, 0, this.#channel, report.length);
    bytes.set(report, INTERLEAVED_HEADER_BYTES);
    return bytes;
  }
}
