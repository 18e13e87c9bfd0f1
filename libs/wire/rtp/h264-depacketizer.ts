import { H264_NAL } from '@vms/media/h264/nal.ts';
import { createH264Config, h264PpsId, readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { parseH264Sps } from '@vms/media/h264/sps.ts';
import { recoveryCountOf } from '@vms/media/recovery-point.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import type { AccessUnitSink } from './depacketizer.ts';
import type { PayloadFormat } from './payload-format.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import type { MutableStatistics } from './statistics.ts';
import {
  NAL_DROP,
  NAL_FOREIGN,
  NAL_KEY_SLICE,
  NAL_SEI,
  NAL_SET,
  NAL_SLICE,
  type NalRules,
  VideoAssembler,
} from './video-assembler.ts';

/** Packet types of RFC 6184 §5.2. */
const STAP_A = 24;
const FU_A = 28;
const LAST_SINGLE = 23;
/** This type and the one behind it belong to no packet (RFC 6184 §5.2): makers put data of their own there. */
const FIRST_UNSPECIFIED = 30;

const SPS_KIND = 0;
const PPS_KIND = 1;

const classes = new Uint8Array(64);
// No camera sends data partitions (2 to 4, Extended profile). What looks like them, and like the unspecified
// type 0, are slices, fragments and parameter sets of H.265.
classes.fill(NAL_FOREIGN, 0, H264_NAL.idr);
classes[H264_NAL.slice] = NAL_SLICE;
classes[H264_NAL.idr] = NAL_KEY_SLICE;
classes[H264_NAL.sps] = NAL_SET + SPS_KIND;
classes[H264_NAL.pps] = NAL_SET + PPS_KIND;
classes[H264_NAL.delimiter] = NAL_DROP;
classes[H264_NAL.filler] = NAL_DROP;
classes[H264_NAL.sei] = NAL_SEI;

/** NAL units of H.264. */
export const H264_RULES: NalRules = {
  headerBytes: 1,
  classes,
  hasRecoveryPoint: (nal) => recoveryCountOf('h264', nal) !== undefined,
  kinds: 2,
  formatKind: SPS_KIND,
  idOf: (kind, nal) => (kind === SPS_KIND ? parseH264Sps(nal).id : h264PpsId(nal)),
  build: (sets) => createH264Config(sets[SPS_KIND] ?? [], sets[PPS_KIND] ?? []),
};

/** The assembler of a track, with the parameter sets of its description. */
export function createH264Assembler(
  track: MediaTrack,
  sink: AccessUnitSink,
  statistics: MutableStatistics,
  quirks: QuirkReporter,
  trustMarker: boolean,
): VideoAssembler {
  const config = track.config?.kind === 'video' ? track.config : undefined;
  const known = config === undefined ? { sps: [], pps: [] } : readH264Record(config.record);
  const initial = { sets: [known.sps, known.pps], config, trustMarker };
  return new VideoAssembler(H264_RULES, initial, sink, statistics, quirks);
}

/** H.264 in RTP: single NAL units, STAP-A and FU-A (RFC 6184 §5, packetization modes 0 and 1). */
export class H264Depacketizer implements PayloadFormat {
  readonly #assembler: VideoAssembler;
  readonly #statistics: MutableStatistics;
  readonly #quirks: QuirkReporter;
  #fragmentType = 0;

  constructor(assembler: VideoAssembler, statistics: MutableStatistics, quirks: QuirkReporter) {
    this.#assembler = assembler;
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
    if (start < end) {
      const type = (buffer[start] ?? 0) & 31;
      if (type === FU_A) this.#fragment(buffer, start, end);
      // A start code begins with zeros, which would be type 0.
      else if (type <= LAST_SINGLE) this.#assembler.nal(buffer, start, end);
      else if (type === STAP_A) this.#aggregate(buffer, start + 1, end);
      else if (type >= FIRST_UNSPECIFIED) this.#quirks.report('unspecified-nal-units');
      else this.#malformed();
    }
    this.#assembler.endPacket(marker);
  }

  end(): void {
    this.#assembler.end();
  }

  /**
   * ```
   *  F|NRI|28   S|E|R|type   fragment
   * ```
   */
  #fragment(buffer: Uint8Array, start: number, end: number): void {
    if (start + 2 > end) {
      this.#malformed();
      return;
    }
    const header = buffer[start + 1] ?? 0;
    const type = header & 31;
    if (header & 0x80) {
      this.#fragmentType = type;
      const first = ((buffer[start] ?? 0) & 0xe0) | type;
      this.#assembler.beginFragments(first, 0, buffer, start + 2, end);
    } else {
      if (type !== this.#fragmentType) this.#quirks.report('odd-fragments');
      if (!this.#assembler.continueFragments(buffer, start + 2, end)) return;
    }
    if (start + 2 === end || (header & 0xc0) === 0xc0) this.#quirks.report('odd-fragments');
    if (header & 0x40) this.#assembler.endFragments();
  }

  /** `24  size (2) NAL unit  size (2) NAL unit ...` */
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
