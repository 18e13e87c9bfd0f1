import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { ApiError } from '../api-error.ts';
import {
  LOGIN_WINDOW_MS,
  MAX_LOGIN_COUNTERS,
  MAX_LOGINS,
  MAX_LOGINS_PER_ADDRESS,
} from './bounds.ts';

interface Counter {
  attempts: number;
  readonly endsAt: MonotonicMs;
}

/**
 * Bounds guessing of passwords. Attempts are counted before the password is looked at, so that many
 * at once gain nothing, by address and user name together, so that a stranger cannot lock the
 * administrator out from elsewhere.
 */
export class LoginLimiter {
  readonly #clock: Clock;
  readonly #counters = new Map<string, Counter>();
  #all: Counter = { attempts: 0, endsAt: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ApiError `auth.too-many-attempts` with the seconds to wait. */
  attempt(address: string, username: string): void {
    const now = this.#clock.monotonic();
    if (now >= this.#all.endsAt) this.#all = { attempts: 0, endsAt: now + LOGIN_WINDOW_MS };
    const counter = this.#counter(keyOf(address, username), now);
    if (counter.attempts >= MAX_LOGINS_PER_ADDRESS) throw tooMany(counter.endsAt - now);
    if (this.#all.attempts >= MAX_LOGINS) throw tooMany(this.#all.endsAt - now);
    counter.attempts++;
    this.#all.attempts++;
  }

  /** The password was right: this pair starts anew. */
  succeeded(address: string, username: string): void {
    if (this.#counters.delete(keyOf(address, username))) {
      this.#all.attempts = Math.max(0, this.#all.attempts - 1);
    }
  }

  #counter(key: string, now: MonotonicMs): Counter {
    const known = this.#counters.get(key);
    if (known !== undefined && now < known.endsAt) return known;
    this.#counters.delete(key);
    // Oldest first: a Map keeps the order in which its keys came.
    for (const [oldest, { endsAt }] of this.#counters) {
      if (this.#counters.size < MAX_LOGIN_COUNTERS && now < endsAt) break;
      this.#counters.delete(oldest);
    }
    const counter = { attempts: 0, endsAt: now + LOGIN_WINDOW_MS };
    this.#counters.set(key, counter);
    return counter;
  }
}

function keyOf(address: string, username: string): string {
  return `${address} ${username.toLowerCase()}`;
}

function tooMany(waitMs: number): ApiError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new ApiError(
    'auth.too-many-attempts',
    {
      happened: 'Too many attempts to sign in.',
      remedy: `Wait ${retryAfterSeconds} seconds, then try again.`,
    },
    { retryAfterSeconds },
  );
}
