import { isOwnOrigin } from '@vms/http/own-origin.ts';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Keeps pages of others from using a session (cross-site request forgery; OWASP "verifying origin
 * with standard headers"), beside SameSite=Strict, which does not tell ports of one host apart.
 * Browsers send Sec-Fetch-Site to trustworthy addresses and Origin with every request that changes
 * something; a request with neither is from no browser, and may do what needs no session.
 *
 * @throws ApiError `auth.origin-not-allowed`
 */
export function checkOrigin(
  request: FastifyRequest,
  allowedOrigins: readonly string[],
  { required }: { required: boolean },
): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site === 'same-origin') return;
  if (origin === undefined && site === undefined) {
    if (!required) return;
    throw notAllowed(
      'The request names no origin, which a session cookie needs.',
      'Send the header Origin with the address of the page, or use an API token.',
    );
  }
  if (origin !== undefined && isOurs(origin, request, allowedOrigins)) return;
  throw notAllowed(
    'The request comes from the page of another site.',
    'Use the page of this system, or add the other origin to api.allowedOrigins.',
  );
}

function isOurs(
  origin: string,
  request: FastifyRequest,
  allowedOrigins: readonly string[],
): boolean {
  const written = URL.parse(origin)?.origin;
  if (allowedOrigins.some((allowed) => new URL(allowed).origin === written)) return true;
  return isOwnOrigin(origin, request);
}

function notAllowed(happened: string, remedy: string): ApiError {
  return new ApiError('auth.origin-not-allowed', { happened, remedy });
}
