import { type LiveGrant, verifyLiveToken } from '@vms/auth/media-token.ts';
import type { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Clock, EpochMs } from '@vms/common/clock.ts';
import type { ProofLimiter } from '@vms/http/proof-limiter.ts';
import { webrtcVerdict } from '@vms/media/playability.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FEED_WAIT_MS } from '../bounds.ts';
import type { CameraFeeds } from '../camera-feeds.ts';
import { notPlayable } from '../not-playable.ts';
import type { IceServer } from '../sessions/live-sessions.ts';
import type { Openings } from '../sessions/openings.ts';
import type { Session, SessionRegistry } from '../sessions/session-registry.ts';
import { StreamError } from '../stream-error.ts';
import { MAX_SDP_BYTES, parseIceFragment, parseOffer } from './offer.ts';
import type { WebrtcViewer } from './webrtc-viewer.ts';
import type { WebrtcViewers } from './webrtc-viewers.ts';

const SDP_TYPE = 'application/sdp';
const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

export interface WhepRoutesOptions {
  readonly clock: Clock;
  readonly mediaKey: Uint8Array;
  readonly proofs: ProofLimiter;
  readonly revocations: RevocationFeed;
  readonly sessions: SessionRegistry;
  readonly openings: Openings;
  readonly feeds: CameraFeeds;
  readonly viewers: WebrtcViewers;
  readonly iceServers: readonly IceServer[];
}

type WhepRequest = FastifyRequest<{ Params: WhepParams }>;

interface WhepParams {
  readonly camera_id: string;
  readonly resource?: string;
}

/**
 * WHEP (draft-ietf-wish-whep, after WHIP, RFC 9725): POST an offer, PATCH candidates, DELETE. The live
 * token travels as `Authorization: Bearer`.
 */
export async function whepRoutes(
  server: FastifyInstance,
  options: WhepRoutesOptions,
): Promise<void> {
  const { clock, feeds, iceServers, openings, sessions, viewers } = options;
  const config = { action: 'media.read' } as object;
  for (const type of [SDP_TYPE, FRAGMENT_TYPE]) {
    server.addContentTypeParser(
      type,
      { parseAs: 'string', bodyLimit: MAX_SDP_BYTES },
      (_request, body, done) => done(null, body),
    );
  }

  // Before the body is read: who proves nothing sends none.
  const onRequest = async (request: WhepRequest): Promise<void> => {
    openings.check(grantOf(request, options, clock.now()).session);
  };
  server.post<{ Params: WhepParams }>(
    '/whep/:camera_id',
    { config, onRequest },
    async (request, reply) => {
      const offeredAt = clock.monotonic();
      viewers.admit();
      const offer = parseOffer(bodyOf(request, SDP_TYPE));
      // Again: the body may have come long after the head, and what allowed it may have ended since.
      const grant = grantOf(request, options, clock.now());
      const session = sessions.take(grant);
      const feed = feeds.open(session.camera, session.stream);
      const release = feed.hold();
      try {
        await feed.known(FEED_WAIT_MS);
        const verdict = webrtcVerdict(feed);
        if (!verdict.ok) throw notPlayable(verdict);
        const { viewer, answer } = await viewers.accept(session, offer, feed, offeredAt);
        void reply
          .code(201)
          .type(SDP_TYPE)
          .header('location', `/whep/${session.camera}/${viewer.id}`)
          .header('etag', viewer.etag)
          .header('accept-patch', FRAGMENT_TYPE)
          .header('cache-control', 'no-store');
        const links = iceServers.flatMap(linksOf);
        if (links.length > 0) void reply.header('link', links.join(', '));
        return reply.send(answer);
      } finally {
        release();
      }
    },
  );

  server.patch<{ Params: WhepParams }>(
    '/whep/:camera_id/:resource',
    { config },
    async (request, reply) => {
      const { viewer } = viewerOf(request, options);
      checkPrecondition(request, reply, viewer);
      const { candidates, iceUfrag } = parseIceFragment(bodyOf(request, FRAGMENT_TYPE));
      if (request.headers['if-match'] === '*' && iceUfrag !== undefined) {
        throw new StreamError('stream.ice-restart-not-supported', {
          happened: 'ICE restarts are not supported.',
          remedy: 'Open a new live view.',
        });
      }
      viewer.addCandidates(candidates);
      return reply.code(204).header('etag', viewer.etag).send();
    },
  );

  server.delete<{ Params: WhepParams }>(
    '/whep/:camera_id/:resource',
    { config },
    async (request, reply) => {
      const { viewer } = viewerOf(request, options);
      viewer.close();
      return reply.code(200).send();
    },
  );
}

/** Of a viewer whose token may have expired while it watched: it still speaks for its own session. */
function viewerOf(
  request: WhepRequest,
  options: WhepRoutesOptions,
): { viewer: WebrtcViewer; session: Session } {
  const found = options.viewers.find(request.params.resource ?? '');
  const at = Math.min(options.clock.now(), (found?.session.expiresAt ?? Number.MAX_VALUE) - 1);
  const grant = grantOf(request, options, at);
  if (found === undefined || found.session.id !== grant.session) {
    throw new StreamError('stream.session-not-found', {
      happened: 'This live view has ended.',
      remedy: 'Open a new one.',
    });
  }
  return found;
}

function grantOf(
  request: WhepRequest,
  { mediaKey, proofs, revocations }: WhepRoutesOptions,
  now: EpochMs,
): LiveGrant {
  const { authorization = '' } = request.headers;
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const grant = proofs.check(request.ip, () => verifyLiveToken(mediaKey, token, now));
  revocations.check(grant);
  if (grant.camera !== request.params.camera_id) {
    throw new StreamError('stream.not-allowed', {
      happened: 'This token is for another camera.',
      remedy: 'Open the live view again from its page.',
    });
  }
  return grant;
}

function bodyOf(request: FastifyRequest, type: string): string {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given === type && typeof request.body === 'string') return request.body;
  throw new StreamError('stream.offer-invalid', {
    happened: `The body is not “${type}”.`,
    remedy: `Send it with the header “Content-Type: ${type}”.`,
  });
}

/**
 * RFC 9725 §4.3.1: a change names the ICE session that it is for. A view has only one, since ICE restarts
 * are not supported: players that send no If-Match (whip-whep-js#22, react-native-whip-whep#289) mean it.
 */
function checkPrecondition(
  request: FastifyRequest,
  reply: FastifyReply,
  viewer: WebrtcViewer,
): void {
  const given = request.headers['if-match'];
  if (
    given === undefined ||
    given === '*' ||
    given.split(',').some((tag) => tag.trim() === viewer.etag)
  )
    return;
  void reply.header('etag', viewer.etag);
  throw new StreamError('stream.precondition-failed', {
    happened: 'The header If-Match names another ICE session.',
    remedy: 'Send the ETag of the newest answer with it.',
  });
}

/** RFC 9725 §4.6. */
function linksOf({ urls, username, credential }: IceServer): string[] {
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  const leave =
    username === ''
      ? ''
      : `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`;
  return urls.map((url) => `<${url}>; rel="ice-server"${leave}`);
}
