import type { VideoConfig } from '@vms/common/frame.ts';
import { MediaError } from './errors.ts';
import { readH264Record } from './h264/parameter-sets.ts';
import { parseH264Sps } from './h264/sps.ts';
import { readH265Record } from './h265/parameter-sets.ts';
import { parseH265Sps } from './h265/sps.ts';
import { type PixelAspect, SQUARE_PIXELS } from './sample-aspect.ts';

/** Longest side of a shown picture: what the header of an MP4 track can say. */
export const MAX_DISPLAY_PIXELS = 65_535;

/** The shape of a video's pixels by its parameter sets; square where they do not say. */
export function pixelAspectOf({ codec, record }: VideoConfig): PixelAspect {
  try {
    if (codec === 'h264') {
      const [sps] = readH264Record(record).sps;
      return (sps && parseH264Sps(sps).pixelAspect) ?? SQUARE_PIXELS;
    }
    const [sps] = readH265Record(record).sps;
    return (sps && parseH265Sps(sps).pixelAspect) ?? SQUARE_PIXELS;
  } catch (thrown) {
    if (thrown instanceof MediaError) return SQUARE_PIXELS;
    throw thrown;
  }
}

/**
 * The size at which a picture has its right shape on square pixels: never smaller than it is coded, one
 * side stays. The coded size where the pixels are square, or the picture would be too large.
 */
export function displaySizeOf(config: VideoConfig): {
  readonly width: number;
  readonly height: number;
} {
  const { width, height } = config;
  const { horizontal, vertical } = pixelAspectOf(config);
  const display =
    horizontal > vertical
      ? { width: Math.round((width * horizontal) / vertical), height }
      : { width, height: Math.round((height * vertical) / horizontal) };
  const isTooLarge = Math.max(display.width, display.height) > MAX_DISPLAY_PIXELS;
  return isTooLarge ? { width, height } : display;
}
