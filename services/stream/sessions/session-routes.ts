import { MAX_VIEWER_ID_CHARACTERS } from '@vms/auth/media-token.ts';
import { INTERNAL_ORIGIN } from '@vms/auth/revocation-list.ts';
import { HttpError } from '@vms/http/http-error.ts';
import type { HttpServer } from '@vms/http/http-server.ts';
import { isInternalCall } from '@vms/http/rpc.ts';
import type { Verdict } from '@vms/media/playability.ts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StreamError } from '../stream-error.ts';
import type { LiveSessions, OpenedSession } from './live-sessions.ts';
import type { SessionRegistry } from './session-registry.ts';

const bodySchema = z.strictObject({
  camera_id: z.string().min(1).max(64),
  viewer_id: z.string().max(MAX_VIEWER_ID_CHARACTERS).default(''),
  stream: z.enum(['main', 'sub']).optional(),
});

export interface SessionRoutesOptions {
  readonly live: LiveSessions;
  readonly registry: SessionRegistry;
  readonly internalToken: string;
}

/** `POST /stream` and `DELETE /stream/:id`, for programs of this installation: they need the internal token. */
export function sessionRoutes(server: HttpServer, options: SessionRoutesOptions): void {
  const { internalToken, live, registry } = options;
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    if (isInternalCall(request.headers.authorization, internalToken)) return;
    throw new HttpError('auth.not-signed-in', 'This address needs the internal token.');
  };
  const config = { action: 'rpc.call' } as const;
  server.post(
    '/stream',
    { config, onRequest, schema: { body: bodySchema } },
    async (request, reply) => {
      const { camera_id, viewer_id, stream } = request.body;
      const opened = await live.open({
        camera: camera_id,
        viewer: viewer_id,
        stream,
        origin: INTERNAL_ORIGIN,
      });
      void reply.code(201).header('location', `/stream/${opened.session.id}`);
      return sessionBody(opened);
    },
  );
  server.delete<{ Params: { id: string } }>(
    '/stream/:id',
    { config, onRequest },
    async (request, reply) => {
      if (!registry.end(request.params.id)) {
        throw new StreamError('stream.session-not-found', {
          happened: 'There is no such live session (any more).',
          remedy: 'Nothing needs to be done.',
        });
      }
      return reply.code(204).send();
    },
  );
}

function sessionBody(opened: OpenedSession): object {
  const { iceServers, mseUrl, playable, session, token, whepUrl } = opened;
  return {
    session_id: session.id,
    token,
    whep_url: whepUrl,
    mse_url: mseUrl,
    ice_servers: iceServers.map(({ urls, username, credential }) =>
      username === '' ? { urls } : { urls, username, credential },
    ),
    expires_at: new Date(session.expiresAt).toISOString(),
    stream: session.stream,
    playable: { webrtc: told(playable.webrtc), mse: told(playable.mse) },
  };
}

function told({ ok, reason, detail, codecs }: Verdict): object {
  return { ok, ...(reason !== undefined && { reason }), ...(detail !== '' && { detail }), codecs };
}
