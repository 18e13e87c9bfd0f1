import { type Canvas, type Colour, clamp, hex, mix } from './canvas.ts';
import { HORIZON, SUN } from './sky.ts';

const DEEP: Colour = hex('#101a3a');
/** Water at dusk swallows some green; without this the sun's yellow turns olive in it. */
const DUSK_GREEN = 0.9;
const TURN = 2 * Math.PI;

/**
 * Mirrors what is above the horizon into the water below, bent by slow ripples that grow towards
 * the viewer. Every ripple makes whole turns in a loop, so that the clip joins up.
 */
export function paintWater(canvas: Canvas, turn: number): void {
  const { data, width, height } = canvas;
  for (let y = HORIZON + 1; y < height; y++) {
    const depth = (y - HORIZON) / (height - HORIZON);
    const near = 1 / (0.06 + depth * 0.94);
    const phase = Math.log(near) * 46;
    const lift =
      Math.sin(phase + TURN * 5 * turn) * 0.6 + Math.sin(phase * 1.73 + 1 - TURN * 4 * turn) * 0.4;
    const bend = (1.2 + depth * 26) * lift;
    const sway = depth * 9 * Math.sin(phase * 0.61 + TURN * 3 * turn);
    const murk = 0.2 + depth * 0.5;
    for (let x = 0; x < width; x++) {
      const local = Math.sin(x * (0.05 - depth * 0.035) + phase * 0.9 + TURN * 4 * turn);
      const above = HORIZON - (y - HORIZON) * 1.28 - bend * (0.75 + 0.25 * local);
      const fromY = Math.round(clamp(above, 0, HORIZON));
      const fromX = Math.round(clamp(x + sway * (0.5 + 0.5 * local), 0, width - 1));
      const from = (fromY * width + fromX) * 3;
      const to = (y * width + x) * 3;
      // Crests turn a little towards the bright horizon.
      const crest = 1 + 0.1 * local * lift;
      data[to] = (data[from] ?? 0) * (1 - murk) * crest + DEEP[0] * murk;
      data[to + 1] = (data[from + 1] ?? 0) * (1 - murk) * crest * DUSK_GREEN + DEEP[1] * murk;
      data[to + 2] = (data[from + 2] ?? 0) * (1 - murk) * crest + DEEP[2] * murk;
    }
  }
  paintGlitter(canvas, turn);
}

/** The road of light that the low sun lays on the water: short dashes that come and go. */
function paintGlitter(canvas: Canvas, turn: number): void {
  const rows = 44;
  for (let row = 0; row < rows; row++) {
    const depth = ((row + 0.5) / rows) ** 1.9;
    const y = HORIZON + 3 + depth * (canvas.height - HORIZON - 90);
    const spread = 15 + depth * 108;
    const thickness = 0.8 + depth * 2.4;
    for (let dash = 0; dash < 4; dash++) {
      const seed = Math.sin(row * 12.9898 + dash * 78.233) * 43758.5453;
      const chance = seed - Math.floor(seed);
      const turns = 2 + ((row + dash) % 3);
      const pulse = Math.sin(TURN * (turns * turn + chance)) * 0.5 + 0.5;
      const cx = SUN.x + (chance * 2 - 1) * spread + Math.sin(TURN * (turn + chance)) * 6;
      const half = (8 + depth * 30) * (0.5 + chance * 0.6);
      const colour = mix([255, 214, 150], [255, 150, 110], depth);
      dashOfLight(canvas, cx, y, half, thickness, colour, pulse ** 1.5 * (0.62 - depth * 0.36));
    }
  }
}

function dashOfLight(
  canvas: Canvas,
  cx: number,
  cy: number,
  half: number,
  thickness: number,
  colour: Colour,
  amount: number,
): void {
  for (let y = Math.floor(cy - thickness * 2); y <= cy + thickness * 2; y++) {
    const down = (y + 0.5 - cy) / thickness;
    for (let x = Math.floor(cx - half); x <= cx + half; x++) {
      const along = (x + 0.5 - cx) / half;
      const body = (1 - along * along) * Math.exp(-down * down * 1.5);
      if (body > 0) canvas.light(x, y, colour, body * amount);
    }
  }
}
