import { BitReader } from '../bit-reader.ts';
import { MediaError } from '../errors.ts';
import { rbspOf } from '../nal.ts';
import type { PixelAspect } from '../sample-aspect.ts';
import { H264_NAL, h264NalType } from './nal.ts';
import { readVui, type VuiHints } from './vui.ts';

/** What the product needs of a sequence parameter set (ISO/IEC 14496-10 §7.3.2.1.1). */
export interface H264Sps {
  readonly id: number;
  readonly profileIdc: number;
  /** constraint_set0_flag to constraint_set5_flag in the upper bits, as in the byte. */
  readonly constraints: number;
  readonly levelIdc: number;
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** Pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  /** Frames a second by the VUI; undefined where it says nothing. Rarely what is delivered. */
  readonly frameRate: number | undefined;
  /** How many frames may come in decode order before an earlier shown one; undefined where not known. */
  readonly maxReorderFrames: number | undefined;
  /** Undefined where the VUI does not say. */
  readonly pixelAspect: PixelAspect | undefined;
}

/** Widest or highest picture that is believed, pixels; level 6.2 allows 16 384 and a little. */
export const MAX_PICTURE_PIXELS = 32768;
const MAX_REFERENCE_CYCLE = 255;
/** Profiles whose SPS carries chroma format, bit depths and scaling lists (§7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const BASELINE = 66;

/**
 * Reads a sequence parameter set. Bytes behind it are ignored, and so are errors in the VUI, whose
 * hints are then missing.
 *
 * @throws MediaError `media.parameter-sets` or `media.truncated`
 */
export function parseH264Sps(nal: Uint8Array): H264Sps {
  if (nal.length < 4 || h264NalType(nal[0] ?? 0) !== H264_NAL.sps) {
    throw new MediaError('media.parameter-sets', 'This is not an H.264 sequence parameter set.');
  }
  const bits = new BitReader(rbspOf(nal, 1));
  const profileIdc = bits.bits(8);
  const constraints = bits.bits(8);
  const levelIdc = bits.bits(8);
  const id = bits.ue();
  if (id > 31) throw new MediaError('media.parameter-sets', 'An H.264 SPS has an id over 31.');
  const chroma = HIGH_PROFILES.has(profileIdc)
    ? readChroma(bits)
    : { chromaFormatIdc: 1, separatePlanes: false, bitDepthLuma: 8, bitDepthChroma: 8 };
  bits.ue(); // log2_max_frame_num_minus4
  const pocType = skipPictureOrderCount(bits);
  bits.ue(); // max_num_ref_frames
  bits.flag(); // gaps_in_frame_num_value_allowed_flag
  const widthInMbs = bits.ue() + 1;
  const heightInMapUnits = bits.ue() + 1;
  const frameMbsOnly = bits.flag();
  if (!frameMbsOnly) bits.flag(); // mb_adaptive_frame_field_flag
  bits.flag(); // direct_8x8_inference_flag
  const arrayType = chroma.separatePlanes ? 0 : chroma.chromaFormatIdc;
  const cropX = arrayType === 1 || arrayType === 2 ? 2 : 1;
  const cropY = (arrayType === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
  let width = widthInMbs * 16;
  let height = heightInMapUnits * 16 * (frameMbsOnly ? 1 : 2);
  if (bits.flag()) {
    width -= cropX * (bits.ue() + bits.ue());
    height -= cropY * (bits.ue() + bits.ue());
  }
  if (width <= 0 || height <= 0 || width > MAX_PICTURE_PIXELS || height > MAX_PICTURE_PIXELS) {
    throw new MediaError('media.parameter-sets', `An H.264 SPS says ${width} x ${height} pixels.`);
  }
  const vui = hintsOf(bits);
  const neverReorders = pocType === 2 || profileIdc === BASELINE;
  return {
    id,
    profileIdc,
    constraints,
    levelIdc,
    chromaFormatIdc: chroma.chromaFormatIdc,
    bitDepthLuma: chroma.bitDepthLuma,
    bitDepthChroma: chroma.bitDepthChroma,
    width,
    height,
    interlaced: !frameMbsOnly,
    frameRate: vui?.frameRate,
    maxReorderFrames: neverReorders ? 0 : vui?.maxReorderFrames,
    pixelAspect: vui?.pixelAspect,
  };
}

/** Cameras get the VUI wrong more often than the rest, and nothing decodes by it. */
function hintsOf(bits: BitReader): VuiHints | undefined {
  try {
    return bits.flag() ? readVui(bits) : undefined;
  } catch (thrown) {
    if (thrown instanceof MediaError) return undefined;
    throw thrown;
  }
}

interface Chroma {
  chromaFormatIdc: number;
  separatePlanes: boolean;
  bitDepthLuma: number;
  bitDepthChroma: number;
}

function readChroma(bits: BitReader): Chroma {
  const chromaFormatIdc = bits.ue();
  if (chromaFormatIdc > 3) {
    throw new MediaError('media.parameter-sets', 'An H.264 SPS names an unknown chroma format.');
  }
  const separatePlanes = chromaFormatIdc === 3 && bits.flag();
  const bitDepthLuma = bits.ue() + 8;
  const bitDepthChroma = bits.ue() + 8;
  if (bitDepthLuma > 14 || bitDepthChroma > 14) {
    throw new MediaError('media.parameter-sets', 'An H.264 SPS has more than 14 bits a sample.');
  }
  bits.flag(); // qpprime_y_zero_transform_bypass_flag
  if (bits.flag()) {
    const lists = chromaFormatIdc === 3 ? 12 : 8;
    for (let i = 0; i < lists; i++) if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64);
  }
  return { chromaFormatIdc, separatePlanes, bitDepthLuma, bitDepthChroma };
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** Skips the picture order count fields and gives pic_order_cnt_type. */
function skipPictureOrderCount(bits: BitReader): number {
  const type = bits.ue();
  if (type === 0) {
    bits.ue(); // log2_max_pic_order_cnt_lsb_minus4
  } else if (type === 1) {
    bits.flag();
    bits.se();
    bits.se();
    const cycle = bits.ue();
    if (cycle > MAX_REFERENCE_CYCLE) {
      throw new MediaError('media.parameter-sets', 'An H.264 SPS has too long a reference cycle.');
    }
    for (let i = 0; i < cycle; i++) bits.se();
  } else if (type !== 2) {
    throw new MediaError('media.parameter-sets', 'An H.264 SPS has an unknown order count type.');
  }
  return type;
}
