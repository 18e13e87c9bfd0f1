import { AuthError, type AuthErrorCode } from '@vms/auth/auth-error.ts';
import { HttpError } from '@vms/http/http-error.ts';
import { HASH_RETRY_SECONDS } from './bounds.ts';

/**
 * Passes on what comes of hashing a password; where too many wait, it says when to come back.
 * @throws HttpError `auth.too-many-hashes` with the seconds to wait
 */
export async function orRetryLater<Result>(hashing: Promise<Result>): Promise<Result> {
  try {
    return await hashing;
  } catch (cause) {
    if (!(cause instanceof AuthError) || cause.code !== 'auth.too-many-hashes') throw cause;
    const { code, explanation } = cause;
    const options = { cause, retryAfterSeconds: HASH_RETRY_SECONDS };
    throw new HttpError<AuthErrorCode>(code, explanation, options);
  }
}
