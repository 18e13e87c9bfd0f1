/** The packet was seen before or comes too late. */
export const LATE = -1;
/** A larger jump forward is a new start, not a loss (RFC 3550 A.1 MAX_DROPOUT). */
export const MAX_DROPOUT_PACKETS = 3000;
/** So far back a packet is late or repeated, not a new start (RFC 3550 A.1 MAX_MISORDER). */
export const MAX_MISORDER_PACKETS = 100;

/** Follows the 16-bit sequence numbers of one source (RFC 3550 A.1). */
export class SequenceTracker {
  /** Packets that should have come and did not. */
  lost = 0;
  /** Packets that came, late ones too. */
  received = 0;
  #expected = -1;
  /** Where the numbers would go on, if a late one was the start of a new count. */
  #restart = -1;
  #first = 0;
  /** Highest number with the cycles of 65536 before it. */
  #extended = 0;

  /**
   * Takes the number of the next packet.
   *
   * @returns how many packets are missing before this one, 0 in order; `LATE` for one to be dropped
   */
  next(sequence: number): number {
    this.received++;
    if (sequence === this.#expected) {
      this.#expected = (sequence + 1) & 0xffff;
      this.#extended++;
      return 0;
    }
    return this.#outOfOrder(sequence);
  }

  /** Forgets the numbers: another source begins. */
  reset(): void {
    this.#expected = -1;
    this.#restart = -1;
  }

  /** Extended highest sequence number received (RFC 3550 §6.4.1), 32 bits. */
  get extendedHighest(): number {
    return this.#extended >>> 0;
  }

  /** Packets expected since the start of this count. */
  get expected(): number {
    return this.#expected < 0 ? 0 : this.#extended - this.#first + 1;
  }

  #outOfOrder(sequence: number): number {
    if (this.#expected < 0) {
      this.#begin(sequence);
      return 0;
    }
    const ahead = (sequence - this.#expected) & 0xffff;
    if (ahead < MAX_DROPOUT_PACKETS) {
      this.#expected = (sequence + 1) & 0xffff;
      this.#extended += ahead + 1;
      this.#restart = -1;
      this.lost += ahead;
      return ahead;
    }
    if (ahead > 0xffff - MAX_MISORDER_PACKETS) return LATE;
    if (sequence === this.#restart) {
      // Two in a row from elsewhere: the camera counts anew. Nobody knows what was lost; say one.
      this.#begin(sequence);
      this.lost++;
      return 1;
    }
    this.#restart = (sequence + 1) & 0xffff;
    return LATE;
  }

  #begin(sequence: number): void {
    this.#expected = (sequence + 1) & 0xffff;
    this.#restart = -1;
    this.#first = sequence;
    this.#extended = sequence;
  }
}
