import type { AudioConfig } from '@vms/common/frame.ts';
import { isAdts, parseAdts } from '@vms/media/aac/adts.ts';
import {
  AAC_FRAME_SAMPLES,
  createAacConfig,
  parseAudioSpecificConfig,
} from '@vms/media/aac/audio-specific-config.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import { MutableAccessUnit } from './access-unit.ts';
import { AuHeaderReader, auHeaderLayout, MAX_AAC_UNITS_PER_PACKET } from './au-headers.ts';
import type { AccessUnitSink } from './depacketizer.ts';
import { formatNumber } from './format-number.ts';
import type { PayloadFormat } from './payload-format.ts';
import { AUDIO_SLAB_BYTES, PayloadSlab } from './payload-slab.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import type { MutableStatistics } from './statistics.ts';

/** A longer access unit is dropped; 6144 bits a channel and frame are the most that AAC allows. */
export const MAX_AAC_ACCESS_UNIT_BYTES = 16 * 1024;
/** Access units of an interleaved track that wait for those before them. */
export const MAX_HELD_AAC_UNITS = 64;

/** Audio object types (ISO/IEC 14496-3 table 1.17): spectral band replication, and parametric stereo with it. */
const AOT_SBR = 5;
const AOT_PS = 29;
/** Those behind it have no place in an ADTS header. */
const LAST_ADTS_OBJECT_TYPE = 4;

/**
 * AAC in RTP (RFC 3640): several access units a packet, interleaved or not, or one in fragments; each
 * raw, or, as some cameras send it, in an ADTS frame. The headers are as the description says:
 *
 * ```
 *  AU-headers-length in bits (2)   {size (13) index (3)} ...   access units
 * ```
 */
export class AacDepacketizer implements PayloadFormat {
  readonly #sink: AccessUnitSink;
  readonly #statistics: MutableStatistics;
  readonly #quirks: QuirkReporter;
  readonly #headers: AuHeaderReader;
  /** In the order of their times. */
  readonly #held: { timestamp: number; payload: Uint8Array }[] = [];
  readonly #clockRate: number;
  /** RTP ticks of one access unit, as declared. */
  readonly #constantDuration: number | undefined;
  readonly #slab = new PayloadSlab(AUDIO_SLAB_BYTES);
  readonly #unit = new MutableAccessUnit();
  #config: AudioConfig | undefined;
  /** RTP ticks of one access unit. */
  #unitTicks: number;
  /** First bytes of what the last ADTS header said that fits the configuration. */
  #agreedHeader: number | undefined;
  /** The same of the frame before, where it does not fit. */
  #otherHeader: number | undefined;
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
    this.#headers = new AuHeaderReader(auHeaderLayout(track.formatParameters));
    this.#clockRate = track.clockRate;
    // 0 says nothing, like a duration that is absent.
    this.#constantDuration = formatNumber(track.formatParameters, 'constantduration') || undefined;
    this.#unitTicks = this.#constantDuration ?? AAC_FRAME_SAMPLES;
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
    const headers = this.#headers;
    const dataStart = start < end ? headers.read(buffer, start, end) : -1;
    if (dataStart < 0) {
      this.#statistics.malformedPackets++;
      this.#dropFragment();
      return;
    }
    if (this.#held.length > 0) this.#release(timestamp);
    const firstSize = headers.sizes[0] ?? 0;
    if (headers.count === 1 && (this.#fragmentedBytes > 0 || firstSize > end - dataStart)) {
      this.#fragment(buffer, dataStart, end, timestamp, marker, firstSize);
      return;
    }
    this.#dropFragment();
    this.#units(buffer, dataStart, end, timestamp);
  }

  end(): void {
    while (this.#held.length > 0) this.#give(this.#held.shift());
  }

  /** Whole access units, one behind the other. */
  #units(buffer: Uint8Array, start: number, end: number, timestamp: number): void {
    const { sizes, places, count } = this.#headers;
    const interleaved = (places[count - 1] ?? 0) >= count || this.#held.length > 0;
    let at = start;
    for (let i = 0; i < count; i++) {
      const size = sizes[i] ?? 0;
      if (size === 0 || size > end - at) {
        if (size > 0) this.#statistics.malformedPackets++;
        return;
      }
      const time = (timestamp + (places[i] ?? 0) * this.#unitTicks) >>> 0;
      if (size > MAX_AAC_ACCESS_UNIT_BYTES) {
        this.#statistics.droppedAccessUnits++;
      } else {
        this.#slab.append(buffer, at, at + size);
        if (interleaved) this.#hold(time);
        else this.#emit(time);
      }
      at += size;
    }
    // More than the headers describe.
    if (at < end && count === MAX_AAC_UNITS_PER_PACKET) this.#statistics.malformedPackets++;
  }

  /** Keeps what the slab holds until those before it have come (RFC 3640 §3.2.3.2). */
  #hold(timestamp: number): void {
    const held = this.#held;
    let at = held.length;
    while (at > 0 && (((held[at - 1]?.timestamp ?? 0) - timestamp) | 0) > 0) at--;
    held.splice(at, 0, { timestamp, payload: this.#slab.take() });
    if (held.length > MAX_HELD_AAC_UNITS) this.#give(held.shift());
  }

  /** Packets come in the order of their first access units: what is before this one's is complete. */
  #release(timestamp: number): void {
    for (;;) {
      const [first] = this.#held;
      if (first === undefined || ((first.timestamp - timestamp) | 0) >= 0) return;
      this.#give(this.#held.shift());
    }
  }

  #give(unit: { timestamp: number; payload: Uint8Array } | undefined): void {
    if (unit !== undefined) this.#deliver(unit.payload, unit.timestamp);
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
      if (size <= end - start && size <= MAX_AAC_ACCESS_UNIT_BYTES) {
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
    this.#deliver(this.#slab.take(), timestamp);
  }

  #deliver(whole: Uint8Array, timestamp: number): void {
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
    if (header.config !== undefined) this.#follow(header.config);
    return whole.subarray(header.headerBytes, header.frameBytes);
  }

  /** A header tells how its frame is coded. Where two in a row say the same, the description is wrong. */
  #follow(told: Uint8Array): void {
    const key = ((told[0] ?? 0) << 8) | (told[1] ?? 0);
    if (key === this.#agreedHeader) {
      this.#otherHeader = undefined;
      return;
    }
    const config = this.#config;
    if (config === undefined || key === this.#otherHeader) {
      this.#adopt(createAacConfig(told));
    } else if (!fits(told, config.record)) {
      this.#otherHeader = key;
      return;
    }
    this.#agreedHeader = key;
    this.#otherHeader = undefined;
  }

  #adopt(config: AudioConfig): void {
    const parsed = parseAudioSpecificConfig(config.record);
    this.#config = config;
    // RTP may count at the doubled rate of SBR.
    const samples = (parsed.samplesPerFrame * this.#clockRate) / parsed.sampleRate;
    this.#unitTicks = this.#constantDuration ?? Math.round(samples);
  }
}

/**
 * Whether an ADTS header and a configuration say the same. A header describes the core coder alone: of
 * HE-AAC, which has half the rate of what comes out, and one channel where parametric stereo makes two.
 */
function fits(told: Uint8Array, record: Uint8Array): boolean {
  const header = parseAudioSpecificConfig(told);
  const config = parseAudioSpecificConfig(record);
  const isStereoMade = config.objectType === AOT_PS;
  const isDoubled = config.objectType === AOT_SBR || isStereoMade;
  const { sampleRate, channels, objectType } = header;
  return (
    (sampleRate === config.sampleRate || (isDoubled && sampleRate * 2 === config.sampleRate)) &&
    (channels === config.channels || (isStereoMade && channels === 1)) &&
    (objectType === config.objectType || config.objectType > LAST_ADTS_OBJECT_TYPE)
  );
}
