import type { EventEmitter } from 'node:events';
import type { Clock } from '@vms/common/clock.ts';
import { HttpError } from '@vms/http/http-error.ts';
import { networkOf } from '@vms/http/network-of.ts';

/** Requests of one caller that a service works on at a time; further ones wait for their turn. */
export const MAX_CALLS_PER_CALLER = 32;
/** Milliseconds that a request waits for its turn. How many wait is bounded by the caller's connections. */
export const TURN_TIMEOUT_MS = 30_000;

interface Caller {
  underWay: number;
  readonly waiting: Set<() => void>;
}

/**
 * Lets a service work on few requests of each caller at a time: a caller that sends many waits for its own
 * requests, and everybody else for only a few of them. A caller is an address, or an IPv6 /64.
 */
export class CallerTurns {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #callers = new Map<string, Caller>();

  constructor(clock: Clock, most = MAX_CALLS_PER_CALLER) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return [...this.#callers.values()].reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  /** Callers with a request under way. */
  get size(): number {
    return this.#callers.size;
  }

  /**
   * Does `work` when it is the caller's turn; rejects as that does.
   *
   * @param left emits `abort` when the caller leaves: a request that waits is then rejected, too
   * @throws HttpError `http.too-many-requests` after TURN_TIMEOUT_MS
   */
  async run<Result>(
    address: string,
    left: EventEmitter,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const key = networkOf(address);
    const caller = this.#callers.get(key) ?? { underWay: 0, waiting: new Set() };
    this.#callers.set(key, caller);
    if (caller.underWay < this.#most) caller.underWay++;
    else await this.#turn(caller, left);
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now is served before those who wait.
      const [next] = caller.waiting;
      if (next !== undefined) next();
      else if (--caller.underWay === 0) this.#callers.delete(key);
    }
  }

  /** Resolves when a place was handed on. */
  #turn({ waiting }: Caller, left: EventEmitter): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        waiting.delete(begin);
        left.off('abort', leave);
        timer.cancel();
      };
      const begin = (): void => {
        done();
        resolve();
      };
      const leave = (): void => {
        done();
        reject(new Error('The caller left.'));
      };
      const timer = this.#clock.after(TURN_TIMEOUT_MS, () => {
        done();
        reject(tooMany(this.#most));
      });
      waiting.add(begin);
      left.once('abort', leave);
    });
  }
}

function tooMany(most: number): HttpError {
  return new HttpError(
    'http.too-many-requests',
    {
      happened: `${most} requests of this caller were under way for ${TURN_TIMEOUT_MS / 1000} s.`,
      remedy: 'Send fewer requests at the same time.',
    },
    { retryAfterSeconds: 1 },
  );
}
