import type { Clock } from '@vms/common/clock.ts';
import { PlaybackError } from '../playback-error.ts';

/** Bytes of media that all answers under way may hold in memory. */
export const MAX_PLAYBACK_BYTES = 256 * 1024 * 1024;
/** Bytes of these for one holder: a caller with what it was allowed by. */
export const MAX_HOLDER_BYTES = MAX_PLAYBACK_BYTES / 4;
/** Answers of one holder that may wait. */
export const MAX_HOLDER_ANSWERS_WAITING = 512;
/** Answers that may wait for their share. */
export const MAX_ANSWERS_WAITING = 1024;
/** Milliseconds that an answer waits for its share. */
export const MAX_BUDGET_WAIT_MS = 10_000;

interface Waiting {
  readonly holder: string;
  readonly bytes: number;
  take(): void;
}

/** Bytes taken from a budget; to be given back once, whatever happens. */
export interface ByteShare {
  release(): void;
}

/**
 * A number of bytes that many answers share; first come, first served. One holder has at most a quarter, or
 * a single answer: whoever takes none of what it asks for keeps nobody else from playing.
 */
export class ByteBudget {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #holderLimit: number;
  readonly #waiting = new Set<Waiting>();
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(
    clock: Clock,
    limit: number = MAX_PLAYBACK_BYTES,
    holderLimit: number = MAX_HOLDER_BYTES,
  ) {
    this.#clock = clock;
    this.#limit = limit;
    this.#holderLimit = holderLimit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** @throws PlaybackError `playback.too-many-requests` after MAX_BUDGET_WAIT_MS. */
  acquire(bytes: number, holder: string): Promise<ByteShare> {
    const waiting = [...this.#waiting];
    const isNext =
      this.#mayHold({ bytes, holder }) && !waiting.some((other) => this.#mayHold(other));
    if (isNext && this.#taken + bytes <= this.#limit) {
      return Promise.resolve(this.#take(bytes, holder));
    }
    const ofHolder = waiting.filter((other) => other.holder === holder).length;
    const isFull = this.#waiting.size >= MAX_ANSWERS_WAITING;
    if (bytes > this.#limit || isFull || ofHolder >= MAX_HOLDER_ANSWERS_WAITING) {
      return Promise.reject(tooMany());
    }
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(MAX_BUDGET_WAIT_MS, () => {
        this.#waiting.delete(waiting);
        reject(tooMany());
        this.#serveWaiting();
      });
      const waiting: Waiting = {
        bytes,
        holder,
        take: () => {
          timer.cancel();
          resolve(this.#take(bytes, holder));
        },
      };
      this.#waiting.add(waiting);
    });
  }

  #mayHold({ bytes, holder }: Pick<Waiting, 'bytes' | 'holder'>): boolean {
    const held = this.#held.get(holder) ?? 0;
    return held === 0 || held + bytes <= this.#holderLimit;
  }

  #count(bytes: number, holder: string): void {
    this.#taken += bytes;
    const held = (this.#held.get(holder) ?? 0) + bytes;
    if (held > 0) this.#held.set(holder, held);
    else this.#held.delete(holder);
  }

  #take(bytes: number, holder: string): ByteShare {
    this.#count(bytes, holder);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#count(-bytes, holder);
        this.#serveWaiting();
      },
    };
  }

  #serveWaiting(): void {
    for (const next of this.#waiting) {
      if (!this.#mayHold(next)) continue;
      if (this.#taken + next.bytes > this.#limit) return;
      this.#waiting.delete(next);
      next.take();
    }
  }
}

function tooMany(): PlaybackError {
  return new PlaybackError('playback.too-many-requests', {
    happened: 'Too many recordings are being played at once.',
    remedy: 'Try again in a moment.',
  });
}
