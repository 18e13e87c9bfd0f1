import type { VideoConfig } from '@vms/common/frame.ts';
import { codecStringOf } from '../codec-string.ts';
import { MediaError } from '../errors.ts';
import { MAX_PARAMETER_SET_BYTES } from '../h264/parameter-sets.ts';
import { H265_NAL, h265NalType } from './nal.ts';
import { parseH265Sps } from './sps.ts';

/** Our limit for each kind; ids allow 16 VPS, 16 SPS and 64 PPS. */
export const MAX_H265_SETS_PER_KIND = 64;

/** The three kinds of sets, each as NAL units. */
export interface H265ParameterSets {
  readonly vps: readonly Uint8Array[];
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

/**
 * Builds the configuration of an H.265 track: HEVCDecoderConfigurationRecord
 * (ISO/IEC 14496-15 §8.3.3.1) with 4-byte NAL unit lengths, and its RFC 6381 name (`hvc1.…`).
 * All three kinds of sets are required: players refuse files without a VPS.
 *
 * @throws MediaError `media.parameter-sets` or `media.truncated`
 */
export function createH265Config(sets: H265ParameterSets): VideoConfig {
  const first = sets.sps[0];
  if (first === undefined || sets.vps.length === 0 || sets.pps.length === 0) {
    throw new MediaError(
      'media.parameter-sets',
      'H.265 needs a VPS, an SPS and a PPS; one of them is missing.',
    );
  }
  const sps = parseH265Sps(first);
  const general = sps.profileTierLevel;
  const parts: Uint8Array[] = [
    Uint8Array.of(
      1,
      (general.profileSpace << 6) | (general.highTier ? 0x20 : 0) | general.profileIdc,
      general.compatibility >>> 24,
      general.compatibility >>> 16,
      general.compatibility >>> 8,
      general.compatibility,
      ...general.constraints,
      general.levelIdc,
      0xf0, // min_spatial_segmentation_idc: not known
      0x00,
      0xfc, // parallelismType: not known
      0xfc | sps.chromaFormatIdc,
      0xf8 | (sps.bitDepthLuma - 8),
      0xf8 | (sps.bitDepthChroma - 8),
      0, // avgFrameRate: not known
      0,
      (sps.temporalLayers << 3) | (sps.temporalIdNested ? 4 : 0) | 3,
      3,
    ),
  ];
  pushArray(parts, H265_NAL.vps, sets.vps);
  pushArray(parts, H265_NAL.sps, sets.sps);
  pushArray(parts, H265_NAL.pps, sets.pps);
  const record = Uint8Array.from(Buffer.concat(parts));
  return {
    kind: 'video',
    codec: 'h265',
    width: sps.width,
    height: sps.height,
    record,
    codecString: codecStringOf('h265', record),
  };
}

/**
 * Takes an HEVCDecoderConfigurationRecord apart; views into it.
 *
 * @throws MediaError `media.truncated`
 */
export function readH265Record(record: Uint8Array): H265ParameterSets {
  const sets = { vps: [] as Uint8Array[], sps: [] as Uint8Array[], pps: [] as Uint8Array[] };
  const arrays = record[22];
  let at = 23;
  if (arrays === undefined) throw cutShort();
  for (let i = 0; i < arrays; i++) {
    if (at + 3 > record.length) throw cutShort();
    const type = (record[at] ?? 0) & 63;
    const count = ((record[at + 1] ?? 0) << 8) | (record[at + 2] ?? 0);
    at += 3;
    for (let j = 0; j < count; j++) {
      const end = at + 2 + (((record[at] ?? 0) << 8) | (record[at + 1] ?? 0));
      if (end > record.length) throw cutShort();
      const nal = record.subarray(at + 2, end);
      if (type === H265_NAL.vps) sets.vps.push(nal);
      else if (type === H265_NAL.sps) sets.sps.push(nal);
      else if (type === H265_NAL.pps) sets.pps.push(nal);
      at = end;
    }
  }
  return sets;
}

function cutShort(): MediaError {
  return new MediaError('media.truncated', 'An H.265 configuration record is cut short.');
}

function pushArray(parts: Uint8Array[], type: number, nals: readonly Uint8Array[]): void {
  if (nals.length > MAX_H265_SETS_PER_KIND) {
    throw new MediaError('media.parameter-sets', 'There are too many H.265 parameter sets.');
  }
  // array_completeness: nothing of this kind is in the samples that is not here (hvc1).
  parts.push(Uint8Array.of(0x80 | type, nals.length >> 8, nals.length & 0xff));
  for (const nal of nals) {
    if (
      nal.length < 3 ||
      nal.length > MAX_PARAMETER_SET_BYTES ||
      h265NalType(nal[0] ?? 0) !== type
    ) {
      throw new MediaError('media.parameter-sets', 'An H.265 parameter set cannot be used.');
    }
    parts.push(Uint8Array.of(nal.length >> 8, nal.length & 0xff), nal);
  }
}
