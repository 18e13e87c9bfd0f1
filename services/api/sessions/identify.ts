import { fastifyCookie } from '@fastify/cookie';
import { ANONYMOUS, INTERNAL, type Principal } from '@vms/auth/authorize.ts';
import { isInternalCall } from '@vms/http/rpc.ts';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.ts';
import { TOKEN_PREFIX, type TokenStore } from '../tokens/token-store.ts';
import { checkOrigin, isSafeMethod } from './origin.ts';
import type { SessionStore } from './session-store.ts';

export const SESSION_COOKIE = 'vms_session';

export interface IdentifyOptions {
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly internalToken: string;
  readonly allowedOrigins: readonly string[];
}

/**
 * Who sends a request: an Authorization header goes before a cookie. A request that would change
 * something with the right of a cookie must come from our own page (see origin.ts).
 *
 * @throws ApiError `auth.token-not-valid`, `auth.origin-not-allowed`
 */
export function createIdentify(
  options: IdentifyOptions,
): (request: FastifyRequest) => Promise<Principal> {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return ofHeader(authorization, options);
    // Read here and not from request.cookies: this runs before any hook of a plugin.
    const cookie = fastifyCookie.parse(request.headers.cookie ?? '')[SESSION_COOKIE];
    const principal = cookie === undefined ? undefined : await options.sessions.find(cookie);
    if (!isSafeMethod(request.method)) {
      checkOrigin(request, options.allowedOrigins, { required: principal !== undefined });
    }
    return principal ?? ANONYMOUS;
  };
}

async function ofHeader(authorization: string, options: IdentifyOptions): Promise<Principal> {
  if (isInternalCall(authorization, options.internalToken)) return INTERNAL;
  const [, token] = /^Bearer (\S{1,200})$/i.exec(authorization) ?? [];
  const principal = token?.startsWith(TOKEN_PREFIX) ? await options.tokens.find(token) : undefined;
  if (principal !== undefined) return principal;
  throw new ApiError('auth.token-not-valid', {
    happened: 'The API token in the header Authorization is not valid (any more).',
    remedy: 'Make a new one on the page of your account, and send it as “Bearer vms_…”.',
  });
}
