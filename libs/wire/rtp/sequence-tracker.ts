/** The packet was seen before or comes too late. */
export const LATE = -1;
/** A larger jump forward is a new start, not a loss (RFC 3550 A.1 MAX_DROPOUT). */
export const MAX_DROPOUT_PACKETS = 3000;
/** So far back a packet is late or repeated, not a new start (RFC 3550 A.1 MAX_MISORDER). */
export const MAX_MISORDER_PACKETS = 100;
/** So many packets in a row are a new count, near the old one or far from it. */
export const NEAR_RESTART_PACKETS = 4;
export const FAR_RESTART_PACKETS = 2;
/** Of all numbers: those further ahead lie behind. */
const HALF = 0x8000;

/**
 * Follows the 16-bit sequence numbers of one source (RFC 3550 A.1) on a connection that keeps the order
 * of packets: what is numbered lower and sampled later is not late: the camera restarted its count.
 */
export class SequenceTracker {
  /** Packets that should have come and did not. */
  lost = 0;
  /** Counts that began after the first. */
  restarts = 0;
  /** Packets that came, late ones too. */
  received = 0;
  #expected = -1;
  /** Where the numbers would go on, if a late one was the start of a new count. */
  #restart = -1;
  #first = 0;
  /** RTP timestamp of the last packet of this count. */
  #timestamp = 0;
  /** Packets in a row that would be the start of a new count. */
  #inRow = 0;
  /** Highest number with the cycles of 65536 before it. */
  #extended = 0;

  /**
   * Takes the number of the next packet, and its timestamp.
   *
   * @returns how many packets are missing before this one, 0 in order; `LATE` for one to be dropped
   */
  next(sequence: number, timestamp: number): number {
    this.received++;
    if (sequence === this.#expected) {
      this.#expected = (sequence + 1) & 0xffff;
      this.#extended++;
      this.#timestamp = timestamp;
      return 0;
    }
    return this.#outOfOrder(sequence, timestamp);
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

  #outOfOrder(sequence: number, timestamp: number): number {
    if (this.#expected < 0) {
      this.#begin(sequence, timestamp);
      return 0;
    }
    const ahead = (sequence - this.#expected) & 0xffff;
    if (ahead < MAX_DROPOUT_PACKETS) {
      this.#expected = (sequence + 1) & 0xffff;
      this.#extended += ahead + 1;
      this.#restart = -1;
      this.#timestamp = timestamp;
      this.lost += ahead;
      return ahead;
    }
    if (ahead >= HALF && ((timestamp - this.#timestamp) | 0) > 0) {
      // Some restart the count at every keyframe: a packet given up here would cost the whole GOP.
      this.#begin(sequence, timestamp);
      this.restarts++;
      return 0;
    }
    const near = ahead > 0xffff - MAX_MISORDER_PACKETS;
    this.#inRow = sequence === this.#restart ? this.#inRow + 1 : 1;
    this.#restart = (sequence + 1) & 0xffff;
    if (this.#inRow < (near ? NEAR_RESTART_PACKETS : FAR_RESTART_PACKETS)) return LATE;
    // Nobody knows what was lost; say one.
    this.#begin(sequence, timestamp);
    this.restarts++;
    this.lost++;
    return 1;
  }

  #begin(sequence: number, timestamp: number): void {
    this.#expected = (sequence + 1) & 0xffff;
    this.#restart = -1;
    this.#first = sequence;
    this.#extended = sequence;
    this.#timestamp = timestamp;
  }
}
