import type { Verdict } from '@vms/media/playability.ts';
import { StreamError } from './stream-error.ts';

/** The error of a verdict that is not ok. */
export function notPlayable(verdict: Verdict): StreamError {
  return new StreamError(verdict.reason ?? 'stream.codec-not-playable', verdict.detail, {
    ...(verdict.reason === 'stream.no-frames' && { retryAfterSeconds: 1 }),
  });
}
