import { type Canvas, type Colour, clamp, hex, mix, seededRandom } from './canvas.ts';

/** Where sky and water meet, of 720 rows. */
export const HORIZON = 424;
export const SUN = { x: 905, y: HORIZON - 74, radius: 42 } as const;

const STOPS: readonly (readonly [number, Colour])[] = [
  [0, hex('#0f1a3c')],
  [0.3, hex('#2a2f63')],
  [0.55, hex('#5f4a82')],
  [0.74, hex('#b0647f')],
  [0.88, hex('#ea936c')],
  [1, hex('#fbcf8e')],
];

interface Star {
  readonly x: number;
  readonly y: number;
  readonly brightness: number;
  readonly phase: number;
  /** Twinkles a loop: whole, so that the clip joins up. */
  readonly turns: number;
}

interface Cloud {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly thickness: number;
  readonly phase: number;
  readonly drift: number;
}

const random = seededRandom(7);
const STARS: readonly Star[] = Array.from({ length: 90 }, () => ({
  x: Math.floor(random() * 1280),
  y: Math.floor(random() ** 1.7 * 230),
  brightness: 40 + random() * 130,
  phase: random(),
  turns: 1 + Math.floor(random() * 3),
}));
const CLOUDS: readonly Cloud[] = Array.from({ length: 14 }, (_, index) => ({
  x: 20 + ((index * 337) % 1240) + random() * 60,
  y: 190 + ((index * 53) % 190) + random() * 12,
  length: 130 + random() * 210,
  thickness: 4 + random() * 9,
  phase: index / 14,
  drift: 50 + random() * 70,
}));

/** The part of the sky that never moves: gradient, glow of the sun, the sun, far mountains. */
export function paintStillSky(canvas: Canvas): void {
  for (let y = 0; y <= HORIZON; y++) {
    const row = gradientAt(y / HORIZON);
    for (let x = 0; x < canvas.width; x++) {
      const across = (x - SUN.x) / 620;
      const down = (y - SUN.y) / 250;
      const warmth = Math.exp(-(across * across) * 1.6 - down * down * 1.9);
      const halo = Math.exp(-Math.hypot(x - SUN.x, y - SUN.y) / 62);
      canvas.blend(x, y, row, 1);
      canvas.light(x, y, [255, 150, 70], warmth * 0.2 + halo * 0.42);
    }
  }
  for (let y = SUN.y - SUN.radius - 2; y <= HORIZON; y++) {
    for (let x = SUN.x - SUN.radius - 2; x <= SUN.x + SUN.radius + 2; x++) {
      const edge = SUN.radius - Math.hypot(x + 0.5 - SUN.x, y + 0.5 - SUN.y);
      const heat = clamp((y - SUN.y + SUN.radius) / (2 * SUN.radius));
      canvas.blend(x, y, mix([255, 246, 214], [255, 206, 130], heat), clamp(edge + 0.5));
    }
  }
  paintRidge(canvas, {
    seed: 0.4,
    base: 62,
    height: 42,
    near: hex('#a7667f'),
    haze: hex('#e9a07b'),
  });
  paintRidge(canvas, {
    seed: 2.1,
    base: 34,
    height: 34,
    near: hex('#6d4b76'),
    haze: hex('#b9737d'),
  });
}

/** Stars that twinkle and streaks of cloud that drift and dissolve. `turn` is 0..1 through the loop. */
export function paintMovingSky(canvas: Canvas, turn: number): void {
  for (const star of STARS) {
    const twinkle = 0.62 + 0.38 * Math.sin(2 * Math.PI * (star.turns * turn + star.phase));
    const fade = clamp(1 - star.y / 250);
    canvas.light(star.x, star.y, [1, 1, 1.08], star.brightness * twinkle * fade);
    canvas.light(star.x + 1, star.y, [1, 1, 1.08], star.brightness * twinkle * fade * 0.35);
  }
  for (const cloud of CLOUDS) {
    const age = (turn + cloud.phase) % 1;
    paintCloud(canvas, cloud, age, Math.sin(Math.PI * age) ** 2);
  }
}

function paintCloud(canvas: Canvas, cloud: Cloud, age: number, opacity: number): void {
  const cx = cloud.x + (age - 0.5) * cloud.drift;
  const high = clamp((HORIZON - cloud.y) / HORIZON);
  const colour = mix([255, 196, 140], [142, 96, 140], clamp(high * 2.1));
  for (let y = Math.floor(cloud.y - cloud.thickness * 2); y < cloud.y + cloud.thickness * 2; y++) {
    const down = (y - cloud.y) / cloud.thickness;
    for (let x = Math.floor(cx - cloud.length); x < cx + cloud.length; x++) {
      const along = (x - cx) / cloud.length;
      const wave = 0.34 * Math.sin(along * 4 + cloud.phase * 20) + 0.12 * Math.sin(along * 13 + 2);
      const body = Math.exp(-((down - wave) ** 2) * 1.6) * (1 - along * along) ** 2;
      // Below, where the sun reaches it, the cloud glows.
      const lit = mix(colour, [255, 176, 128], clamp((down - wave) * 0.4 + 0.25));
      canvas.blend(x, y, lit, body * opacity * 0.62);
    }
  }
}

interface Ridge {
  readonly seed: number;
  /** Pixels above the horizon. */
  readonly base: number;
  readonly height: number;
  readonly near: Colour;
  readonly haze: Colour;
}

function paintRidge(canvas: Canvas, ridge: Ridge): void {
  for (let x = 0; x < canvas.width; x++) {
    const at = x / canvas.width;
    const shape =
      Math.sin(at * 5.1 + ridge.seed) * 0.5 +
      Math.sin(at * 11.7 + ridge.seed * 3) * 0.28 +
      Math.sin(at * 23 + ridge.seed * 7) * 0.14 +
      Math.sin(at * 57 + ridge.seed * 11) * 0.06;
    const top = HORIZON - ridge.base - shape * ridge.height * 0.5;
    for (let y = Math.floor(top); y <= HORIZON; y++) {
      const depth = clamp((y - top) / (HORIZON - top));
      canvas.blend(x, y, mix(ridge.near, ridge.haze, depth ** 1.4), clamp(y + 1 - top) * 0.88);
    }
  }
}

function gradientAt(share: number): Colour {
  for (let index = 1; index < STOPS.length; index++) {
    const below = STOPS[index - 1];
    const above = STOPS[index];
    if (below === undefined || above === undefined) break;
    if (share <= above[0])
      return mix(below[1], above[1], (share - below[0]) / (above[0] - below[0]));
  }
  return STOPS.at(-1)?.[1] ?? [0, 0, 0];
}
