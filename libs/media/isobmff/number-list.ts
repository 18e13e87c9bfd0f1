/** Numbers that are added one by one, at 4 or 8 bytes each: millions of them stay small. */
export class NumberList {
  readonly #make: (length: number) => Uint32Array | Float64Array;
  #items: Uint32Array | Float64Array;
  #length = 0;

  constructor(kind: 'uint32' | 'float64', initial = 1024) {
    this.#make = (length) =>
      kind === 'uint32' ? new Uint32Array(length) : new Float64Array(length);
    this.#items = this.#make(initial);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#items.length) {
      const larger = this.#make(this.#length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length++] = value;
  }

  /** The number at an index that there is. */
  at(index: number): number {
    return this.#items[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#items[index] = value;
  }
}
