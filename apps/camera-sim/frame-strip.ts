/**
 * The strip of black and white blocks by which a program reads a frame's number out of its pixels.
 *
 * The picture is divided into a grid of 40 × 30; the strip is the 20 cells of row 28 from column 10
 * on, so that it scales with the picture (32 × 24 pixels a cell at 1280 × 720):
 *
 * ```
 *  column  10 11 12                                  23 24       27 28 29
 *         ┌──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┬──┐
 *         │W │B │ frame number, 12 bits, MSB first    │ CRC-4     │B │W │
 *         └──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┴──┘
 * ```
 *
 * White is 1. The two blocks at either end calibrate black and white, so that brightness, limited
 * range and compression do not matter; the CRC (x⁴ + x + 1) rejects what is not a strip.
 */
export const FRAME_STRIP = {
  /** The grid that the picture is divided into. */
  columns: 40,
  rows: 30,
  /** Where the strip lies in the grid. */
  firstColumn: 10,
  row: 28,
  cells: 20,
} as const;

/** The highest number that the strip can show. */
export const MAX_FRAME_NUMBER = 4095;

const NUMBER_BITS = 12;
const CHECK_BITS = 4;
const CHECK_POLYNOMIAL = 0b10011;
/** White must be brighter than black by this much, of 255. */
const MIN_CONTRAST = 60;
/** How near to mid-grey, as a share of the contrast, a cell may be before it counts as unreadable. */
const UNDECIDED_BAND = 0.15;
/** Share of a cell, from its middle, that is read: its edges are blurred by scaling. */
const SAMPLED_SHARE = 0.5;

/** A rectangle of a picture, in pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the strip lies in a picture of this size, edges rounded to whole pixels. */
export function frameStripRegion(width: number, height: number): Region {
  const left = Math.round((FRAME_STRIP.firstColumn * width) / FRAME_STRIP.columns);
  const top = Math.round((FRAME_STRIP.row * height) / FRAME_STRIP.rows);
  const end = FRAME_STRIP.firstColumn + FRAME_STRIP.cells;
  const right = Math.round((end * width) / FRAME_STRIP.columns);
  const bottom = Math.round(((FRAME_STRIP.row + 1) * height) / FRAME_STRIP.rows);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The cells of the strip from left to right, true for white. Throws RangeError beyond 4095. */
export function frameStripCells(frameNumber: number): boolean[] {
  if (!Number.isInteger(frameNumber) || frameNumber < 0 || frameNumber > MAX_FRAME_NUMBER) {
    throw new RangeError(`A frame strip shows 0 to ${MAX_FRAME_NUMBER}, not ${frameNumber}.`);
  }
  const word = (frameNumber << CHECK_BITS) | checkBits(frameNumber);
  const cells = [true, false];
  for (let bit = NUMBER_BITS + CHECK_BITS - 1; bit >= 0; bit--)
    cells.push(((word >> bit) & 1) === 1);
  return [...cells, false, true];
}

/**
 * The frame number that a picture shows, or undefined where there is no readable strip.
 * `pixels` is RGBA (4 bytes a pixel, as a canvas gives it), RGB (3) or luma alone (1), row by row
 * without padding, of the whole picture at any size.
 */
export function readFrameNumber(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
): number | undefined {
  const channels = Math.floor(pixels.length / (width * height));
  if (channels < 1) return undefined;
  const levels: number[] = [];
  for (let cell = 0; cell < FRAME_STRIP.cells; cell++) {
    levels.push(meanLevel(pixels, channels, width, height, FRAME_STRIP.firstColumn + cell));
  }
  const at = (index: number): number => levels[index] ?? 0;
  const last = FRAME_STRIP.cells - 1;
  const white = Math.min(at(0), at(last));
  const black = Math.max(at(1), at(last - 1));
  const contrast = white - black;
  if (contrast < MIN_CONTRAST) return undefined;
  const middle = black + contrast / 2;
  let word = 0;
  for (let cell = 2; cell < last - 1; cell++) {
    const above = at(cell) - middle;
    if (Math.abs(above) < contrast * UNDECIDED_BAND) return undefined;
    word = (word << 1) | (above > 0 ? 1 : 0);
  }
  const frameNumber = word >> CHECK_BITS;
  return checkBits(frameNumber) === (word & ((1 << CHECK_BITS) - 1)) ? frameNumber : undefined;
}

/** Remainder of the number × x⁴ by x⁴ + x + 1. */
function checkBits(frameNumber: number): number {
  let remainder = frameNumber << CHECK_BITS;
  for (let bit = NUMBER_BITS + CHECK_BITS - 1; bit >= CHECK_BITS; bit--) {
    if ((remainder >> bit) & 1) remainder ^= CHECK_POLYNOMIAL << (bit - CHECK_BITS);
  }
  return remainder;
}

/** Mean brightness of the middle of a cell. */
function meanLevel(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  width: number,
  height: number,
  column: number,
): number {
  const cellWidth = width / FRAME_STRIP.columns;
  const cellHeight = height / FRAME_STRIP.rows;
  const inset = (1 - SAMPLED_SHARE) / 2;
  const left = Math.floor((column + inset) * cellWidth);
  const right = Math.max(left + 1, Math.floor((column + 1 - inset) * cellWidth));
  const top = Math.floor((FRAME_STRIP.row + inset) * cellHeight);
  const bottom = Math.max(top + 1, Math.floor((FRAME_STRIP.row + 1 - inset) * cellHeight));
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const offset = (y * width + x) * channels;
      // Green stands for the brightness of an RGB pixel: the blocks are grey.
      sum += pixels[channels >= 3 ? offset + 1 : offset] ?? 0;
    }
  }
  return sum / ((right - left) * (bottom - top));
}
