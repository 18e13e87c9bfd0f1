import type { DecodingOrder } from './decoding-order.ts';
import type { MutableStatistics } from './statistics.ts';
import { MAX_ACCESS_UNIT_BYTES, type VideoAssembler } from './video-assembler.ts';

/** A NAL unit in fragments, whose first one carries its decoding order number. */
export class NumberedFragments {
  readonly #order: DecodingOrder;
  readonly #assembler: VideoAssembler;
  readonly #statistics: MutableStatistics;
  /** Undefined where none is open. */
  #parts: Uint8Array[] | undefined;
  #bytes = 0;
  #number = 0;

  constructor(order: DecodingOrder, assembler: VideoAssembler, statistics: MutableStatistics) {
    this.#order = order;
    this.#assembler = assembler;
    this.#statistics = statistics;
  }

  get isOpen(): boolean {
    return this.#parts !== undefined;
  }

  /** @param header of the NAL unit; may be kept */
  begin(header: Uint8Array, number: number): void {
    this.#parts = [header];
    this.#bytes = header.length;
    this.#number = number;
  }

  /** What is open will not become whole. */
  drop(): void {
    this.#parts = undefined;
  }

  /** One fragment, copied; without effect where none was begun. The last one hands the NAL unit on. */
  add(
    buffer: Uint8Array,
    start: number,
    end: number,
    isLast: boolean,
    timestamp: number,
    marker: boolean,
  ): void {
    const parts = this.#parts;
    if (parts === undefined) return;
    this.#bytes += end - start;
    if (this.#bytes > MAX_ACCESS_UNIT_BYTES) {
      this.#parts = undefined;
      this.#statistics.oversizedAccessUnits++;
      this.#assembler.markBroken();
      return;
    }
    parts.push(Uint8Array.from(buffer.subarray(start, end)));
    if (!isLast) return;
    this.#parts = undefined;
    this.#order.add(Buffer.concat(parts), this.#number, timestamp, marker);
  }
}
