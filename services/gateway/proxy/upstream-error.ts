import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { HttpError } from '@vms/http/http-error.ts';
import { invalidRequest } from '@vms/http/problem.ts';

/** Milliseconds that a service has to begin its answer. */
export const RESPONSE_TIMEOUT_MS = 30_000;

/**
 * Why a service did not answer, in words for the caller.
 * @param limitMs Milliseconds that the service had to begin its answer.
 */
export function upstreamError(
  cause: unknown,
  name: string,
  limitMs = RESPONSE_TIMEOUT_MS,
): HttpError {
  switch (systemErrorCode(cause)) {
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return invalidRequest([{ path: 'request', message: 'cannot be passed on as it is' }]);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new HttpError(
        'rpc.timeout',
        {
          happened: `The service ${name} did not answer within ${limitMs / 1000} s.`,
          remedy: 'Try again. If it stays, look at /health.',
        },
        { cause },
      );
    default:
      return new HttpError(
        'rpc.unreachable',
        {
          happened: `The service ${name} is unavailable: ${messageOf(cause)}.`,
          remedy: 'The service restarts automatically. Try again in a few seconds.',
        },
        { cause, retryAfterSeconds: 2 },
      );
  }
}

/** Whether a service ended the connection before it answered. */
export function isConnectionLost(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
