import type { Clock } from '@vms/common/clock.ts';
import { KeyedBuckets } from '@vms/common/keyed-buckets.ts';
import { networkOf } from '@vms/http/network-of.ts';
import { ApiError } from '../api-error.ts';
import {
  LOGIN_WINDOW_MS,
  MAX_LOGIN_COUNTERS,
  MAX_LOGINS_PER_ADDRESS,
  MAX_LOGINS_PER_DEVICE,
  MAX_LOGINS_PER_NETWORK,
  MAX_LOGINS_PER_USER,
  MAX_STRANGER_LOGINS,
} from './bounds.ts';

/** Who tries a password. */
export interface LoginAttempt {
  readonly address: string;
  readonly username: string;
  /** Of a browser in which this user has signed in before, or a session; undefined for a stranger. */
  readonly device: string | undefined;
}

/** One bound, and what an attempt counts as there. */
interface Bound {
  readonly buckets: KeyedBuckets;
  readonly key: (attempt: LoginAttempt) => string;
}

/**
 * Bounds guessing of passwords so that nobody elsewhere is kept out by it (OWASP, "Slow down online
 * guessing attacks with device cookies"). A known device has a count of its own and no other. A
 * stranger is counted by address and user name, then by address, by user name, and with all others: so
 * guessing from many addresses slows down other strangers, and never a device that is known.
 * Attempts are counted before the password is looked at, so that many at once gain nothing.
 */
export class LoginLimiter {
  readonly #ofDevices: readonly Bound[];
  readonly #ofStrangers: readonly Bound[];

  constructor(clock: Clock) {
    const bound = (perWindow: number, key: Bound['key']): Bound => ({
      key,
      buckets: new KeyedBuckets(clock, {
        perSecond: (perWindow * 1000) / LOGIN_WINDOW_MS,
        capacity: perWindow,
        maxKeys: MAX_LOGIN_COUNTERS,
      }),
    });
    this.#ofDevices = [bound(MAX_LOGINS_PER_DEVICE, ({ device }) => device ?? '')];
    this.#ofStrangers = [
      bound(MAX_LOGINS_PER_ADDRESS, (attempt) => `${network(attempt)} ${user(attempt)}`),
      bound(MAX_LOGINS_PER_NETWORK, network),
      bound(MAX_LOGINS_PER_USER, user),
      bound(MAX_STRANGER_LOGINS, () => ''),
    ];
  }

  /** @throws ApiError `auth.too-many-attempts` with the seconds to wait. */
  attempt(attempt: LoginAttempt): void {
    // The narrowest first: what one refuses costs the wider ones, which others share, nothing.
    const bounds = this.#boundsOf(attempt);
    for (const [index, { buckets, key }] of bounds.entries()) {
      const name = key(attempt);
      if (buckets.take(name)) continue;
      // Nor the narrower ones: no password was looked at.
      for (const taken of bounds.slice(0, index)) taken.buckets.giveBack(taken.key(attempt));
      throw tooMany(buckets.waitMs(name));
    }
  }

  /** The password was right: it was no guess. */
  succeeded(attempt: LoginAttempt): void {
    const [own, ...shared] = this.#boundsOf(attempt);
    own?.buckets.forget(own.key(attempt));
    for (const { buckets, key } of shared) buckets.giveBack(key(attempt));
  }

  #boundsOf({ device }: LoginAttempt): readonly Bound[] {
    return device === undefined ? this.#ofStrangers : this.#ofDevices;
  }
}

function network({ address }: LoginAttempt): string {
  return networkOf(address);
}

function user({ username }: LoginAttempt): string {
  return username.toLowerCase();
}

function tooMany(waitMs: number): ApiError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new ApiError(
    'auth.too-many-attempts',
    {
      happened: 'Too many attempts to sign in.',
      remedy: `Wait ${retryAfterSeconds} seconds, then try again. Attempts from elsewhere do not affect a browser in which you have signed in before.`,
    },
    { retryAfterSeconds },
  );
}
