import { type Canvas, type Colour, clamp } from './canvas.ts';

type Stroke = readonly (readonly [number, number])[];

/** An arc as points; degrees clockwise from the right, in a box one unit high. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Stroke {
  const steps = Math.max(6, Math.ceil(Math.abs(to - from) / 7));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}

/** A round single-line face: every character is a few strokes in a box 1 high; width in em. */
const GLYPHS: Readonly<Record<string, { width: number; strokes: readonly Stroke[] }>> = {
  '0': {
    width: 0.56,
    strokes: [
      arc(0.28, 0.28, 0.28, 0.28, 180, 360).concat(arc(0.28, 0.72, 0.28, 0.28, 0, 180), [
        [0, 0.28],
      ]),
    ],
  },
  '1': {
    width: 0.56,
    strokes: [
      [
        [0.1, 0.18],
        [0.34, 0],
        [0.34, 1],
      ],
    ],
  },
  '2': {
    width: 0.56,
    strokes: [
      arc(0.28, 0.28, 0.28, 0.28, 180, 395).concat([
        [0, 1],
        [0.56, 1],
      ]),
    ],
  },
  '3': {
    width: 0.56,
    strokes: [arc(0.27, 0.25, 0.25, 0.25, 195, 450), arc(0.27, 0.73, 0.29, 0.27, 265, 525)],
  },
  '4': {
    width: 0.6,
    strokes: [
      [
        [0.42, 1],
        [0.42, 0],
        [0, 0.7],
        [0.6, 0.7],
      ],
    ],
  },
  '5': {
    width: 0.56,
    strokes: [[[0.5, 0], [0.1, 0], [0.05, 0.44] as const, ...arc(0.26, 0.68, 0.3, 0.32, 222, 515)]],
  },
  '6': {
    width: 0.58,
    strokes: [
      arc(0.29, 0.7, 0.29, 0.3, 0, 360),
      [
        [0.43, 0],
        [0.045, 0.56],
      ],
    ],
  },
  '7': {
    width: 0.56,
    strokes: [
      [
        [0, 0],
        [0.56, 0],
        [0.18, 1],
      ],
    ],
  },
  '8': {
    width: 0.58,
    strokes: [arc(0.29, 0.235, 0.235, 0.235, 0, 360), arc(0.29, 0.735, 0.29, 0.265, 0, 360)],
  },
  '9': {
    width: 0.58,
    strokes: [
      arc(0.29, 0.3, 0.29, 0.3, 0, 360),
      [
        [0.535, 0.44],
        [0.15, 1],
      ],
    ],
  },
  ':': {
    width: 0.02,
    strokes: [
      [
        [0.01, 0.34],
        [0.01, 0.35],
      ],
      [
        [0.01, 0.85],
        [0.01, 0.86],
      ],
    ],
  },
  '.': {
    width: 0.02,
    strokes: [
      [
        [0.01, 0.97],
        [0.01, 0.98],
      ],
    ],
  },
  ' ': { width: 0.3, strokes: [] },
  D: {
    width: 0.6,
    strokes: [[[0, 0], [0, 1], [0.2, 1] as const, ...arc(0.2, 0.5, 0.4, 0.5, 90, -90), [0, 0]]],
  },
  E: {
    width: 0.46,
    strokes: [
      [
        [0.46, 0],
        [0, 0],
        [0, 1],
        [0.46, 1],
      ],
      [
        [0, 0.49],
        [0.4, 0.49],
      ],
    ],
  },
  M: {
    width: 0.72,
    strokes: [
      [
        [0, 1],
        [0, 0],
        [0.36, 0.62],
        [0.72, 0],
        [0.72, 1],
      ],
    ],
  },
  O: { width: 0.86, strokes: [arc(0.43, 0.5, 0.43, 0.5, 0, 360)] },
};

interface Mask {
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  /** How far from the stroke each pixel is, in pixels. */
  readonly distance: Float32Array;
  /** How far the next character is. */
  readonly advance: number;
}

/** How text looks. Pixels. */
export interface TextStyle {
  readonly height: number;
  readonly stroke: number;
  readonly spacing: number;
  readonly colour: Colour;
  /** The same advance for every character, so that counting digits do not dance. */
  readonly fixedAdvance?: number;
}

const masks = new Map<string, Mask>();

/** Draws text with its top left corner at x, y, over a soft shadow. Returns where it ends. */
export function paintText(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  style: TextStyle,
): number {
  let pen = x;
  const placed: [number, Mask][] = [];
  for (const character of text) {
    const mask = maskOf(character, style);
    const advance = style.fixedAdvance ?? mask.advance;
    const inset = style.fixedAdvance === undefined ? 0 : (advance - mask.advance) / 2;
    placed.push([Math.round(pen + inset), mask]);
    pen += advance + style.spacing;
  }
  const half = style.stroke / 2;
  for (const [left, mask] of placed) {
    paintMask(
      canvas,
      mask,
      left,
      y + 2,
      [6, 8, 28],
      (off) => 0.4 * clamp(1 - (off - half) / 9) ** 2,
    );
  }
  for (const [left, mask] of placed) {
    paintMask(canvas, mask, left, y, style.colour, (off) => clamp(half - off + 0.5));
  }
  return pen;
}

function paintMask(
  canvas: Canvas,
  mask: Mask,
  left: number,
  top: number,
  colour: Colour,
  cover: (distance: number) => number,
): void {
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const share = cover(mask.distance[y * mask.width + x] ?? 99);
      canvas.blend(left + x - mask.margin, top + y - mask.margin, colour, share);
    }
  }
}

function maskOf(character: string, style: TextStyle): Mask {
  const key = `${character}/${style.height}`;
  const known = masks.get(key);
  if (known !== undefined) return known;
  const glyph = GLYPHS[character] ?? { width: 0.3, strokes: [] };
  const margin = Math.ceil(style.stroke + 12);
  const width = Math.ceil(glyph.width * style.height) + 2 * margin;
  const height = Math.ceil(style.height) + 2 * margin;
  const distance = new Float32Array(width * height).fill(99);
  for (const stroke of glyph.strokes) {
    for (let index = 1; index < stroke.length; index++) {
      const from = stroke[index - 1];
      const to = stroke[index];
      if (from === undefined || to === undefined) continue;
      segment(distance, width, height, margin, style.height, from, to);
    }
  }
  const mask = { width, height, margin, distance, advance: glyph.width * style.height };
  masks.set(key, mask);
  return mask;
}

function segment(
  distance: Float32Array,
  width: number,
  height: number,
  margin: number,
  scale: number,
  from: readonly [number, number],
  to: readonly [number, number],
): void {
  const ax = from[0] * scale + margin;
  const ay = from[1] * scale + margin;
  const dx = (to[0] - from[0]) * scale;
  const dy = (to[1] - from[1]) * scale;
  const length = dx * dx + dy * dy || 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const px = x + 0.5 - ax;
      const py = y + 0.5 - ay;
      const share = clamp((px * dx + py * dy) / length);
      const off = Math.hypot(px - dx * share, py - dy * share);
      const index = y * width + x;
      if (off < (distance[index] ?? 99)) distance[index] = off;
    }
  }
}
