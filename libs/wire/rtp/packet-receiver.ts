import type { Depacketizer, Reception } from './depacketizer.ts';
import { RTP_HEADER_BYTES, readUint32 } from './header.ts';
import type { PayloadFormat } from './payload-format.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import { LATE, SequenceTracker } from './sequence-tracker.ts';
import type { SourceFilter } from './source-filter.ts';
import type { MutableStatistics } from './statistics.ts';

/** Reads RTP headers (RFC 3550 §5.1), keeps to one source and to the order of its packets. */
export class PacketReceiver implements Depacketizer {
  readonly statistics: MutableStatistics;
  readonly #format: PayloadFormat;
  readonly #filter: SourceFilter;
  readonly #quirks: QuirkReporter;
  readonly #sequence = new SequenceTracker();
  /** Lost with the change of source, which no sequence number tells. */
  #lostWithSource = 0;

  constructor(
    format: PayloadFormat,
    filter: SourceFilter,
    statistics: MutableStatistics,
    quirks: QuirkReporter,
  ) {
    this.#format = format;
    this.#filter = filter;
    this.statistics = statistics;
    this.#quirks = quirks;
  }

  get reception(): Reception | undefined {
    if (this.#filter.ssrc < 0) return undefined;
    return {
      ssrc: this.#filter.ssrc,
      extendedHighest: this.#sequence.extendedHighest,
      expected: this.#sequence.expected,
      lost: this.#sequence.lost,
    };
  }

  push(buffer: Uint8Array, start: number, end: number): void {
    const statistics = this.statistics;
    statistics.packets++;
    statistics.bytes += end - start;
    const first = buffer[start] ?? 0;
    const second = buffer[start + 1] ?? 0;
    let payload = start + RTP_HEADER_BYTES + ((first & 15) << 2);
    let stop = end;
    if (first & 0x10) {
      payload += 4 + (((buffer[payload + 2] ?? 0) << 10) | ((buffer[payload + 3] ?? 0) << 2));
    }
    if (first & 0x20) stop -= buffer[end - 1] ?? 0;
    if (first >> 6 !== 2 || end - start < RTP_HEADER_BYTES || payload > stop) {
      statistics.malformedPackets++;
      return;
    }
    const payloadType = second & 0x7f;
    const timestamp = readUint32(buffer, start + 4);
    const ssrc = readUint32(buffer, start + 8);
    const filter = this.#filter;
    if (ssrc !== filter.ssrc || payloadType !== filter.payloadType) {
      if (!this.#adoptSource(ssrc, payloadType, timestamp)) return;
    } else {
      filter.confirm();
    }
    const sequence = ((buffer[start + 2] ?? 0) << 8) | (buffer[start + 3] ?? 0);
    let lost = this.#sequence.next(sequence, timestamp);
    if (lost === LATE) {
      statistics.duplicatePackets++;
      return;
    }
    if (this.#sequence.restarts > 0) this.#quirks.report('restarted-sequence');
    if (this.#lostWithSource > 0) {
      lost += this.#lostWithSource;
      this.#lostWithSource = 0;
    }
    statistics.lostPackets += lost;
    this.#format.packet(buffer, payload, stop, timestamp, second >= 0x80, lost);
  }

  end(): void {
    this.#format.end?.();
  }

  /** Whether the packet of another source is taken all the same. */
  #adoptSource(ssrc: number, payloadType: number, timestamp: number): boolean {
    // a=rtcp-mux: reports come among the packets (RFC 5761 §4).
    if (isReport(payloadType) && payloadType !== this.#filter.announcedType) return false;
    const isFirst = this.#filter.ssrc < 0;
    if (this.#filter.consider(ssrc, payloadType, timestamp) === 'drop') {
      this.statistics.foreignPackets++;
      this.#quirks.report('foreign-ssrc');
      return false;
    }
    if (!isFirst) {
      this.#sequence.reset();
      this.#lostWithSource = 1;
    }
    return true;
  }
}

/** RTCP packet types 200 to 207 (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2), read as RTP: without their first bit. */
function isReport(payloadType: number): boolean {
  return payloadType >= 72 && payloadType <= 79;
}
