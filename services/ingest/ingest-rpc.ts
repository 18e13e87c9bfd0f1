import type { ConnectRouter } from '@connectrpc/connect';
import type { CameraAdvice } from '@vms/common/camera-advice.ts';
import { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { CameraFleet } from './camera-fleet.ts';
import type { CameraRoster } from './camera-roster.ts';
import type { CameraTester, CameraTestResult } from './camera-test.ts';
import type { CameraWorker } from './camera-worker.ts';
import type { StreamFinder } from './finding/stream-finder.ts';

interface IngestRpcDeps {
  readonly fleet: CameraFleet;
  readonly roster: CameraRoster;
  readonly tester: CameraTester;
  readonly finder: StreamFinder;
}

/** IngestService: states of all cameras, the test of one, and the search for one's streams. */
export function ingestRpc(deps: IngestRpcDeps): (router: ConnectRouter) => void {
  return (router) =>
    router.service(IngestService, {
      listCameraStatuses() {
        return {
          statuses: [...deps.fleet.workers.values()].map((main) => ({
            ...statusOf(main),
            ...subStatus(deps.fleet, main),
          })),
        };
      },

      async testCamera(request) {
        const { url, username, password, addressSecrets, role } = request;
        const credentials = { username, password, secrets: addressSecrets };
        const purpose = {
          role: role === 'sub' ? 'sub' : 'main',
          hasH264Sub: request.hasH264Sub,
        } as const;
        const target = { url, credentials, loopback: isDemo(deps.roster, url) };
        return testMessage(await deps.tester.test(target, purpose));
      },

      async findStreams({ host, port, tls, username, password }) {
        const { streams, maker, ...result } = await deps.finder.find({
          host,
          port: port === 0 ? undefined : port,
          tls,
          credentials: { username, password },
          loopback: false,
        });
        return {
          ...result,
          ...(maker !== undefined && { maker: { id: maker.id, name: maker.name } }),
          streams: streams.map(({ role, url, test }) => ({ role, url, test: testMessage(test) })),
        };
      },
    });
}

function testMessage({ tracks, playable, advice, gopSeconds, ...result }: CameraTestResult) {
  return {
    ...result,
    ...(gopSeconds !== undefined && { gopSeconds }),
    tracks: [...tracks],
    webrtc: { ok: playable.webrtc.ok, reason: playable.webrtc.reason ?? '' },
    mse: { ok: playable.mse.ok, reason: playable.mse.reason ?? '' },
    advice: advice.map(adviceMessage),
  };
}

function adviceMessage({ code, values }: CameraAdvice) {
  const numbers: Record<string, number> = {};
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries<number | string>(values)) {
    if (typeof value === 'number') numbers[name] = value;
    else texts[name] = value;
  }
  return { code, numbers, texts };
}

function statusOf(worker: CameraWorker) {
  const { camera, state, since, detail } = worker.status;
  return {
    cameraId: camera,
    state: state as string,
    sinceEpochMs: since,
    detail,
    tracks: [...worker.tracks],
    ...worker.rates,
  };
}

function subStatus(fleet: CameraFleet, main: CameraWorker) {
  const { id, subUrl } = main.assignment;
  if (subUrl === undefined) return {};
  const sub = fleet.subs.get(id);
  if (sub !== undefined) return { sub: statusOf(sub) };
  // It has no session of its own yet: what stands in the camera's way stands in its way too.
  const { state, since } = main.status;
  return {
    sub: {
      cameraId: id,
      state: state === 'online' ? 'connecting' : state,
      sinceEpochMs: since,
      detail: 'The sub stream is taken up after the main stream.',
    },
  };
}

/** The demo camera is on this machine, and only its own address is let through. */
function isDemo(roster: CameraRoster, url: string): boolean {
  for (const camera of roster.cameras.values()) {
    if (camera.demo && (camera.url === url || camera.subUrl === url)) return true;
  }
  return false;
}
