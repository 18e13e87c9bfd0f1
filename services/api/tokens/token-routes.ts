import type { Logger } from '@vms/common/logger.ts';
import type { HttpServer } from '@vms/http/server.ts';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { MAX_NAME_CHARACTERS } from '../bounds.ts';
import { answers, instant, isoOf, nothing } from '../schemas.ts';
import { personOf } from '../sessions/session-routes.ts';
import type { ApiToken, TokenStore } from './token-store.ts';

const tokenInput = z.strictObject({ name: z.string().trim().min(1).max(MAX_NAME_CHARACTERS) });
const tokenId = z.object({
  id: z.string().regex(/^tok_[a-z2-7]{16}$/, 'is not the id of a token'),
});
const tokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'ApiToken' });
const newToken = tokenView.extend({
  token: z.string().describe('Shown only now. Send it as “Authorization: Bearer vms_…”'),
});

/** API tokens of the signed-in person. A token itself may make no tokens. */
export function registerTokenRoutes(
  server: HttpServer,
  options: { tokens: TokenStore; logger: Logger },
): void {
  const { tokens, logger } = options;
  const tags = ['tokens'];

  server.route({
    method: 'POST',
    url: '/tokens',
    config: { action: 'token.create' },
    schema: {
      tags,
      summary: 'Make an API token for a program',
      body: tokenInput,
      response: answers(201, newToken),
    },
    async handler(request, reply) {
      const { id } = personOf(request);
      const { token, ...made } = await tokens.create(id, request.body.name);
      logger.info({ user: id, tokenId: made.id }, 'An API token was made.');
      void reply.code(201);
      return { ...viewOf(made), token };
    },
  });

  server.route({
    method: 'GET',
    url: '/tokens',
    config: { action: 'token.list' },
    schema: {
      tags,
      summary: 'List one’s API tokens',
      response: answers(200, z.object({ tokens: z.array(tokenView) })),
    },
    async handler(request) {
      return { tokens: (await tokens.list(personOf(request).id)).map(viewOf) };
    },
  });

  server.route({
    method: 'DELETE',
    url: '/tokens/:id',
    config: {
      action: 'token.delete',
      resource: (request) => ({ kind: 'token', id: String(Object(request.params).id) }),
    },
    schema: {
      tags,
      summary: 'Delete an API token; it stops working at once',
      params: tokenId,
      response: answers(204, nothing),
    },
    async handler(request, reply) {
      const { id } = personOf(request);
      if (!(await tokens.delete(id, request.params.id))) {
        throw new ApiError('token.not-found', {
          happened: 'There is no such API token (any more).',
          remedy: 'Reload the list of tokens.',
        });
      }
      logger.info({ user: id, tokenId: request.params.id }, 'An API token was deleted.');
      void reply.code(204);
      return null;
    },
  });
}

function viewOf(token: ApiToken) {
  return {
    id: token.id,
    name: token.name,
    createdAt: isoOf(token.createdAt),
    lastUsedAt: token.lastUsedAt === null ? null : isoOf(token.lastUsedAt),
  };
}
