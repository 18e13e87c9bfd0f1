/** How a codec is laid out in RTP payloads (RFC 6184, RFC 7798, RFC 3640, RFC 3551). */
export interface PayloadFormat {
  /**
   * Takes the payload of the next packet in order: bytes `start` to `end` of `buffer`.
   *
   * @param lost packets missing just before it
   */
  packet(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    marker: boolean,
    lost: number,
  ): void;
  /** Nothing follows: gives what is whole. */
  end?(): void;
}
