import type { Revocable } from '@vms/auth/revocation-list.ts';
import { HttpError } from '@vms/http/http-error.ts';
import type { GrantRevocations } from './grant-revocations.ts';

/**
 * Does something that takes a while for somebody who may be signed out meanwhile: it is then given up.
 * @throws HttpError `auth.not-signed-in`, or what `work` throws
 */
export async function whileGranted<Result>(
  revocations: GrantRevocations,
  what: Revocable,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = revocations.onRevoked((isRevoked) => {
    if (isRevoked(what)) controller.abort();
  });
  try {
    // What ended after whoever asks was identified, and before the listener was there.
    if (await revocations.isRevoked(what)) throw ended();
    const result = await work(controller.signal);
    if (!controller.signal.aborted) return result;
    throw ended();
  } catch (error) {
    throw controller.signal.aborted ? ended(error) : error;
  } finally {
    stop();
  }
}

function ended(cause?: unknown): HttpError {
  return new HttpError(
    'auth.not-signed-in',
    { happened: 'The sign-in or API token has ended.', remedy: 'Sign in again.' },
    { cause },
  );
}
