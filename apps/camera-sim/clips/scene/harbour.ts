import { type Canvas, type Colour, clamp, hex, mix, seededRandom } from './canvas.ts';
import { HORIZON } from './sky.ts';

interface Building {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
  readonly spire: boolean;
}

interface Window {
  readonly x: number;
  readonly y: number;
  readonly colour: Colour;
  /** Share of the loop after which it changes, and whether it begins lit. */
  readonly on: number;
  readonly off: number;
}

const random = seededRandom(41);
const FAR: readonly Building[] = row(90, 620, 17, 30, 34, 96, hex('#4b3a68'), hex('#7c5479'));
const NEAR: readonly Building[] = row(140, 590, 22, 44, 26, 132, hex('#231f45'), hex('#332a55'));
const WINDOWS: readonly Window[] = NEAR.flatMap(windowsOf);
const LIGHTHOUSE = { x: 1142, base: HORIZON - 22, height: 96 } as const;
const LAMP = { x: LIGHTHOUSE.x, y: LIGHTHOUSE.base - LIGHTHOUSE.height - 7 } as const;
/** Turns of the lamp in one loop of the clip. */
const LAMP_TURNS = 4;

/** The town on the left and the headland with its lighthouse on the right. */
export function paintStillHarbour(canvas: Canvas): void {
  for (const building of FAR) paintBuilding(canvas, building);
  for (const building of NEAR) paintBuilding(canvas, building);
  canvas.fillRectangle(0, HORIZON - 9, 770, HORIZON + 1, hex('#1d1b3d'));
  paintHeadland(canvas);
  paintTower(canvas);
}

/** Windows that go on and off, the turning lamp, and its beam. */
export function paintMovingHarbour(canvas: Canvas, turn: number): void {
  for (const window of WINDOWS) {
    const lit = isLit(window, turn);
    if (!lit) continue;
    canvas.fillRectangle(window.x, window.y, window.x + 3, window.y + 4, window.colour, 0.92);
  }
  for (let x = 26; x < 770; x += 58) {
    canvas.glow(x, HORIZON - 13, 9, [255, 190, 110], 0.7);
    canvas.fillRectangle(x - 1, HORIZON - 14, x + 1, HORIZON - 12, [255, 236, 190]);
  }
  const angle = 2 * Math.PI * LAMP_TURNS * turn;
  paintBeam(canvas, angle);
  paintBeam(canvas, angle + Math.PI);
  const facing = Math.abs(Math.sin(angle));
  canvas.glow(LAMP.x, LAMP.y, 26 + 34 * facing ** 6, [255, 226, 170], 0.5 + 0.55 * facing ** 8);
  canvas.fillRectangle(LAMP.x - 4, LAMP.y - 4, LAMP.x + 4, LAMP.y + 4, [255, 240, 200], 0.95);
}

function row(
  from: number,
  to: number,
  narrow: number,
  wide: number,
  low: number,
  high: number,
  dark: Colour,
  pale: Colour,
): Building[] {
  const buildings: Building[] = [];
  for (let x = from; x < to; ) {
    const width = Math.round(narrow + random() * (wide - narrow));
    // A hill of houses: tall in the middle of the town, low at its edges.
    const middle = Math.sin(Math.PI * clamp((x - from) / (to - from))) ** 0.8;
    const height = Math.round(low + (high - low) * middle * (0.35 + 0.65 * random()));
    buildings.push({ x, width, height, colour: mix(dark, pale, random()), spire: random() > 0.8 });
    x += width + Math.round(random() * 5);
  }
  return buildings;
}

function windowsOf(building: Building): Window[] {
  const windows: Window[] = [];
  const top = HORIZON - building.height + 8;
  for (let y = top; y < HORIZON - 20; y += 9) {
    for (let x = building.x + 5; x < building.x + building.width - 6; x += 7) {
      if (random() > 0.5) continue;
      const warm = mix(hex('#ffb867'), hex('#ffe6b0'), random());
      const changes = random() > 0.86;
      const on = changes ? random() : 0;
      const off = changes ? (on + 0.3 + random() * 0.5) % 1 : 1;
      windows.push({ x, y, colour: random() > 0.93 ? hex('#a9d4ff') : warm, on, off });
    }
  }
  return windows;
}

function isLit(window: Window, turn: number): boolean {
  if (window.on < window.off) return turn >= window.on && turn < window.off;
  return turn >= window.on || turn < window.off;
}

function paintBuilding(canvas: Canvas, building: Building): void {
  const { x, width, height, colour } = building;
  const top = HORIZON - height;
  for (let y = top; y <= HORIZON; y++) {
    const shade = mix(colour, hex('#16173a'), clamp((y - top) / height) * 0.35);
    for (let column = x; column < x + width; column++) {
      // The side towards the sun catches its light.
      const rim = clamp((column - (x + width - 3)) / 3) * 0.5;
      canvas.blend(column, y, mix(shade, hex('#d98273'), rim), 1);
    }
  }
  if (building.spire)
    canvas.fillRectangle(x + width / 2 - 0.8, top - 24, x + width / 2 + 0.8, top, colour);
}

function paintHeadland(canvas: Canvas): void {
  for (let x = 985; x < canvas.width; x++) {
    const along = (x - 985) / (canvas.width - 985);
    const rise = 30 * Math.sin(Math.PI * clamp(along * 1.08) * 0.62) ** 0.7;
    const rough = Math.sin(x * 0.21) * 1.6 + Math.sin(x * 0.083 + 2) * 2.4;
    const top = HORIZON - Math.max(0, rise + rough * clamp(along * 8));
    for (let y = Math.floor(top); y <= HORIZON + 1; y++) {
      const depth = clamp((y - top) / 12);
      canvas.blend(x, y, mix(hex('#6b4560'), hex('#211c3f'), depth), clamp(y + 1 - top));
    }
  }
}

function paintTower(canvas: Canvas): void {
  const { x, base, height } = LIGHTHOUSE;
  for (let y = base - height; y < base; y++) {
    const down = (y - (base - height)) / height;
    const half = 7.5 + down * 5.5;
    const band = Math.floor(down * 5) % 2 === 0 ? hex('#e9dcd2') : hex('#b5483f');
    for (let column = Math.floor(x - half); column <= x + half; column++) {
      const side = (column + 0.5 - x) / half;
      const cover = clamp(half - Math.abs(column + 0.5 - x) + 0.5);
      // Lit from the left, where the sun goes down.
      const shade = mix(
        mix(band, [255, 190, 140], 0.25),
        hex('#2a2145'),
        clamp(side * 0.55 + 0.42),
      );
      canvas.blend(column, y, shade, cover);
    }
  }
  const top = base - height;
  canvas.fillRectangle(x - 11, top - 2, x + 11, top + 1, hex('#1d1a38'));
  canvas.fillRectangle(x - 6, top - 14, x + 6, top - 2, hex('#3a2f52'));
  canvas.fillPolygon(
    [
      [x - 9, top - 14],
      [x, top - 24],
      [x + 9, top - 14],
    ],
    hex('#8d3a3a'),
  );
}

function paintBeam(canvas: Canvas, angle: number): void {
  // Seen from the side, a turning beam is long when it points across and gone when it points at us.
  const across = Math.cos(angle);
  const length = 520 * Math.abs(across);
  if (length < 8) return;
  const direction = Math.sign(across);
  for (let step = 0; step < length; step++) {
    const x = Math.round(LAMP.x + direction * step);
    const half = 1.5 + step * 0.055;
    const fade = (1 - step / 520) ** 2 * Math.abs(across) * 0.2;
    for (let y = Math.floor(LAMP.y - half - 1); y <= LAMP.y + half + 1; y++) {
      const off = Math.abs(y - LAMP.y) / half;
      if (off < 1) canvas.light(x, y, [255, 226, 176], fade * (1 - off * off));
    }
  }
}
