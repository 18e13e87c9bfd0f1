import { BitReader } from '../bit-reader.ts';
import { MediaError } from '../errors.ts';
import { MAX_PICTURE_PIXELS } from '../h264/sps.ts';
import { rbspOf } from '../nal.ts';
import type { PixelAspect } from '../sample-aspect.ts';
import { H265_NAL, h265NalType } from './nal.ts';
import { readH265VuiHints } from './sps-extras.ts';

/** general_profile_space to general_level_idc (ISO/IEC 23008-2 §7.3.3). */
export interface ProfileTierLevel {
  readonly profileSpace: number;
  readonly highTier: boolean;
  readonly profileIdc: number;
  /** 32 flags, general_profile_compatibility_flag[0] in the highest bit. */
  readonly compatibility: number;
  /** 6 bytes: source and constraint flags. */
  readonly constraints: Uint8Array;
  readonly levelIdc: number;
}

/** What the product needs of a sequence parameter set (ISO/IEC 23008-2 §7.3.2.2). */
export interface H265Sps {
  readonly id: number;
  readonly profileTierLevel: ProfileTierLevel;
  /** 1 to 7. */
  readonly temporalLayers: number;
  readonly temporalIdNested: boolean;
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** Pixels, after the conformance window. */
  readonly width: number;
  readonly height: number;
  /** Pictures that may be decoded before one that is shown earlier. */
  readonly maxReorderPictures: number;
  /** Pictures a second by the VUI; undefined where it says nothing or cannot be read. */
  readonly frameRate: number | undefined;
  /** Undefined where the VUI does not say or cannot be read. */
  readonly pixelAspect: PixelAspect | undefined;
}

/**
 * Reads a sequence parameter set. What stands behind the bit depths (scaling lists, reference picture
 * sets, VUI) only gives hints: errors there leave the hints out.
 *
 * @throws MediaError `media.parameter-sets` or `media.truncated`
 */
export function parseH265Sps(nal: Uint8Array): H265Sps {
  if (nal.length < 4 || h265NalType(nal[0] ?? 0) !== H265_NAL.sps) {
    throw new MediaError('media.parameter-sets', 'This is not an H.265 sequence parameter set.');
  }
  const bits = new BitReader(rbspOf(nal, 2));
  bits.skip(4); // sps_video_parameter_set_id
  const subLayers = bits.bits(3);
  if (subLayers > 6) {
    throw new MediaError('media.parameter-sets', 'An H.265 SPS has more than 7 temporal layers.');
  }
  const temporalIdNested = bits.flag();
  const profileTierLevel = readProfileTierLevel(bits, subLayers);
  const id = bits.ue();
  const chromaFormatIdc = bits.ue();
  if (id > 15 || chromaFormatIdc > 3) {
    throw new MediaError('media.parameter-sets', 'An H.265 SPS has an impossible id or chroma.');
  }
  const separatePlanes = chromaFormatIdc === 3 && bits.flag();
  let width = bits.ue();
  let height = bits.ue();
  if (bits.flag()) {
    const unitX = !separatePlanes && (chromaFormatIdc === 1 || chromaFormatIdc === 2) ? 2 : 1;
    const unitY = !separatePlanes && chromaFormatIdc === 1 ? 2 : 1;
    width -= unitX * (bits.ue() + bits.ue());
    height -= unitY * (bits.ue() + bits.ue());
  }
  if (width <= 0 || height <= 0 || width > MAX_PICTURE_PIXELS || height > MAX_PICTURE_PIXELS) {
    throw new MediaError('media.parameter-sets', `An H.265 SPS says ${width} x ${height} pixels.`);
  }
  const bitDepthLuma = bits.ue() + 8;
  const bitDepthChroma = bits.ue() + 8;
  const orderCountBits = bits.ue() + 4;
  if (bitDepthLuma > 16 || bitDepthChroma > 16 || orderCountBits > 16) {
    throw new MediaError('media.parameter-sets', 'An H.265 SPS has impossible bit depths.');
  }
  const allLayers = bits.flag();
  let maxReorderPictures = 0;
  for (let i = allLayers ? 0 : subLayers; i <= subLayers; i++) {
    bits.ue(); // sps_max_dec_pic_buffering_minus1
    maxReorderPictures = bits.ue();
    bits.ue(); // sps_max_latency_increase_plus1
  }
  return {
    id,
    profileTierLevel,
    temporalLayers: subLayers + 1,
    temporalIdNested,
    chromaFormatIdc,
    bitDepthLuma,
    bitDepthChroma,
    width,
    height,
    maxReorderPictures,
    ...readH265VuiHints(bits, { chromaFormatIdc, orderCountBits, subLayers }),
  };
}

function readProfileTierLevel(bits: BitReader, subLayers: number): ProfileTierLevel {
  const profileSpace = bits.bits(2);
  const highTier = bits.flag();
  const profileIdc = bits.bits(5);
  const compatibility = bits.bits(32);
  const constraints = new Uint8Array(6);
  for (let i = 0; i < 6; i++) constraints[i] = bits.bits(8);
  const levelIdc = bits.bits(8);
  const present: { profile: boolean; level: boolean }[] = [];
  for (let i = 0; i < subLayers; i++) {
    const profile = bits.flag();
    present.push({ profile, level: bits.flag() });
  }
  if (subLayers > 0) bits.skip(2 * (8 - subLayers)); // reserved_zero_2bits
  for (const { profile, level } of present) {
    if (profile) bits.skip(88);
    if (level) bits.skip(8);
  }
  return { profileSpace, highTier, profileIdc, compatibility, constraints, levelIdc };
}
