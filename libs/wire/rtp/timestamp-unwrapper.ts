/**
 * Unwraps 32-bit RTP timestamps into numbers that only grow with time: each is at the signed 32-bit
 * distance from the one before (up to 6 h 37 min at 90 kHz either way). A single stray timestamp moves
 * its own frame alone, because the way back is the same as the way out.
 */
export class TimestampUnwrapper {
  #last = -1;
  #unwrapped = 0;

  /**
   * Unwraps the next timestamp, in the units of the clock rate; the first one comes back as it is.
   *
   * @param timestamp unsigned 32 bits
   */
  unwrap(timestamp: number): number {
    this.#unwrapped = this.#last < 0 ? timestamp : this.#unwrapped + ((timestamp - this.#last) | 0);
    this.#last = timestamp;
    return this.#unwrapped;
  }

  /** Where a timestamp is on the time line, without moving it; for sender reports. */
  peek(timestamp: number): number {
    return this.#last < 0 ? timestamp : this.#unwrapped + ((timestamp - this.#last) | 0);
  }
}
