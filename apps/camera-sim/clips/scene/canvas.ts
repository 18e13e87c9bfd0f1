/** Red, green, blue, each 0..255. */
export type Colour = readonly [number, number, number];

/** `#rrggbb` as a colour. */
export function hex(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

export const clamp = (value: number, low = 0, high = 1): number =>
  Math.min(high, Math.max(low, value));

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  const share = clamp((value - low) / (high - low));
  return share * share * (3 - 2 * share);
}

/** Repeatable random numbers 0..1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A picture of floating-point RGB, blended in gamma space. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Float32Array(width * height * 3);
  }

  copyFrom(other: Canvas): void {
    this.data.set(other.data);
  }

  /** Covers a pixel by a share of a colour. Outside the picture nothing happens. */
  blend(x: number, y: number, colour: Colour, share: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height || share <= 0) return;
    const offset = (y * this.width + x) * 3;
    const data = this.data;
    const keep = 1 - Math.min(1, share);
    const add = 1 - keep;
    data[offset] = (data[offset] ?? 0) * keep + colour[0] * add;
    data[offset + 1] = (data[offset + 1] ?? 0) * keep + colour[1] * add;
    data[offset + 2] = (data[offset + 2] ?? 0) * keep + colour[2] * add;
  }

  /** Adds light to a pixel. */
  light(x: number, y: number, colour: Colour, amount: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height || amount <= 0) return;
    const offset = (y * this.width + x) * 3;
    const data = this.data;
    data[offset] = (data[offset] ?? 0) + colour[0] * amount;
    data[offset + 1] = (data[offset + 1] ?? 0) + colour[1] * amount;
    data[offset + 2] = (data[offset + 2] ?? 0) + colour[2] * amount;
  }

  /** A rectangle with edges between pixels drawn in proportion. */
  fillRectangle(
    left: number,
    top: number,
    right: number,
    bottom: number,
    colour: Colour,
    share = 1,
  ): void {
    for (let y = Math.floor(top); y < Math.ceil(bottom); y++) {
      const coverY = Math.min(bottom, y + 1) - Math.max(top, y);
      for (let x = Math.floor(left); x < Math.ceil(right); x++) {
        const coverX = Math.min(right, x + 1) - Math.max(left, x);
        this.blend(x, y, colour, coverX * coverY * share);
      }
    }
  }

  /** A convex or concave polygon, edges smoothed by four by four samples a pixel. */
  fillPolygon(points: readonly (readonly [number, number])[], colour: Colour, share = 1): void {
    const xs = points.map((point) => point[0]);
    const ys = points.map((point) => point[1]);
    const left = Math.floor(Math.min(...xs));
    const right = Math.ceil(Math.max(...xs));
    for (let y = Math.floor(Math.min(...ys)); y < Math.ceil(Math.max(...ys)); y++) {
      for (let x = left; x < right; x++) {
        let inside = 0;
        for (let sample = 0; sample < 16; sample++) {
          const sx = x + ((sample & 3) + 0.5) / 4;
          const sy = y + ((sample >> 2) + 0.5) / 4;
          if (contains(points, sx, sy)) inside++;
        }
        if (inside > 0) this.blend(x, y, colour, (inside / 16) * share);
      }
    }
  }

  /** A round glow that falls off smoothly to nothing at `radius`. */
  glow(cx: number, cy: number, radius: number, colour: Colour, amount: number): void {
    for (let y = Math.floor(cy - radius); y <= cy + radius; y++) {
      for (let x = Math.floor(cx - radius); x <= cx + radius; x++) {
        const distance = Math.hypot(x + 0.5 - cx, y + 0.5 - cy) / radius;
        if (distance < 1) this.light(x, y, colour, amount * (1 - distance) ** 2);
      }
    }
  }

  /** 8-bit RGB with a fixed ordered dither, so that gradients do not band. */
  toRgb24(into: Uint8Array): void {
    const { data, width } = this;
    for (let pixel = 0, offset = 0; offset < data.length; pixel++, offset += 3) {
      const dither = DITHER[((Math.floor(pixel / width) & 7) << 3) | ((pixel % width) & 7)] ?? 0;
      for (let channel = 0; channel < 3; channel++) {
        const value = (data[offset + channel] ?? 0) + dither;
        into[offset + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}

function contains(points: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  let previous = points.at(-1) ?? [0, 0];
  for (const point of points) {
    const crosses = point[1] > y !== previous[1] > y;
    if (crosses) {
      const at = ((previous[0] - point[0]) * (y - point[1])) / (previous[1] - point[1]) + point[0];
      if (x < at) inside = !inside;
    }
    previous = point;
  }
  return inside;
}

/** Bayer matrix of 8 × 8, 0..1. */
const DITHER: readonly number[] = Array.from({ length: 64 }, (_, index) => {
  const x = index & 7;
  const y = index >> 3;
  let value = 0;
  for (let bit = 0; bit < 3; bit++) {
    const across = (x >> bit) & 1;
    const down = (y >> bit) & 1;
    value |= ((across ^ down) << (5 - 2 * bit)) | (down << (4 - 2 * bit));
  }
  return (value + 0.5) / 64;
});
