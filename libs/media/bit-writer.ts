/** Writes fields of bits, most significant first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #filled = 0;

  /** u(count), 0 to 32 bits. */
  bits(value: number, count: number): this {
    for (let i = count - 1; i >= 0; i--) {
      this.#current = (this.#current << 1) | (Math.floor(value / 2 ** i) & 1);
      this.#filled++;
      if (this.#filled === 8) {
        this.#bytes.push(this.#current);
        this.#current = 0;
        this.#filled = 0;
      }
    }
    return this;
  }

  /** ue(v): unsigned Exp-Golomb (ISO/IEC 14496-10 §9.1). */
  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.bits(0, length).bits(value + 1, length + 1);
  }

  /** se(v): signed Exp-Golomb (ISO/IEC 14496-10 §9.1.1). */
  se(value: number): this {
    return this.ue(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** rbsp_trailing_bits: a one, then zeros up to the byte. */
  trailing(): this {
    this.bits(1, 1);
    while (this.#filled !== 0) this.bits(0, 1);
    return this;
  }

  /** What was written; a last byte begun is filled with zeros. */
  bytes(): Uint8Array {
    const all = [...this.#bytes];
    if (this.#filled > 0) all.push(this.#current << (8 - this.#filled));
    return Uint8Array.from(all);
  }
}
