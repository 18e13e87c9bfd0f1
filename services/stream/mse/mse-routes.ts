import websocket from '@fastify/websocket';
import { verifyLiveToken } from '@vms/auth/media-token.ts';
import type { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import { TokenBucket } from '@vms/common/token-bucket.ts';
import { isOwnOrigin } from '@vms/http/own-origin.ts';
import type { ProofLimiter } from '@vms/http/proof-limiter.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { FEED_WAIT_MS } from '../bounds.ts';
import type { CameraFeeds } from '../camera-feeds.ts';
import {
  CLOSE_GRACE_MS,
  MAX_OPENINGS_PER_SECOND,
  MAX_VIEWER_MESSAGE_BYTES,
} from '../parts/bounds.ts';
import type { Openings } from '../sessions/openings.ts';
import type { Session, SessionRegistry } from '../sessions/session-registry.ts';
import { StreamError } from '../stream-error.ts';
import type { LiveSocket, MseViewers } from './mse-viewers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a WebSocket that was let in. */
    liveSession?: Session;
  }
}

/** Codes of RFC 6455 §7.4.1 and its registry. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

export interface MseRoutesOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mediaKey: Uint8Array;
  readonly proofs: ProofLimiter;
  readonly revocations: RevocationFeed;
  readonly sessions: SessionRegistry;
  readonly openings: Openings;
  readonly feeds: CameraFeeds;
  readonly viewers: MseViewers;
  readonly allowedOrigins: readonly string[];
}

/** `GET /live/v1/<token>/mse`: the token, made by the API, is all the authorization there is. */
export async function mseRoutes(server: FastifyInstance, options: MseRoutesOptions): Promise<void> {
  const { clock, mediaKey, openings, proofs, revocations, sessions } = options;
  const shared = new TokenBucket(MAX_OPENINGS_PER_SECOND, clock.monotonic());
  await server.register(websocket, {
    options: { maxPayload: MAX_VIEWER_MESSAGE_BYTES, perMessageDeflate: false },
    preClose: (done) => {
      const { websocketServer } = server;
      websocketServer.close();
      for (const client of websocketServer.clients) client.close(GOING_AWAY);
      // The server closes when all of them have: one that does not answer is not waited for.
      clock.after(CLOSE_GRACE_MS, () => {
        for (const client of websocketServer.clients) client.terminate();
      });
      done();
    },
  });
  server.get<{ Params: { token: string } }>(
    '/live/v1/:token/mse',
    {
      websocket: true,
      config: { action: 'media.read' } as object,
      // Before the upgrade, so that a refusal is an answer of HTTP.
      preValidation: async (request) => {
        checkOrigin(request, options.allowedOrigins);
        const { token } = request.params;
        const grant = proofs.check(request.ip, () => verifyLiveToken(mediaKey, token, clock.now()));
        revocations.check(grant);
        openings.check(grant.session);
        // What all viewers share is spent only on who has shown a token.
        if (!shared.take(clock.monotonic())) {
          throw new StreamError(
            'stream.too-many-offers',
            'Too many live views are opened at once; try again in a moment.',
            { retryAfterSeconds: 1 },
          );
        }
        request.liveSession = sessions.take(grant);
      },
    },
    (socket: WebSocket, request: FastifyRequest) => {
      const session = request.liveSession;
      // A frame that breaks the protocol, or is too long, is an error of the socket: it closes by itself.
      socket.on('error', () => {});
      if (session === undefined) {
        socket.close();
        return;
      }
      void serve({ socket, connection: request.raw.socket }, session, options);
    },
  );
}

/** Closes the socket where its stream cannot be served; never throws, since nobody waits for it. */
async function serve(live: LiveSocket, session: Session, options: MseRoutesOptions): Promise<void> {
  const { socket } = live;
  const { feeds, logger, viewers } = options;
  let release: (() => void) | undefined;
  try {
    const feed = feeds.open(session.camera, session.stream);
    release = feed.hold();
    await feed.known(FEED_WAIT_MS);
    if (socket.readyState === socket.OPEN) viewers.accept(session, live, feed);
  } catch (error) {
    const code = error instanceof StreamError ? error.code : undefined;
    if (code === undefined) logger.error({ error }, 'A live view by MSE cannot be served.');
    socket.close(code === undefined ? INTERNAL_ERROR : TRY_AGAIN_LATER, code);
  } finally {
    release?.();
  }
}

/** A page of another site must not open our sockets with a token that it came by. Programs send no Origin. */
function checkOrigin(request: FastifyRequest, allowed: readonly string[]): void {
  const { origin } = request.headers;
  if (origin === undefined || isOwnOrigin(origin, request)) return;
  if (allowed.some((known) => new URL(known).origin === origin)) return;
  throw new StreamError('stream.not-allowed', {
    happened: 'A page of another site may not open live views here.',
    remedy: 'Add its origin to stream.allowedOrigins, if it is yours.',
  });
}
