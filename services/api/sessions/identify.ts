import { fastifyCookie } from '@fastify/cookie';
import { ANONYMOUS, INTERNAL, OPERATOR, type Principal } from '@vms/auth/authorize.ts';
import { isOperatorToken, OPERATOR_TOKEN_PREFIX } from '@vms/auth/operator-token.ts';
import type { Clock } from '@vms/common/clock.ts';
import { isInternalCall } from '@vms/http/rpc.ts';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.ts';
import type { GrantRevocations } from '../grants/grant-revocations.ts';
import { TOKEN_PREFIX, type TokenStore } from '../tokens/token-store.ts';
import { checkOrigin, isSafeMethod } from './origin.ts';
import type { SessionStore } from './session-store.ts';

export const SESSION_COOKIE = 'vms_session';

export interface IdentifyOptions {
  readonly sessions: SessionStore;
  readonly revocations: GrantRevocations;
  readonly tokens: TokenStore;
  readonly internalToken: string;
  /** Of the installation's secrets: what the local operator proves to be able to read. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
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
    // First: what is revoked while somebody is looked up comes after it.
    request.feedPosition = options.revocations.currentPosition();
    const { authorization } = request.headers;
    if (authorization !== undefined) return ofHeader(request, authorization, options);
    // Read here and not from request.cookies: this runs before any hook of a plugin.
    const cookie = fastifyCookie.parse(request.headers.cookie ?? '')[SESSION_COOKIE];
    const principal = cookie === undefined ? undefined : await options.sessions.find(cookie);
    if (!isSafeMethod(request.method)) {
      checkOrigin(request, options.allowedOrigins, { required: principal !== undefined });
    }
    return principal ?? ANONYMOUS;
  };
}

async function ofHeader(
  request: FastifyRequest,
  authorization: string,
  options: IdentifyOptions,
): Promise<Principal> {
  if (isInternalCall(authorization, options.internalToken)) return INTERNAL;
  const [, token] = /^Bearer (\S{1,200})$/i.exec(authorization) ?? [];
  if (token?.startsWith(OPERATOR_TOKEN_PREFIX)) {
    const { masterKey, clock } = options;
    if (isFromHere(request) && isOperatorToken(masterKey, token, clock.now())) return OPERATOR;
    throw notOperator();
  }
  const principal = token?.startsWith(TOKEN_PREFIX) ? await options.tokens.find(token) : undefined;
  if (principal !== undefined) return principal;
  throw new ApiError('auth.token-not-valid', {
    happened: 'The API token in the header Authorization is not valid (any more).',
    remedy: 'Make a new one on the page of your account, and send it as “Bearer vms_…”.',
  });
}

/** The operator sits at this machine: no other one, and no proxy in between, is believed. */
function isFromHere({ ip, socket, headers }: FastifyRequest): boolean {
  const { remoteAddress, localAddress } = socket;
  const isLocal = remoteAddress !== undefined && remoteAddress === localAddress;
  return isLocal && ip === remoteAddress && headers['x-forwarded-for'] === undefined;
}

function notOperator(): ApiError {
  return new ApiError('auth.token-not-valid', {
    happened: 'The token of the command line was not made with the secrets of this system.',
    remedy: 'Name the data directory of this system with --data or VMS_DATA_DIR.',
  });
}
