import type { BitReader } from '../bit-reader.ts';
import { MediaError } from '../errors.ts';
import { type PixelAspect, readPixelAspect } from '../sample-aspect.ts';

/** Hints of the video usability information (ISO/IEC 14496-10 Annex E.1.1). */
export interface VuiHints {
  /** Frames a second (two fields make a frame). */
  readonly frameRate: number | undefined;
  readonly maxReorderFrames: number | undefined;
  /** Undefined where it is not said. */
  readonly pixelAspect: PixelAspect | undefined;
}

const MAX_CPB_COUNT = 32;
const MAX_REORDER_FRAMES = 16;

/** Reads vui_parameters(); the reader stands behind vui_parameters_present_flag. */
export function readVui(bits: BitReader): VuiHints {
  const pixelAspect = readPixelAspect(bits);
  if (bits.flag()) bits.flag(); // overscan_appropriate_flag
  if (bits.flag()) {
    bits.skip(4); // video_format, video_full_range_flag
    if (bits.flag()) bits.skip(24); // colour_description
  }
  if (bits.flag()) {
    bits.ue(); // chroma_sample_loc_type_top_field
    bits.ue();
  }
  let frameRate: number | undefined;
  if (bits.flag()) {
    const unitsInTick = bits.bits(32);
    const timeScale = bits.bits(32);
    bits.flag(); // fixed_frame_rate_flag
    if (unitsInTick > 0 && timeScale > 0) frameRate = timeScale / (2 * unitsInTick);
  }
  const nalHrd = bits.flag();
  if (nalHrd) skipHrd(bits);
  const vclHrd = bits.flag();
  if (vclHrd) skipHrd(bits);
  if (nalHrd || vclHrd) bits.flag(); // low_delay_hrd_flag
  bits.flag(); // pic_struct_present_flag
  let maxReorderFrames: number | undefined;
  if (bits.flag()) {
    bits.flag(); // motion_vectors_over_pic_boundaries_flag
    bits.ue(); // max_bytes_per_pic_denom
    bits.ue(); // max_bits_per_mb_denom
    bits.ue(); // log2_max_mv_length_horizontal
    bits.ue(); // log2_max_mv_length_vertical
    const declared = bits.ue();
    if (declared <= MAX_REORDER_FRAMES) maxReorderFrames = declared;
  }
  return { frameRate, maxReorderFrames, pixelAspect };
}

/** hrd_parameters() (Annex E.1.2). */
function skipHrd(bits: BitReader): void {
  const count = bits.ue() + 1;
  if (count > MAX_CPB_COUNT) {
    throw new MediaError('media.parameter-sets', 'An H.264 SPS has too many buffer descriptions.');
  }
  bits.skip(8); // bit_rate_scale, cpb_size_scale
  for (let i = 0; i < count; i++) {
    bits.ue();
    bits.ue();
    bits.flag();
  }
  bits.skip(20);
}
