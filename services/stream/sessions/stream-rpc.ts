import type { ConnectRouter } from '@connectrpc/connect';
import type { GrantOrigin } from '@vms/auth/revocation-list.ts';
import { isCameraId, type StreamName } from '@vms/common/ids.ts';
import { invalidRequest } from '@vms/http/problem.ts';
import type { Verdict } from '@vms/media/playability.ts';
import type { GrantOrigin as OriginMessage } from '@vms/proto/gen/vms/api/v1/revocations_pb.js';
import { StreamService } from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import type { CameraList } from '../camera-list.ts';
import type { Snapshots } from '../snapshot/snapshots.ts';
import { cameraNotFound, type LiveSessions } from './live-sessions.ts';
import type { SessionRegistry } from './session-registry.ts';

export interface StreamRpcDeps {
  readonly cameras: CameraList;
  readonly live: LiveSessions;
  readonly registry: SessionRegistry;
  readonly snapshots: Snapshots;
}

/** StreamService: sessions and snapshots, for the API. */
export function streamRpc(deps: StreamRpcDeps): (router: ConnectRouter) => void {
  const { cameras, live, registry, snapshots } = deps;
  return (router) =>
    router.service(StreamService, {
      async createSession({ cameraId, viewerId, stream, origin }) {
        const opened = await live.open({
          camera: cameraId,
          viewer: viewerId,
          stream: stream === '' ? undefined : streamName(stream),
          origin: originOf(origin),
        });
        return {
          sessionId: opened.session.id,
          token: opened.token,
          whepUrl: opened.whepUrl,
          mseUrl: opened.mseUrl,
          iceServers: opened.iceServers.map(({ urls, username, credential }) => ({
            urls: [...urls],
            username,
            credential,
          })),
          expiresAtEpochMs: opened.session.expiresAt,
          stream: opened.session.stream,
          webrtc: told(opened.playable.webrtc),
          mse: told(opened.playable.mse),
        };
      },

      endSession({ sessionId, grantId }) {
        return { ended: registry.end(sessionId, grantId === '' ? undefined : grantId) };
      },

      listSessions({ cameraId }) {
        const all = [...registry.values()].filter(
          ({ camera }) => cameraId === '' || camera === cameraId,
        );
        all.sort((a, b) => a.startedAt - b.startedAt);
        return {
          sessions: all.map(({ id, camera, viewer, stream, watcher, startedAt, expiresAt }) => ({
            sessionId: id,
            cameraId: camera,
            viewerId: viewer,
            stream,
            transport: watcher?.transport ?? '',
            startedEpochMs: startedAt,
            expiresAtEpochMs: expiresAt,
            sentBytes: BigInt(watcher?.sentBytes ?? 0),
            sentFrames: BigInt(watcher?.sentFrames ?? 0),
            droppedFrames: BigInt(watcher?.droppedFrames ?? 0),
          })),
        };
      },

      async getSnapshot({ cameraId, stream }) {
        if (!isCameraId(cameraId) || !(await cameras.has(cameraId))) throw cameraNotFound();
        const name = stream === '' ? 'main' : streamName(stream);
        const { jpeg, capturedAt, width, height } = await snapshots.take(cameraId, name);
        return { jpeg: new Uint8Array(jpeg), capturedAtEpochMs: capturedAt, width, height };
      },
    });
}

function told({ ok, reason, detail, codecs }: Verdict) {
  return { ok, reason: reason ?? '', detail, codecs };
}

/** @throws HttpError `http.invalid-request`: a view of nobody would never be ended */
function originOf(message: OriginMessage | undefined): GrantOrigin {
  if (message === undefined) throw invalidRequest([{ path: 'origin', message: 'is missing' }]);
  return { grant: message.grantId, user: message.userId, position: message.position };
}

/** @throws HttpError `http.invalid-request` */
export function streamName(text: string): StreamName {
  if (text === 'main' || text === 'sub') return text;
  throw invalidRequest([{ path: 'stream', message: 'is neither “main” nor “sub”' }]);
}
