import { BitReader } from '@vms/media/bit-reader.ts';
import { MediaError } from '@vms/media/errors.ts';
import { H265_NAL, isIrap } from '@vms/media/h265/nal.ts';
import { createH265Config, readH265Record } from '@vms/media/h265/parameter-sets.ts';
import { parseH265Sps } from '@vms/media/h265/sps.ts';
import { rbspOf } from '@vms/media/nal.ts';
import { recoveryCountOf } from '@vms/media/recovery-point.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import type { AccessUnitSink } from './depacketizer.ts';
import { isForeignHeader } from './h265-foreign-header.ts';
import type { PayloadFormat } from './payload-format.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import type { MutableStatistics } from './statistics.ts';
import {
  NAL_DROP,
  NAL_KEY_SLICE,
  NAL_SEI,
  NAL_SET,
  NAL_SLICE,
  type NalRules,
  VideoAssembler,
} from './video-assembler.ts';

/** Packet types of RFC 7798 §4.4. */
const AGGREGATION = 48;
const FRAGMENTATION = 49;
/** This type and those behind it belong to no packet and no picture (RFC 7798 §4.4): 50 is PACI, which holds one. */
export const FIRST_UNSPECIFIED = 51;
const HEADER_BYTES = 2;

const VPS_KIND = 0;
const SPS_KIND = 1;
const PPS_KIND = 2;

const classes = new Uint8Array(64);
for (let type = 0; type <= H265_NAL.lastVcl; type++) {
  classes[type] = isIrap(type) ? NAL_KEY_SLICE : NAL_SLICE;
}
classes[H265_NAL.vps] = NAL_SET + VPS_KIND;
classes[H265_NAL.sps] = NAL_SET + SPS_KIND;
classes[H265_NAL.pps] = NAL_SET + PPS_KIND;
classes[H265_NAL.delimiter] = NAL_DROP;
classes[H265_NAL.filler] = NAL_DROP;
classes[H265_NAL.seiPrefix] = NAL_SEI;

/** NAL units of H.265. */
export const H265_RULES: NalRules = {
  headerBytes: HEADER_BYTES,
  classes,
  hasRecoveryPoint: (nal) => recoveryCountOf('h265', nal) !== undefined,
  kinds: 3,
  formatKind: SPS_KIND,
  idOf(kind, nal) {
    if (nal.length <= HEADER_BYTES) {
      throw new MediaError('media.truncated', 'An H.265 parameter set is empty.');
    }
    if (kind === SPS_KIND) return parseH265Sps(nal).id;
    if (kind === VPS_KIND) return (nal[HEADER_BYTES] ?? 0) >> 4;
    return new BitReader(rbspOf(nal.subarray(0, 16), HEADER_BYTES)).ue();
  },
  build: (sets) =>
    createH265Config({
      vps: sets[VPS_KIND] ?? [],
      sps: sets[SPS_KIND] ?? [],
      pps: sets[PPS_KIND] ?? [],
    }),
};

/** Makes what puts the NAL units of a track together. */
export function createH265Assembler(
  track: MediaTrack,
  sink: AccessUnitSink,
  statistics: MutableStatistics,
  quirks: QuirkReporter,
  trustMarker: boolean,
): VideoAssembler {
  const config = track.config?.kind === 'video' ? track.config : undefined;
  const known =
    config === undefined ? { vps: [], sps: [], pps: [] } : readH265Record(config.record);
  const initial = { sets: [known.vps, known.sps, known.pps], config, trustMarker };
  return new VideoAssembler(H265_RULES, initial, sink, statistics, quirks);
}

/**
 * H.265 in RTP: single NAL units, aggregation and fragmentation (RFC 7798 §4.4), without decoding order
 * numbers: h265-don-depacketizer.ts reads those.
 */
export class H265Depacketizer implements PayloadFormat {
  readonly #assembler: VideoAssembler;
  readonly #statistics: MutableStatistics;
  readonly #quirks: QuirkReporter;
  #fragmentType = 0;

  constructor(
    track: MediaTrack,
    sink: AccessUnitSink,
    statistics: MutableStatistics,
    quirks: QuirkReporter,
    trustMarker: boolean,
  ) {
    this.#assembler = createH265Assembler(track, sink, statistics, quirks, trustMarker);
    this.#statistics = statistics;
    this.#quirks = quirks;
  }

  packet(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
    lost: number,
  ): void {
    this.#assembler.beginPacket(timestamp, lost);
    if (start + HEADER_BYTES <= end) {
      const first = buffer[start] ?? 0;
      const type = (first >> 1) & 63;
      if (isForeignHeader(first, buffer[start + 1] ?? 0)) this.#statistics.foreignUnits++;
      else if (type === FRAGMENTATION) this.#fragment(buffer, start, end);
      else if (type < AGGREGATION) this.#assembler.nal(buffer, start, end);
      else if (type === AGGREGATION) this.#aggregate(buffer, start + HEADER_BYTES, end);
      else if (type >= FIRST_UNSPECIFIED) this.#quirks.report('unspecified-nal-units');
      else this.#malformed();
    } else if (start < end) {
      this.#malformed();
    }
    this.#assembler.endPacket(marker);
  }

  end(): void {
    this.#assembler.end();
  }

  /**
   * ```
   *  F|49|layer|TID (2)   S|E|type   fragment
   * ```
   */
  #fragment(buffer: Uint8Array, start: number, end: number): void {
    if (start + 3 > end) {
      this.#malformed();
      return;
    }
    const header = buffer[start + 2] ?? 0;
    const type = header & 63;
    if (header & 0x80) {
      this.#fragmentType = type;
      const first = ((buffer[start] ?? 0) & 0x81) | (type << 1);
      this.#assembler.beginFragments(first, buffer[start + 1] ?? 0, buffer, start + 3, end);
    } else {
      if (type !== this.#fragmentType) this.#quirks.report('odd-fragments');
      if (!this.#assembler.continueFragments(buffer, start + 3, end)) return;
    }
    if (start + 3 === end || (header & 0xc0) === 0xc0) this.#quirks.report('odd-fragments');
    if (header & 0x40) this.#assembler.endFragments();
  }

  /** `48 (2)  size (2) NAL unit  size (2) NAL unit ...` */
  #aggregate(buffer: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at + 2 <= end) {
      const size = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
      at += 2;
      if (size > end - at) {
        this.#malformed();
        return;
      }
      if (size > 0) this.#assembler.nal(buffer, at, at + size);
      at += size;
    }
  }

  #malformed(): void {
    this.#statistics.malformedPackets++;
    this.#assembler.markBroken();
  }
}
