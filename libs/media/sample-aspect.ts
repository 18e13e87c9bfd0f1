import type { BitReader } from './bit-reader.ts';

/** Shape of a pixel: how wide it is shown for how high (sample aspect ratio). */
export interface PixelAspect {
  readonly horizontal: number;
  readonly vertical: number;
}

export const SQUARE_PIXELS: PixelAspect = { horizontal: 1, vertical: 1 };
/** Pixels that are wider or narrower by more than this are not believed: 4 is what no camera has. */
export const MAX_PIXEL_STRETCH = 4;

const EXTENDED_SAR = 255;
/** By aspect_ratio_idc (ISO/IEC 14496-10 table E-1, ISO/IEC 23008-2 table E.1). */
const SHAPES: readonly (readonly [horizontal: number, vertical: number])[] = [
  [0, 0], // unspecified
  ...([
    [1, 1],
    [12, 11],
    [10, 11],
    [16, 11],
    [40, 33],
    [24, 11],
    [20, 11],
    [32, 11],
  ] as const),
  ...([
    [80, 33],
    [18, 11],
    [15, 11],
    [64, 33],
    [160, 99],
    [4, 3],
    [3, 2],
    [2, 1],
  ] as const),
];

/**
 * Reads aspect_ratio_info_present_flag and what follows it in a VUI; undefined where it says nothing, or
 * what is not believed.
 */
export function readPixelAspect(bits: BitReader): PixelAspect | undefined {
  if (!bits.flag()) return undefined;
  const idc = bits.bits(8);
  const [horizontal = 0, vertical = 0] =
    idc === EXTENDED_SAR ? [bits.bits(16), bits.bits(16)] : (SHAPES[idc] ?? []);
  if (horizontal === 0 || vertical === 0) return undefined;
  const stretch = Math.max(horizontal / vertical, vertical / horizontal);
  return stretch <= MAX_PIXEL_STRETCH ? { horizontal, vertical } : undefined;
}
