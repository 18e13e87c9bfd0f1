import type { BitReader } from '../bit-reader.ts';
import { MediaError } from '../errors.ts';
import { type PixelAspect, readPixelAspect } from '../sample-aspect.ts';

/** What the second half of an SPS needs to know of its first. */
export interface SpsContext {
  readonly chromaFormatIdc: number;
  /** Bits of slice_pic_order_cnt_lsb. */
  readonly orderCountBits: number;
  readonly subLayers: number;
}

const MAX_SHORT_TERM_SETS = 64;
const MAX_LONG_TERM_PICTURES = 32;
const MAX_REFERENCE_PICTURES = 16;

/** Hints of the video usability information (Annex E.2.1). */
export interface H265VuiHints {
  /** Pictures a second by vui_timing_info. */
  readonly frameRate: number | undefined;
  readonly pixelAspect: PixelAspect | undefined;
}

const NO_HINTS: H265VuiHints = { frameRate: undefined, pixelAspect: undefined };

/**
 * The VUI, reading on behind the sub-layer ordering information of an SPS (ISO/IEC 23008-2
 * §7.3.2.2.1); no hints where there is none or where it cannot be read.
 */
export function readH265VuiHints(bits: BitReader, context: SpsContext): H265VuiHints {
  try {
    skipCodingTools(bits, context);
    return bits.flag() ? readVui(bits) : NO_HINTS;
  } catch (thrown) {
    if (thrown instanceof MediaError) return NO_HINTS;
    throw thrown;
  }
}

function skipCodingTools(bits: BitReader, context: SpsContext): void {
  for (let i = 0; i < 6; i++) bits.ue(); // block sizes and transform depths
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(2); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (bits.flag()) {
    bits.skip(8); // pcm_sample_bit_depth_luma_minus1, ..._chroma_minus1
    bits.ue();
    bits.ue();
    bits.flag();
  }
  const sets = bits.ue();
  if (sets > MAX_SHORT_TERM_SETS) {
    throw new MediaError('media.parameter-sets', 'An H.265 SPS has over 64 reference sets.');
  }
  let pictures = 0;
  for (let i = 0; i < sets; i++) pictures = skipShortTermSet(bits, i, pictures);
  if (bits.flag()) {
    const longTerm = bits.ue();
    if (longTerm > MAX_LONG_TERM_PICTURES) {
      throw new MediaError('media.parameter-sets', 'An H.265 SPS has over 32 long-term pictures.');
    }
    bits.skip(longTerm * (context.orderCountBits + 1));
  }
  bits.skip(2); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
}

/** scaling_list_data() (§7.3.4). */
function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue(); // scaling_list_pred_matrix_id_delta
        continue;
      }
      if (size > 1) bits.se(); // scaling_list_dc_coef_minus8
      const coefficients = Math.min(64, 1 << (4 + (size << 1)));
      for (let i = 0; i < coefficients; i++) bits.se();
    }
  }
}

/**
 * st_ref_pic_set(index) (§7.3.7).
 *
 * @param before pictures of the set before
 * @returns pictures of this set
 */
function skipShortTermSet(bits: BitReader, index: number, before: number): number {
  if (index > 0 && bits.flag()) {
    bits.flag(); // delta_rps_sign
    bits.ue(); // abs_delta_rps_minus1
    let pictures = 0;
    for (let i = 0; i <= before; i++) {
      const used = bits.flag();
      if (used || bits.flag()) pictures++;
    }
    return pictures;
  }
  const negative = bits.ue();
  const positive = bits.ue();
  if (negative > MAX_REFERENCE_PICTURES || positive > MAX_REFERENCE_PICTURES) {
    throw new MediaError('media.parameter-sets', 'An H.265 SPS has over 16 reference pictures.');
  }
  for (let i = 0; i < negative + positive; i++) {
    bits.ue();
    bits.flag();
  }
  return negative + positive;
}

/** vui_parameters() as far as vui_timing_info (Annex E.2.1). */
function readVui(bits: BitReader): H265VuiHints {
  const pixelAspect = readPixelAspect(bits);
  if (bits.flag()) bits.flag(); // overscan_appropriate_flag
  if (bits.flag()) {
    bits.skip(4); // video_format, video_full_range_flag
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  bits.skip(3); // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue(); // default display window
  if (!bits.flag()) return { frameRate: undefined, pixelAspect };
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  const frameRate = unitsInTick > 0 && timeScale > 0 ? timeScale / unitsInTick : undefined;
  return { frameRate, pixelAspect };
}
