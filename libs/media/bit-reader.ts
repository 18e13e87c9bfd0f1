import { MediaError } from './errors.ts';

/** Longest run of zero bits before an Exp-Golomb code that still fits 32 bits. */
const MAX_GOLOMB_ZEROS = 31;

/** Reads fields of bits, most significant first, as ISO/IEC 14496-10 §7.2 names them. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits that are left. */
  get remaining(): number {
    return this.#bytes.length * 8 - this.#bit;
  }

  /** Bits that were read. */
  get position(): number {
    return this.#bit;
  }

  /**
   * u(count), 0 to 32 bits, unsigned.
   * @throws MediaError `media.truncated`
   */
  bits(count: number): number {
    if (count > this.remaining) {
      throw new MediaError(
        'media.truncated',
        'A codec configuration ends in the middle of a field.',
      );
    }
    let value = 0;
    let left = count;
    while (left > 0) {
      const offset = this.#bit & 7;
      const take = Math.min(8 - offset, left);
      const byte = this.#bytes[this.#bit >> 3] ?? 0;
      const part = (byte >> (8 - offset - take)) & ((1 << take) - 1);
      value = value * 2 ** take + part;
      this.#bit += take;
      left -= take;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  skip(count: number): void {
    if (count > this.remaining) {
      throw new MediaError(
        'media.truncated',
        'A codec configuration ends in the middle of a field.',
      );
    }
    this.#bit += count;
  }

  /** ue(v): unsigned Exp-Golomb (ISO/IEC 14496-10 §9.1). */
  ue(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros++;
      if (zeros > MAX_GOLOMB_ZEROS) {
        throw new MediaError('media.parameter-sets', 'An Exp-Golomb code is longer than 32 bits.');
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v): signed Exp-Golomb (ISO/IEC 14496-10 §9.1.1). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
