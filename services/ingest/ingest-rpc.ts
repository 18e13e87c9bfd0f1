import type { ConnectRouter } from '@connectrpc/connect';
import { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { CameraFleet } from './camera-fleet.ts';
import type { CameraRoster } from './camera-roster.ts';
import { credentialsOf, type OpenPassword } from './camera-settings.ts';
import type { CameraTester } from './camera-test.ts';
import type { CameraWorker } from './camera-worker.ts';
import { IngestError } from './ingest-error.ts';
import type { Credentials } from './rtsp-client.ts';

interface IngestRpcDeps {
  readonly fleet: CameraFleet;
  readonly roster: CameraRoster;
  readonly tester: CameraTester;
  readonly openPassword: OpenPassword;
}

/** IngestService: states of all cameras, and the test of one. */
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

      async testCamera({ url, username, password, sealedPassword }) {
        const credentials: Credentials =
          password === '' && sealedPassword !== ''
            ? savedCredentials(deps, username, sealedPassword)
            : { username, password };
        const { tracks, ...result } = await deps.tester.test({
          url,
          credentials,
          loopback: isDemo(deps.roster, url),
        });
        return { ...result, tracks: [...tracks] };
      },
    });
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

/** A sealed password is bound to its camera, so the camera has to be one of ours. */
function savedCredentials(
  { roster, openPassword }: IngestRpcDeps,
  username: string,
  sealedPassword: string,
): Credentials {
  for (const camera of roster.cameras.values()) {
    if (camera.sealedPassword !== sealedPassword) continue;
    const { password } = credentialsOf(camera, openPassword);
    return { username: username === '' ? camera.username : username, password };
  }
  throw new IngestError('ingest.password-unreadable', {
    happened: 'The stored password belongs to no camera that is known here.',
    remedy: 'Enter the password again.',
  });
}

/** The demo camera is on this machine, and only its own address is let through. */
function isDemo(roster: CameraRoster, url: string): boolean {
  for (const camera of roster.cameras.values()) {
    if (camera.demo && (camera.url === url || camera.subUrl === url)) return true;
  }
  return false;
}
