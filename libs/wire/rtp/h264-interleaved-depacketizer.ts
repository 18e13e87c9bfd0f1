import type { MediaTrack } from '../sdp/session-description.ts';
import { DecodingOrder } from './decoding-order.ts';
import { formatNumber } from './format-number.ts';
import { H264Depacketizer } from './h264-depacketizer.ts';
import { readUint } from './header.ts';
import { NumberedFragments } from './numbered-fragments.ts';
import type { PayloadFormat } from './payload-format.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import type { MutableStatistics } from './statistics.ts';
import type { VideoAssembler } from './video-assembler.ts';

/** Packet types of RFC 6184 §5.2 that the interleaved mode has. */
const STAP_B = 25;
const MTAP16 = 26;
const MTAP24 = 27;
const FU_A = 28;
const FU_B = 29;
const NUMBER_BYTES = 2;
const SIZE_BYTES = 2;
/** Of `sprop-max-don-diff` where it is not said: any distance of the 16 bits. */
const LONGEST_DISTANCE = 32_767;
/** NAL units that may stand around a slice: parameter sets, SEI, a delimiter. */
const OTHERS_OF_A_PICTURE = 4;

/** Whether NAL units of a track come in another order than they are decoded in (RFC 6184 §6.4). */
export function isInterleaved({ formatParameters }: MediaTrack): boolean {
  return formatParameters.get('packetization-mode') === '2';
}

/**
 * H.264 in RTP with decoding order numbers: STAP-B, MTAP16, MTAP24, and FU-B with the FU-A behind it
 * (RFC 6184 §5.7, §5.8, §7.2). Packets of the other modes have no number and are taken as they come: cameras
 * declare this mode and send mode 1.
 */
export class H264InterleavedDepacketizer implements PayloadFormat {
  readonly #assembler: VideoAssembler;
  readonly #plain: H264Depacketizer;
  readonly #order: DecodingOrder;
  readonly #fragments: NumberedFragments;

  constructor(
    track: MediaTrack,
    assembler: VideoAssembler,
    statistics: MutableStatistics,
    quirks: QuirkReporter,
  ) {
    this.#assembler = assembler;
    this.#plain = new H264Depacketizer(assembler, statistics, quirks);
    // The depth counts slices alone.
    const slices = formatNumber(track.formatParameters, 'sprop-interleaving-depth') ?? 0;
    const depth = slices === 0 ? 0 : 2 * slices + OTHERS_OF_A_PICTURE;
    const distance = formatNumber(track.formatParameters, 'sprop-max-don-diff') ?? LONGEST_DISTANCE;
    this.#order = new DecodingOrder(assembler, statistics, depth, distance);
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
    const type = start < end ? (buffer[start] ?? 0) & 31 : 0;
    const isNumbered =
      type === STAP_B ||
      type === MTAP16 ||
      type === MTAP24 ||
      type === FU_B ||
      (type === FU_A && this.#fragments.isOpen && lost === 0);
    if (!isNumbered) {
      this.#fragments.drop();
      this.#order.end();
      this.#plain.packet(buffer, start, end, timestamp, marker, lost);
      return;
    }
    if (lost > 0) {
      this.#order.lose(lost);
      this.#fragments.drop();
    }
    if (type === STAP_B) this.#sameTime(buffer, start + 1, end, timestamp, marker);
    else if (type === MTAP16) this.#severalTimes(buffer, start + 1, end, timestamp, marker, 2);
    else if (type === MTAP24) this.#severalTimes(buffer, start + 1, end, timestamp, marker, 3);
    else this.#fragment(buffer, start, end, timestamp, marker, type === FU_B);
  }

  end(): void {
    this.#order.end();
    this.#assembler.end();
  }

  /** `25  DON (2)  size (2) NAL unit  size (2) NAL unit ...`: each numbered one higher */
  #sameTime(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
  ): void {
    let number = readUint(buffer, start, NUMBER_BYTES);
    let at = start + NUMBER_BYTES;
    if (at >= end) this.#order.malformed();
    while (at < end) {
      const size = readUint(buffer, at, SIZE_BYTES);
      at += SIZE_BYTES;
      if (at + size > end) {
        this.#order.malformed();
        return;
      }
      this.#order.addPart(buffer, at, at + size, number++, timestamp, marker && at + size === end);
      at += size;
    }
  }

  /** `26 or 27  DONB (2)  size (2) DOND (1) offset (2 or 3) NAL unit ...`, numbers and times from the first */
  #severalTimes(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
    offsetBytes: 2 | 3,
  ): void {
    const base = readUint(buffer, start, NUMBER_BYTES);
    let at = start + NUMBER_BYTES;
    if (at >= end) this.#order.malformed();
    while (at < end) {
      const size = readUint(buffer, at, SIZE_BYTES);
      const difference = buffer[at + SIZE_BYTES] ?? 0;
      const offset = readUint(buffer, at + SIZE_BYTES + 1, offsetBytes);
      at += SIZE_BYTES + 1 + offsetBytes;
      if (at + size > end) {
        this.#order.malformed();
        return;
      }
      const time = (timestamp + offset) >>> 0;
      this.#order.addPart(
        buffer,
        at,
        at + size,
        base + difference,
        time,
        marker && at + size === end,
      );
      at += size;
    }
  }

  /**
   * ```
   *  F|NRI|29   S|E|R|type   DON (2)   fragment        then, of the same NAL unit
   *  F|NRI|28   S|E|R|type   fragment
   * ```
   */
  #fragment(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
    isFirst: boolean,
  ): void {
    const from = start + 2 + (isFirst ? NUMBER_BYTES : 0);
    if (from > end) {
      this.#order.malformed();
      return;
    }
    const header = buffer[start + 1] ?? 0;
    if (isFirst) {
      const first = ((buffer[start] ?? 0) & 0xe0) | (header & 31);
      this.#fragments.begin(Uint8Array.of(first), readUint(buffer, start + 2, NUMBER_BYTES));
    }
    this.#fragments.add(buffer, from, end, (header & 0x40) !== 0, timestamp, marker);
  }
}
