import type { Clock } from '@vms/common/clock.ts';
import { KeyedBuckets } from '@vms/common/keyed-buckets.ts';
import { HttpError } from './http-error.ts';
import { networkOf } from './network-of.ts';

/** Wrong tokens of one address within a second, in the long run. */
export const MAX_WRONG_TOKENS_PER_SECOND = 5;
/** Wrong tokens of one address at once: a page of tiles whose addresses have expired all ask again. */
export const MAX_WRONG_TOKENS_AT_ONCE = 100;
/** Addresses that are counted. */
export const MAX_WRONG_TOKEN_ADDRESSES = 1_000;

/**
 * Keeps who proves nothing apart from who does: wrong tokens are counted by address, and nothing that
 * others share is spent on them. A right token is never refused here, whatever else its address sends.
 */
export class ProofLimiter {
  readonly #wrong: KeyedBuckets;

  constructor(clock: Clock) {
    this.#wrong = new KeyedBuckets(clock, {
      perSecond: MAX_WRONG_TOKENS_PER_SECOND,
      capacity: MAX_WRONG_TOKENS_AT_ONCE,
      maxKeys: MAX_WRONG_TOKEN_ADDRESSES,
    });
  }

  /**
   * What `verify` gives.
   * @throws what `verify` throws; HttpError `auth.too-many-attempts` where the address had its share.
   */
  check<Proof>(address: string, verify: () => Proof): Proof {
    try {
      return verify();
    } catch (error) {
      if (this.#wrong.take(networkOf(address))) throw error;
      throw tooMany(error);
    }
  }
}

function tooMany(cause: unknown): HttpError {
  return new HttpError(
    'auth.too-many-attempts',
    {
      happened: 'Too many requests without a valid token came from this address.',
      remedy: 'Open the page again, which gets a new token, and wait a moment before trying again.',
    },
    { cause, retryAfterSeconds: 1 },
  );
}
