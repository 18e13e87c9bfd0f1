import type { AudioConfig } from '@vms/common/frame.ts';
import { isAdts, parseAdts } from '@vms/media/aac/adts.ts';
import { createAacConfig, parseAudioSpecificConfig } from '@vms/media/aac/audio-specific-config.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import { MutableAccessUnit } from './access-unit.ts';
import type { AccessUnitSink } from './depacketizer.ts';
import type { PayloadFormat } from './payload-format.ts';
import { AUDIO_SLAB_BYTES, PayloadSlab } from './payload-slab.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import type { MutableStatistics } from './statistics.ts';

/** A longer access unit is dropped; 6144 bits a channel and frame are the most that AAC allows. */
export const MAX_AAC_ACCESS_UNIT_BYTES = 16 * 1024;
/** Access units of one packet. */
export const MAX_AAC_UNITS_PER_PACKET = 64;

/** AAC-hbr (RFC 3640 §3.3.6), which is what is meant where the description says nothing. */
const HBR_SIZE_BITS = 13;
const HBR_INDEX_BITS = 3;
const MAX_HEADER_BITS = 32;
const SAMPLES_PER_FRAME = 1024;

/**
 * AAC in RTP (RFC 3640, modes AAC-hbr and AAC-lbr): several access units a packet, or one in fragments;
 * each raw, or, as some cameras send it, in an ADTS frame.
 *
 * ```
 *  AU-headers-length in bits (2)   {size (13) index (3)} ...   access units
 * ```
 */
export class AacDepacketizer implements PayloadFormat {
  readonly #sink: AccessUnitSink;
  readonly #statistics: MutableStatistics;
  readonly #quirks: QuirkReporter;
  readonly #sizeBits: number;
  readonly #indexBits: number;
  readonly #indexDeltaBits: number;
  readonly #clockRate: number;
  readonly #slab = new PayloadSlab(AUDIO_SLAB_BYTES);
  readonly #unit = new MutableAccessUnit();
  #config: AudioConfig | undefined;
  /** RTP ticks of one access unit. */
  #unitTicks: number;
  #lost = 0;
  /** Bytes of the fragmented access unit at hand, 0 where there is none. */
  #fragmentedBytes = 0;
  #fragmentedTimestamp = 0;

  constructor(
    track: MediaTrack,
    sink: AccessUnitSink,
    statistics: MutableStatistics,
    quirks: QuirkReporter,
  ) {
    this.#sink = sink;
    this.#statistics = statistics;
    this.#quirks = quirks;
    this.#sizeBits = bitsOf(track, 'sizelength', HBR_SIZE_BITS);
    this.#indexBits = bitsOf(track, 'indexlength', HBR_INDEX_BITS);
    this.#indexDeltaBits = bitsOf(track, 'indexdeltalength', HBR_INDEX_BITS);
    this.#clockRate = track.clockRate;
    this.#unitTicks = SAMPLES_PER_FRAME;
    if (track.config?.kind === 'audio') this.#adopt(track.config);
    else quirks.report('missing-parameter-sets');
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
      this.#lost += lost;
      this.#dropFragment();
    }
    if (start + 2 > end) {
      this.#statistics.malformedPackets++;
      return;
    }
    const headerBits = ((buffer[start] ?? 0) << 8) | (buffer[start + 1] ?? 0);
    const headersEnd = start + 2 + ((headerBits + 7) >> 3);
    const firstBits = this.#sizeBits + this.#indexBits;
    if (headersEnd > end || headerBits < firstBits) {
      this.#statistics.malformedPackets++;
      this.#dropFragment();
      return;
    }
    const laterBits = this.#sizeBits + this.#indexDeltaBits;
    const units = 1 + Math.floor((headerBits - firstBits) / laterBits);
    const firstSize = readBits(buffer, (start + 2) * 8, this.#sizeBits);
    if (units === 1 && (this.#fragmentedBytes > 0 || firstSize > end - headersEnd)) {
      this.#fragment(buffer, headersEnd, end, timestamp, marker, firstSize);
      return;
    }
    this.#dropFragment();
    let at = headersEnd;
    let bit = (start + 2) * 8;
    for (let i = 0; i < Math.min(units, MAX_AAC_UNITS_PER_PACKET); i++) {
      const size = readBits(buffer, bit, this.#sizeBits);
      bit += i === 0 ? firstBits : laterBits;
      if (size === 0 || size > end - at) {
        if (size > 0) this.#statistics.malformedPackets++;
        break;
      }
      this.#slab.append(buffer, at, at + size);
      this.#emit((timestamp + i * this.#unitTicks) >>> 0);
      at += size;
    }
  }

  /** One access unit over several packets: each repeats its whole size (RFC 3640 §3.2.3.1). */
  #fragment(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
    size: number,
  ): void {
    if (this.#fragmentedBytes > 0 && timestamp !== this.#fragmentedTimestamp) {
      this.#dropFragment();
      if (size <= end - start) {
        this.#slab.append(buffer, start, start + size);
        this.#emit(timestamp);
        return;
      }
    }
    if (this.#fragmentedBytes === 0) {
      if (size > MAX_AAC_ACCESS_UNIT_BYTES) {
        this.#statistics.malformedPackets++;
        return;
      }
      this.#quirks.report('audio-wrapping');
      this.#fragmentedBytes = size;
      this.#fragmentedTimestamp = timestamp;
    }
    if (this.#slab.length + (end - start) > this.#fragmentedBytes) {
      this.#statistics.malformedPackets++;
      this.#dropFragment();
      return;
    }
    this.#slab.append(buffer, start, end);
    if (this.#slab.length === this.#fragmentedBytes) {
      this.#fragmentedBytes = 0;
      this.#emit(timestamp);
    } else if (marker) {
      this.#dropFragment();
    }
  }

  #dropFragment(): void {
    if (this.#fragmentedBytes === 0) return;
    this.#fragmentedBytes = 0;
    this.#slab.discard();
    this.#statistics.droppedAccessUnits++;
  }

  /** Gives away what the slab holds. */
  #emit(timestamp: number): void {
    const whole = this.#slab.take();
    const payload = isAdts(whole, 0, whole.length) ? this.#unwrapAdts(whole) : whole;
    const config = this.#config;
    if (config === undefined) {
      this.#statistics.awaitingConfiguration++;
      return;
    }
    if (payload.length === 0) return;
    this.#statistics.accessUnits++;
    const unit = this.#unit;
    unit.timestamp = timestamp;
    unit.payload = payload;
    unit.keyframe = true;
    unit.config = config;
    unit.lost = this.#lost;
    this.#lost = 0;
    this.#sink.onAccessUnit(unit);
  }

  #unwrapAdts(whole: Uint8Array): Uint8Array {
    const header = parseAdts(whole, 0, whole.length);
    if (header === undefined) return whole;
    this.#quirks.report('audio-wrapping');
    if (this.#config === undefined && header.config !== undefined) {
      this.#adopt(createAacConfig(header.config));
    }
    return whole.subarray(header.headerBytes, header.frameBytes);
  }

  #adopt(config: AudioConfig): void {
    const parsed = parseAudioSpecificConfig(config.record);
    this.#config = config;
    // RTP may count at the doubled rate of SBR.
    this.#unitTicks = Math.round((parsed.samplesPerFrame * this.#clockRate) / parsed.sampleRate);
  }
}

/** Length of a field of the AU headers, in bits. */
function bitsOf(track: MediaTrack, parameter: string, fallback: number): number {
  const text = track.formatParameters.get(parameter);
  const value = Number(text ?? Number.NaN);
  const wanted = Number.isInteger(value) && value >= 0 && value <= MAX_HEADER_BITS;
  // A size of no bits would mean constant sizes, which no camera sends.
  return wanted && !(parameter === 'sizelength' && value === 0) ? value : fallback;
}

/** Unsigned value of `count` bits at bit `from` of `buffer`. */
function readBits(buffer: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let bit = from; bit < from + count; bit++) {
    value = value * 2 + (((buffer[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  }
  return value;
}
