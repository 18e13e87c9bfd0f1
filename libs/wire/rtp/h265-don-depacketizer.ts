import type { MediaTrack } from '../sdp/session-description.ts';
import { DecodingOrder } from './decoding-order.ts';
import { formatNumber } from './format-number.ts';
import { FIRST_UNSPECIFIED } from './h265-depacketizer.ts';
import { isForeignHeader } from './h265-foreign-header.ts';
import { readUint } from './header.ts';
import { NumberedFragments } from './numbered-fragments.ts';
import type { PayloadFormat } from './payload-format.ts';
import type { MutableStatistics } from './statistics.ts';
import type { VideoAssembler } from './video-assembler.ts';

/** Packet types of RFC 7798 §4.4. */
const AGGREGATION = 48;
const FRAGMENTATION = 49;
const HEADER_BYTES = 2;
const DONL_BYTES = 2;
const SIZE_BYTES = 2;

/** Whether the packets of a track carry decoding order numbers (RFC 7798 §7.1, `sprop-max-don-diff`). */
export function hasDecodingOrder({ formatParameters }: MediaTrack): boolean {
  return (formatNumber(formatParameters, 'sprop-max-don-diff') ?? 0) > 0;
}

/** H.265 in RTP with decoding order numbers: DONL and DOND (RFC 7798 §4.4.1 to §4.4.3). */
export class H265DonDepacketizer implements PayloadFormat {
  readonly #assembler: VideoAssembler;
  readonly #statistics: MutableStatistics;
  readonly #order: DecodingOrder;
  readonly #fragments: NumberedFragments;

  constructor(track: MediaTrack, assembler: VideoAssembler, statistics: MutableStatistics) {
    this.#assembler = assembler;
    this.#statistics = statistics;
    this.#order = new DecodingOrder(
      assembler,
      statistics,
      formatNumber(track.formatParameters, 'sprop-depack-buf-nalus') ?? 0,
      formatNumber(track.formatParameters, 'sprop-max-don-diff') ?? 0,
    );
    this.#fragments = new NumberedFragments(this.#order, assembler, statistics);
  }

  packet(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
    lost: number,
  ): void {
    if (lost > 0) {
      this.#order.lose(lost);
      this.#fragments.drop();
    }
    if (start === end) return;
    const first = buffer[start] ?? 0;
    if (isForeignHeader(first, buffer[start + 1] ?? 0)) {
      this.#statistics.foreignUnits++;
      return;
    }
    const type = (first >> 1) & 63;
    if (type >= FIRST_UNSPECIFIED) return;
    const from = start + HEADER_BYTES;
    if (type === FRAGMENTATION) {
      this.#fragment(buffer, start, end, timestamp, marker);
    } else if (type > FRAGMENTATION || from + DONL_BYTES >= end) {
      this.#order.malformed();
    } else if (type === AGGREGATION) {
      this.#aggregate(buffer, from, end, timestamp, marker);
    } else {
      const nal = new Uint8Array(end - start - DONL_BYTES);
      nal.set(buffer.subarray(start, from));
      nal.set(buffer.subarray(from + DONL_BYTES, end), HEADER_BYTES);
      this.#order.add(nal, readUint(buffer, from, DONL_BYTES), timestamp, marker);
    }
  }

  end(): void {
    this.#order.end();
    this.#assembler.end();
  }

  /** `48 (2)  DONL (2) size (2) NAL unit  DOND (1) size (2) NAL unit ...` */
  #aggregate(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
  ): void {
    let number = readUint(buffer, start, DONL_BYTES);
    let at = start + DONL_BYTES;
    for (let isFirst = true; at < end; isFirst = false) {
      if (!isFirst) number += (buffer[at++] ?? 0) + 1;
      const size = readUint(buffer, at, SIZE_BYTES);
      at += SIZE_BYTES;
      if (at + size > end) {
        this.#order.malformed();
        return;
      }
      const isLast = at + size === end;
      this.#order.addPart(buffer, at, at + size, number, timestamp, marker && isLast);
      at += size;
    }
  }

  /**
   * ```
   *  F|49|layer|TID (2)   S|E|type   DONL (2), in the first alone   fragment
   * ```
   */
  #fragment(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
  ): void {
    const header = buffer[start + HEADER_BYTES] ?? 0;
    const isFirst = (header & 0x80) !== 0;
    const from = start + HEADER_BYTES + 1 + (isFirst ? DONL_BYTES : 0);
    if (from > end) {
      this.#order.malformed();
      return;
    }
    if (isFirst) {
      const first = ((buffer[start] ?? 0) & 0x81) | ((header & 63) << 1);
      const nalHeader = Uint8Array.of(first, buffer[start + 1] ?? 0);
      this.#fragments.begin(nalHeader, readUint(buffer, from - DONL_BYTES, DONL_BYTES));
    }
    this.#fragments.add(buffer, from, end, (header & 0x40) !== 0, timestamp, marker);
  }
}
