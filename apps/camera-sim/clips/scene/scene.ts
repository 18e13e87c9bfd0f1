import { FRAME_STRIP, frameStripCells, frameStripRegion } from '../../frame-strip.ts';
import { paintFerry, paintGulls, paintSailingBoat } from './boats.ts';
import { Canvas, smoothStep } from './canvas.ts';
import { paintText, type TextStyle } from './glyphs.ts';
import { paintMovingHarbour, paintStillHarbour } from './harbour.ts';
import { HORIZON, paintMovingSky, paintStillSky } from './sky.ts';
import { paintWater } from './water.ts';

export const WIDTH = 1280;
export const HEIGHT = 720;
export const FRAMES_PER_SECOND = 25;
/** 24 s: whole numbers of 2 s GOPs, of AAC frames at 16 kHz and of 20 ms of G.711. */
export const FRAMES = 600;

const COUNTER: TextStyle = {
  height: 84,
  stroke: 7.5,
  spacing: 19,
  colour: [255, 250, 242],
  fixedAdvance: 50,
};
const CAPTION: TextStyle = { height: 19, stroke: 2.4, spacing: 7, colour: [255, 236, 218] };
const TIME: TextStyle = { ...CAPTION, fixedAdvance: 9, spacing: 5.5 };

/** Paints the frames of a harbour at dusk, which joins up with itself after the last one. */
export class HarbourScene {
  readonly #still = new Canvas(WIDTH, HEIGHT);
  readonly #town: Canvas;
  readonly #canvas = new Canvas(WIDTH, HEIGHT);

  constructor() {
    paintStillSky(this.#still);
    // The town stands before the clouds: painted alone on a copy, laid over where it differs.
    this.#town = new Canvas(WIDTH, HEIGHT);
    this.#town.copyFrom(this.#still);
    paintStillHarbour(this.#town);
  }

  /** Paints one frame as 8-bit RGB. */
  paint(frame: number, into: Uint8Array): void {
    const canvas = this.#canvas;
    const turn = frame / FRAMES;
    canvas.copyFrom(this.#still);
    paintMovingSky(canvas, turn);
    this.#layTown();
    paintMovingHarbour(canvas, turn);
    paintFerry(canvas, turn);
    paintGulls(canvas, turn);
    paintWater(canvas, turn);
    paintSailingBoat(canvas, turn);
    paintVignette(canvas);
    paintLegend(canvas, frame);
    paintStrip(canvas, frame);
    canvas.toRgb24(into);
  }

  #layTown(): void {
    const still = this.#still.data;
    const town = this.#town.data;
    const into = this.#canvas.data;
    for (let offset = 0; offset < (HORIZON + 2) * WIDTH * 3; offset++) {
      if (town[offset] !== still[offset]) into[offset] = town[offset] ?? 0;
    }
  }
}

function paintVignette(canvas: Canvas): void {
  for (let y = HEIGHT - 130; y < HEIGHT; y++) {
    const share = smoothStep(HEIGHT - 130, HEIGHT, y) * 0.5;
    for (let x = 0; x < WIDTH; x++) canvas.blend(x, y, [8, 11, 30], share);
  }
}

function paintLegend(canvas: Canvas, frame: number): void {
  const seconds = Math.floor(frame / FRAMES_PER_SECOND);
  const hundredths = Math.round((frame % FRAMES_PER_SECOND) * (100 / FRAMES_PER_SECOND));
  const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
  paintText(canvas, pad(frame, 4), 62, 58, COUNTER);
  const end = paintText(canvas, 'DEMO ', 66, 170, CAPTION);
  paintText(canvas, `00:${pad(seconds, 2)}.${pad(hundredths, 2)}`, end + 2, 170, TIME);
}

function paintStrip(canvas: Canvas, frame: number): void {
  const region = frameStripRegion(WIDTH, HEIGHT);
  const cellWidth = region.width / FRAME_STRIP.cells;
  const edge = 5;
  canvas.fillRectangle(
    region.x - edge,
    region.y - edge,
    region.x + region.width + edge,
    region.y + region.height + edge,
    [14, 14, 22],
  );
  frameStripCells(frame).forEach((white, cell) => {
    const left = region.x + cell * cellWidth;
    const level = white ? 240 : 14;
    canvas.fillRectangle(left, region.y, left + cellWidth, region.y + region.height, [
      level,
      level,
      level,
    ]);
  });
}
