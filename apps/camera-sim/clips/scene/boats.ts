import { type Canvas, type Colour, hex, mix } from './canvas.ts';
import { HORIZON } from './sky.ts';

type Points = readonly (readonly [number, number])[];

const TURN = 2 * Math.PI;
const SAIL_WATERLINE = HORIZON + 96;

/** A ferry far out, lit, on its way to the left; it must be there before the water mirrors it. */
export function paintFerry(canvas: Canvas, turn: number): void {
  const x = 1390 - turn * 1520;
  const y = HORIZON - 1;
  const dark = hex('#2b2448');
  canvas.fillPolygon(
    [
      [x - 52, y - 9],
      [x + 50, y - 9],
      [x + 44, y],
      [x - 44, y],
    ],
    dark,
  );
  canvas.fillRectangle(x - 36, y - 17, x + 38, y - 9, hex('#4a3a5e'));
  canvas.fillRectangle(x - 26, y - 24, x + 22, y - 17, hex('#3b3054'));
  canvas.fillRectangle(x + 4, y - 33, x + 13, y - 24, hex('#7c3f4c'));
  for (let index = 0; index < 9; index++) {
    const left = x - 32 + index * 7.5;
    canvas.fillRectangle(left, y - 15, left + 3.4, y - 12, hex('#ffd794'), 0.95);
  }
  for (let index = 0; index < 5; index++) {
    const left = x - 21 + index * 8;
    canvas.fillRectangle(left, y - 22, left + 3.6, y - 19.5, hex('#ffe4b5'), 0.85);
  }
}

/** The sailing boat that crosses in front, with its reflection. */
export function paintSailingBoat(canvas: Canvas, turn: number): void {
  const x = -150 + turn * 1580;
  const bob = Math.sin(TURN * turn * 7) * 1.8;
  const heel = Math.sin(TURN * turn * 4) * 0.022 - 0.045;
  const place = (points: Points): Points =>
    points.map(([px, py]) => [x + px - py * heel, SAIL_WATERLINE + bob + py + px * heel * 0.4]);
  const mirror = (points: Points): Points =>
    points.map(([px, py]) => {
      const below = SAIL_WATERLINE * 2 - (SAIL_WATERLINE + py * 0.74) - bob;
      return [x + px + py * heel + Math.sin(below * 0.22 + TURN * 6 * turn) * 3.4, below];
    });
  const dark: Colour = hex('#131735');
  for (const part of PARTS) {
    canvas.fillPolygon(mirror(densify(part.points)), mix(part.colour, dark, 0.55), 0.42);
  }
  for (const part of PARTS) canvas.fillPolygon(place(part.points), part.colour, part.share);
  const lantern = place([[-2, -152]])[0] ?? [x, 0];
  canvas.glow(lantern[0], lantern[1], 10, [255, 214, 150], 0.9);
}

/** Gulls that glide and now and then beat their wings. */
export function paintGulls(canvas: Canvas, turn: number): void {
  for (const [start, height, size, offset] of GULLS) {
    const at = (turn + offset) % 1;
    const x = start + at * 1420 - 70;
    const y = height + Math.sin(TURN * at * 2) * 16;
    const beat = Math.sin(TURN * at * 30) * Math.max(0, Math.sin(TURN * at * 4));
    const tip = -size * (0.42 + 0.4 * beat);
    const wing = (side: number): Points => [
      [x, y],
      [x + side * size * 0.45, y + tip * 0.9 - size * 0.08],
      [x + side * size, y + tip * 0.55],
      [x + side * size * 0.45, y + tip * 0.9 + size * 0.07],
    ];
    canvas.fillPolygon(wing(-1), hex('#241f45'), 0.85);
    canvas.fillPolygon(wing(1), hex('#241f45'), 0.85);
  }
}

const GULLS: readonly (readonly [number, number, number, number])[] = [
  [0, 236, 15, 0.1],
  [-18, 262, 12, 0.12],
  [10, 214, 11, 0.62],
];

const PARTS: readonly { points: Points; colour: Colour; share: number }[] = [
  {
    points: [
      [3, -150],
      [12, -96],
      [44, -20],
      [3, -20],
    ],
    colour: hex('#f3dcc6'),
    share: 1,
  },
  {
    points: [
      [-4, -138],
      [-4, -20],
      [-52, -20],
      [-34, -62],
      [-14, -112],
    ],
    colour: hex('#fbeee0'),
    share: 1,
  },
  {
    points: [
      [-1.6, -158],
      [1.6, -158],
      [1.6, -12],
      [-1.6, -12],
    ],
    colour: hex('#2b2340'),
    share: 1,
  },
  {
    points: [
      [-60, -14],
      [66, -16],
      [48, 3],
      [-48, 3],
    ],
    colour: hex('#32284e'),
    share: 1,
  },
  {
    points: [
      [-59, -14],
      [65, -16],
      [62, -12.5],
      [-57, -10.5],
    ],
    colour: hex('#c8574b'),
    share: 1,
  },
];

/** More corners along the edges, so that a mirrored outline can wave. */
function densify(points: Points): Points {
  const dense: [number, number][] = [];
  points.forEach((point, index) => {
    const next = points[(index + 1) % points.length] ?? point;
    for (let step = 0; step < 12; step++) {
      const share = step / 12;
      dense.push([
        point[0] + (next[0] - point[0]) * share,
        point[1] + (next[1] - point[1]) * share,
      ]);
    }
  });
  return dense;
}
