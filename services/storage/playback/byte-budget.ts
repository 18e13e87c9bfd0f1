import type { Clock } from '@vms/common/clock.ts';
import { PlaybackError } from './playback-error.ts';

/** Bytes of media that all answers under way may hold in memory. */
export const MAX_PLAYBACK_BYTES = 256 * 1024 * 1024;
/** Answers that may wait for their share. */
export const MAX_ANSWERS_WAITING = 1024;
/** Milliseconds that an answer waits for its share. */
export const MAX_BUDGET_WAIT_MS = 10_000;

interface Waiting {
  readonly bytes: number;
  take(): void;
}

/** Bytes taken from a budget; to be given back once, whatever happens. */
export interface ByteShare {
  release(): void;
}

/** A number of bytes that many answers share; first come, first served. */
export class ByteBudget {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(clock: Clock, limit: number = MAX_PLAYBACK_BYTES) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** @throws PlaybackError `playback.too-many-requests` after MAX_BUDGET_WAIT_MS. */
  acquire(bytes: number): Promise<ByteShare> {
    if (bytes > this.#limit || this.#waiting.size >= MAX_ANSWERS_WAITING) {
      return Promise.reject(tooMany());
    }
    if (this.#waiting.size === 0 && this.#taken + bytes <= this.#limit) {
      return Promise.resolve(this.#take(bytes));
    }
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(MAX_BUDGET_WAIT_MS, () => {
        this.#waiting.delete(waiting);
        reject(tooMany());
        this.#serveWaiting();
      });
      const waiting: Waiting = {
        bytes,
        take: () => {
          timer.cancel();
          resolve(this.#take(bytes));
        },
      };
      this.#waiting.add(waiting);
    });
  }

  #take(bytes: number): ByteShare {
    this.#taken += bytes;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#taken -= bytes;
        this.#serveWaiting();
      },
    };
  }

  #serveWaiting(): void {
    for (const next of this.#waiting) {
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
