import type { EpochMs } from '@vms/common/clock.ts';

/** A frame that was sent, or that the network refused. */
export interface SentFrame {
  /** Counts what was recorded of this track since the start, from 0. */
  readonly index: number;
  /** Which connection: sessions of a camera are numbered from 1. */
  readonly session: number;
  /** Number within the clip, which the picture shows too. */
  readonly frame: number;
  readonly rtpTimestamp: number;
  /** When its last packet was handed to the socket, UTC. */
  readonly sentAt: EpochMs;
}

/** Frames that a track's ledger remembers: 13 minutes at 25 a second. The oldest are forgotten. */
export const MAX_LEDGER_FRAMES = 20_000;
const FIRST_CAPACITY = 256;

/** What one track of a camera has sent, in order: a ring of the last {@link MAX_LEDGER_FRAMES}. */
export class FrameLedger {
  readonly #maxFrames: number;
  #capacity: number;
  #total = 0;
  #sentAt: Float64Array;
  /** Session, frame and RTP time stamp, three a frame. */
  #facts: Uint32Array;

  constructor(maxFrames: number = MAX_LEDGER_FRAMES) {
    this.#maxFrames = maxFrames;
    this.#capacity = Math.min(FIRST_CAPACITY, maxFrames);
    this.#sentAt = new Float64Array(this.#capacity);
    this.#facts = new Uint32Array(this.#capacity * 3);
  }

  /** Frames recorded since the start, forgotten ones included. */
  get total(): number {
    return this.#total;
  }

  record(session: number, frame: number, rtpTimestamp: number, sentAt: EpochMs): SentFrame {
    if (this.#total === this.#capacity && this.#capacity < this.#maxFrames) this.#grow();
    const slot = this.#total % this.#capacity;
    this.#sentAt[slot] = sentAt;
    this.#facts[slot * 3] = session;
    this.#facts[slot * 3 + 1] = frame;
    this.#facts[slot * 3 + 2] = rtpTimestamp;
    return { index: this.#total++, session, frame, rtpTimestamp, sentAt };
  }

  /** What is remembered from index `since` on. */
  entries(since = 0): SentFrame[] {
    const entries: SentFrame[] = [];
    for (
      let index = Math.max(since, this.#total - this.#capacity, 0);
      index < this.#total;
      index++
    ) {
      const slot = index % this.#capacity;
      entries.push({
        index,
        session: this.#facts[slot * 3] ?? 0,
        frame: this.#facts[slot * 3 + 1] ?? 0,
        rtpTimestamp: this.#facts[slot * 3 + 2] ?? 0,
        sentAt: this.#sentAt[slot] ?? 0,
      });
    }
    return entries;
  }

  #grow(): void {
    const capacity = Math.min(this.#capacity * 2, this.#maxFrames);
    const sentAt = new Float64Array(capacity);
    sentAt.set(this.#sentAt);
    const facts = new Uint32Array(capacity * 3);
    facts.set(this.#facts);
    this.#sentAt = sentAt;
    this.#facts = facts;
    this.#capacity = capacity;
  }
}
