/** A source that came alone for so many packets ... */
export const FOREIGN_PACKETS_BEFORE_SWITCH = 32;
/** ... and so many timestamps is followed: the camera has restarted its encoder. */
export const FOREIGN_TIMESTAMPS_BEFORE_SWITCH = 8;

/** What to do with a packet that is not of the source at hand. */
export type Verdict = 'drop' | 'switch';

/**
 * Keeps to one source (SSRC and payload type). Some cameras mix the packets of another session into a
 * connection, so a new source is followed only after it has come alone for a while, or when the camera
 * had announced it.
 */
export class SourceFilter {
  ssrc = -1;
  payloadType = -1;
  /** By the description. */
  readonly announcedType: number;
  readonly #announcedSsrc: number | undefined;
  #candidateSsrc = -1;
  #candidateType = -1;
  #candidateTimestamp = -1;
  #packets = 0;
  #timestamps = 0;

  constructor(payloadType: number, ssrc: number | undefined) {
    this.announcedType = payloadType;
    this.#announcedSsrc = ssrc;
  }

  /** A packet of the source at hand has come. */
  confirm(): void {
    this.#packets = 0;
  }

  /** A packet of another source has come. */
  consider(ssrc: number, payloadType: number, timestamp: number): Verdict {
    if (payloadType === this.announcedType) {
      // The first one is believed, but one that the camera announced is believed more.
      if (this.ssrc < 0 || (ssrc === this.#announcedSsrc && ssrc !== this.ssrc)) {
        return this.#switchTo(ssrc, payloadType);
      }
    }
    const same = ssrc === this.#candidateSsrc && payloadType === this.#candidateType;
    if (!same || this.#packets === 0) {
      this.#candidateSsrc = ssrc;
      this.#candidateType = payloadType;
      this.#packets = 0;
      this.#timestamps = 0;
      this.#candidateTimestamp = -1;
    }
    this.#packets++;
    if (timestamp !== this.#candidateTimestamp) {
      this.#timestamps++;
      this.#candidateTimestamp = timestamp;
    }
    return this.#packets >= FOREIGN_PACKETS_BEFORE_SWITCH &&
      this.#timestamps >= FOREIGN_TIMESTAMPS_BEFORE_SWITCH
      ? this.#switchTo(ssrc, payloadType)
      : 'drop';
  }

  #switchTo(ssrc: number, payloadType: number): Verdict {
    this.ssrc = ssrc;
    this.payloadType = payloadType;
    this.#packets = 0;
    return 'switch';
  }
}
