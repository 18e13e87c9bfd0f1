import type { Principal } from '@vms/auth/authorize.ts';
import { type FeedPosition, type GrantOrigin, OPERATOR_GRANT } from '@vms/auth/revocation-list.ts';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the feed of revocations, read before whoever asks was looked up. */
    feedPosition?: FeedPosition;
  }
}

/** Characters of the hash of a session's cookie that name it in tokens: 128 bits. */
const SESSION_CHARACTERS = 32;

/** How tokens name a session. @param idHash SHA-256 of its cookie, hex */
export function sessionGrant(idHash: string): string {
  return `ses_${idHash.slice(0, SESSION_CHARACTERS)}`;
}

/** What the tokens that a request makes end with. */
export function originOf(request: FastifyRequest): GrantOrigin {
  const { feedPosition: position = 0, principal } = request;
  return { ...grantOf(principal), position };
}

function grantOf(principal: Principal): Omit<GrantOrigin, 'position'> {
  switch (principal.kind) {
    case 'user':
      return { grant: sessionGrant(principal.sessionId), user: principal.id };
    case 'token':
      return { grant: principal.id, user: principal.userId };
    case 'operator':
      return { grant: OPERATOR_GRANT, user: '' };
    default:
      throw new RangeError(`A grant of ${principal.kind}`);
  }
}
