import type { MutableStatistics } from './statistics.ts';
import { MAX_ACCESS_UNIT_BYTES, type VideoAssembler } from './video-assembler.ts';

/** NAL units that wait for those before them, whatever a camera declares (`sprop-depack-buf-nalus`). */
export const MAX_WAITING_NALS = 512;
/** Late NAL units in a row after which the camera counts from elsewhere. */
export const LATE_NALS_BEFORE_RESTART = 16;
const NUMBERS = 65_536;

interface Waiting {
  /** Decoding order number without its wraps. */
  readonly number: number;
  readonly nal: Uint8Array;
  readonly timestamp: number;
  readonly marker: boolean;
}

/**
 * Puts NAL units that carry decoding order numbers into that order (RFC 7798 §6), and hands them to the
 * assembler as if each had come in a packet of its own.
 */
export class DecodingOrder {
  readonly #assembler: VideoAssembler;
  readonly #statistics: MutableStatistics;
  readonly #maxWaiting: number;
  readonly #maxDistance: number;
  /** By rising number. */
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  /** The number that comes next; undefined at the start. */
  #next: number | undefined;
  #newest = 0;
  #late = 0;
  /** Packets lost since NAL units were last missing. */
  #lost = 0;
  #newestAtLoss = 0;

  /**
   * @param maxWaiting `sprop-depack-buf-nalus`
   * @param maxDistance `sprop-max-don-diff`
   */
  constructor(
    assembler: VideoAssembler,
    statistics: MutableStatistics,
    maxWaiting: number,
    maxDistance: number,
  ) {
    this.#assembler = assembler;
    this.#statistics = statistics;
    this.#maxWaiting = Math.min(maxWaiting, MAX_WAITING_NALS);
    this.#maxDistance = maxDistance;
  }

  /** Packets were lost: numbers that are missing from now on are theirs. */
  lose(packets: number): void {
    this.#lost += packets;
    this.#newestAtLoss = this.#newest;
  }

  /** A packet was not what its format says: a number is missing with it. */
  malformed(): void {
    this.#statistics.malformedPackets++;
    this.lose(1);
  }

  /**
   * @param nal may be kept
   * @param number 16 bits
   */
  add(nal: Uint8Array, number: number, timestamp: number, marker: boolean): void {
    let full = this.#unwrap(number);
    if (this.#next !== undefined && full < this.#next) {
      this.#statistics.duplicatePackets++;
      if (++this.#late < LATE_NALS_BEFORE_RESTART) return;
      this.end();
      this.#next = undefined;
      this.#newest = number;
      full = number;
    }
    this.#late = 0;
    this.#newest = Math.max(this.#newest, full);
    const waiting = this.#waiting;
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1]?.number ?? 0) > full) at--;
    waiting.splice(at, 0, { number: full, nal, timestamp, marker });
    this.#bytes += nal.length;
    while (this.#isDue()) this.#give();
  }

  /**
   * A NAL unit of an aggregation packet, which is copied; an empty one is left out.
   *
   * @param number counted on from the first of the packet: its lower 16 bits count
   */
  addPart(
    buffer: Uint8Array,
    start: number,
    end: number,
    number: number,
    timestamp: number,
    marker: boolean,
  ): void {
    if (start === end) return;
    this.add(Uint8Array.from(buffer.subarray(start, end)), number & 0xffff, timestamp, marker);
  }

  /** No packet follows. */
  end(): void {
    while (this.#waiting.length > 0) this.#give();
  }

  #isDue(): boolean {
    const first = this.#waiting[0];
    if (first === undefined) return false;
    return (
      first.number === this.#next ||
      this.#waiting.length > this.#maxWaiting ||
      (this.#waiting.at(-1)?.number ?? 0) - first.number > this.#maxDistance ||
      this.#bytes > MAX_ACCESS_UNIT_BYTES
    );
  }

  #give(): void {
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.#bytes -= first.nal.length;
    // Numbers may also be left out on purpose: without a lost packet nothing is missing.
    const isGap = this.#next !== undefined && first.number > this.#next;
    const lost = isGap ? this.#lost : 0;
    // Which gap is that of the loss is not known before one behind it: each may be.
    if (isGap && first.number > this.#newestAtLoss) this.#lost = 0;
    this.#next = first.number + 1;
    this.#assembler.beginPacket(first.timestamp, lost);
    this.#assembler.nal(first.nal, 0, first.nal.length);
    this.#assembler.endPacket(first.marker);
  }

  /** Next to the newest one, either way. */
  #unwrap(number: number): number {
    const newest = this.#newest % NUMBERS;
    let distance = number - newest;
    if (distance > NUMBERS / 2) distance -= NUMBERS;
    else if (distance < -NUMBERS / 2) distance += NUMBERS;
    if (this.#next === undefined && this.#waiting.length === 0) {
      this.#newest = number + NUMBERS;
      return this.#newest;
    }
    return this.#newest + distance;
  }
}
