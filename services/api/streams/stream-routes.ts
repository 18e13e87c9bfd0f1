import type { Client } from '@connectrpc/connect';
import { requireAccess } from '@vms/http/access.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type {
  CreateSessionResponse,
  Playable,
  StreamService,
} from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { LIVE_TIMEOUT_MS, SNAPSHOT_TIMEOUT_MS } from '../bounds.ts';
import { cameraResource } from '../cameras/camera-routes.ts';
import { cameraParams } from '../cameras/camera-schemas.ts';
import type { CameraStore } from '../cameras/camera-store.ts';
import { originOf } from '../grants/grant-origin.ts';
import type { GrantRevocations } from '../grants/grant-revocations.ts';
import { whileGranted } from '../grants/while-granted.ts';
import { publicPath } from '../path-prefix.ts';
import { answers, isoOf, nothing } from '../schemas.ts';
import {
  type SessionView,
  sessionInput,
  sessionParams,
  sessionView,
  snapshotQuery,
  type WayView,
} from './stream-schemas.ts';

export interface StreamRoutesOptions {
  readonly cameras: CameraStore;
  readonly stream: Client<typeof StreamService>;
  readonly revocations: GrantRevocations;
}

const jpegAnswer = {
  description: 'JPEG; Last-Modified is when the camera took it',
  content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
};

/** Live views: who may see a camera gets a session of the stream service, or a picture. */
export function registerStreamRoutes(server: HttpServer, options: StreamRoutesOptions): void {
  const { cameras, revocations, stream } = options;
  const tags = ['live'];

  server.route({
    method: 'POST',
    url: '/streams',
    // Which camera is in the body: it is decided on once more below.
    config: { action: 'camera.view-live' },
    schema: {
      tags,
      summary: 'Begin a live view: addresses for WebRTC (WHEP) and MSE, good for a short time',
      body: sessionInput,
      response: answers(201, sessionView),
    },
    async handler(request, reply) {
      const { camera_id, viewer_id, stream: name = '' } = request.body;
      requireAccess(request, 'camera.view-live', { kind: 'camera', id: camera_id });
      const camera = await cameras.get(camera_id);
      const { grant, position, user } = originOf(request);
      const session = await stream.createSession(
        {
          cameraId: camera.id,
          viewerId: viewer_id,
          stream: name,
          origin: { grantId: grant, userId: user, position },
        },
        { timeoutMs: LIVE_TIMEOUT_MS },
      );
      void reply.code(201).header('location', `/api/v1/streams/${session.sessionId}`);
      return viewOf(session, (path) => publicPath(request, path));
    },
  });

  server.route({
    method: 'DELETE',
    url: '/streams/:id',
    config: { action: 'camera.view-live' },
    schema: {
      tags,
      summary: 'End a live view that the same session or API token began',
      params: sessionParams,
      response: answers(204, nothing),
    },
    async handler(request, reply) {
      const { params } = request;
      // Another's is as if it did not exist.
      const grantId = originOf(request).grant;
      const { ended } = await stream.endSession({ sessionId: params.id, grantId });
      if (!ended) throw sessionNotFound();
      void reply.code(204);
      return null;
    },
  });

  server.route({
    method: 'GET',
    url: '/cameras/:camera_id/snapshot.jpg',
    config: { action: 'camera.snapshot', resource: cameraResource },
    schema: {
      tags,
      summary: 'The newest keyframe of a camera as JPEG',
      params: cameraParams,
      querystring: snapshotQuery,
      response: { ...answers(200, nothing), 200: jpegAnswer },
    },
    async handler(request, reply) {
      const { params, query } = request;
      const camera = await cameras.get(params.camera_id);
      const what = { ...originOf(request), camera: camera.id, action: 'live' };
      const { jpeg, capturedAtEpochMs } = await whileGranted(revocations, what, (signal) =>
        stream.getSnapshot(
          { cameraId: camera.id, stream: query.stream },
          { timeoutMs: SNAPSHOT_TIMEOUT_MS, signal },
        ),
      );
      void reply
        .type('image/jpeg')
        .header('last-modified', new Date(capturedAtEpochMs).toUTCString());
      return reply.send(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength) as never);
    },
  });
}

function viewOf(session: CreateSessionResponse, publicly: (path: string) => string): SessionView {
  return {
    session_id: session.sessionId,
    whep_url: publicly(session.whepUrl),
    mse_url: publicly(session.mseUrl),
    token: session.token,
    ice_servers: session.iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== '' && { username }),
      ...(credential !== '' && { credential }),
    })),
    expires_at: isoOf(session.expiresAtEpochMs),
    stream: session.stream === 'sub' ? 'sub' : 'main',
    playable: { webrtc: wayOf(session.webrtc), mse: wayOf(session.mse) },
  };
}

function wayOf(way: Playable | undefined): WayView {
  if (way === undefined) return { ok: false };
  return {
    ok: way.ok,
    ...(way.reason !== '' && { reason: way.reason }),
    ...(way.detail !== '' && { detail: way.detail }),
    ...(way.codecs !== '' && { codecs: way.codecs }),
  };
}

function sessionNotFound(): ApiError {
  return new ApiError('stream.session-not-found', {
    happened: 'There is no such live view (any more).',
    remedy: 'Begin a new one.',
  });
}
