import type { RandomFraction } from '../fault/random.ts';

/** An input does not grow beyond this, where nothing else is said. */
export const MAX_INPUT_BYTES = 64 * 1024;
/** Powers of two up to which one thing is repeated: what takes quadratic time shows. */
const REPEAT_POWERS = 17;
/** Changes that one input gets at most. */
const MAX_MUTATIONS = 8;
/** Bytes that lengths, flags and texts go wrong at. */
const INTERESTING = [
  0x00, 0x01, 0x03, 0x0a, 0x0d, 0x20, 0x24, 0x2c, 0x3a, 0x3b, 0x3d, 0x7f, 0x80, 0xff,
];

/** Spoils one of the seeds, the same way for the same random numbers. */
export function mutate(
  seeds: readonly Uint8Array[],
  random: RandomFraction,
  maxBytes = MAX_INPUT_BYTES,
): Uint8Array {
  const pick = (below: number): number => Math.floor(random() * below);
  let bytes = Buffer.from(seeds[pick(seeds.length)] ?? []);
  const count = 1 + pick(MAX_MUTATIONS);
  for (let i = 0; i < count; i++) {
    bytes = mutateOnce(bytes, seeds, pick);
    if (bytes.length > maxBytes) bytes = bytes.subarray(0, maxBytes);
  }
  return bytes;
}

function mutateOnce(
  bytes: Buffer<ArrayBuffer>,
  seeds: readonly Uint8Array[],
  pick: (below: number) => number,
): Buffer<ArrayBuffer> {
  const at = pick(bytes.length + 1);
  const length = pick(2) === 0 ? pick(9) : pick(bytes.length + 1);
  switch (pick(10)) {
    case 0: // a bit
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
      return bytes;
    case 1: // any byte
      if (at < bytes.length) bytes[at] = pick(256);
      return bytes;
    case 2: // a byte that is likely to mean something
      if (at < bytes.length) bytes[at] = INTERESTING[pick(INTERESTING.length)] ?? 0;
      return bytes;
    case 3: {
      // a length of two or four bytes
      const size = pick(2) === 0 ? 2 : 4;
      bytes.fill(pick(3) === 0 ? 0xff : pick(256), at, Math.min(bytes.length, at + size));
      return bytes;
    }
    case 4: // cut short
      return bytes.subarray(0, at);
    case 5: // something missing
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 6: // something twice
      return Buffer.concat([
        bytes.subarray(0, at + length),
        bytes.subarray(at, at + length),
        bytes.subarray(at + length),
      ]);
    case 7: {
      // one thing again and again
      const piece = INTERESTING[pick(INTERESTING.length)] ?? 0;
      const pieces = pick(2) === 0 ? [piece] : [bytes[at] ?? piece, piece];
      const run = Buffer.alloc(2 ** pick(pick(8) === 0 ? REPEAT_POWERS : 8), Buffer.from(pieces));
      return Buffer.concat([bytes.subarray(0, at), run, bytes.subarray(at)]);
    }
    case 8: {
      // something of another seed in between
      const other = Buffer.from(seeds[pick(seeds.length)] ?? []);
      const from = pick(other.length + 1);
      return Buffer.concat([
        bytes.subarray(0, at),
        other.subarray(from, from + length),
        bytes.subarray(at),
      ]);
    }
    default: {
      // noise in between
      const noise = Buffer.from(Array.from({ length: 1 + pick(16) }, () => pick(256)));
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
    }
  }
}
