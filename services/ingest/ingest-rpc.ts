import type { ConnectRouter } from '@connectrpc/connect';
import { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { CameraRoster } from './camera-roster.ts';
import { credentialsOf, type OpenPassword } from './camera-settings.ts';
import type { CameraTester } from './camera-test.ts';
import type { CameraWorker } from './camera-worker.ts';
import { IngestError } from './ingest-error.ts';
import type { Credentials } from './rtsp-client.ts';

interface IngestRpcDeps {
  readonly workers: ReadonlyMap<string, CameraWorker>;
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
          statuses: [...deps.workers.values()].map((worker) => {
            const { camera, state, since, detail } = worker.status;
            return {
              cameraId: camera,
              state,
              sinceEpochMs: since,
              detail,
              tracks: [...worker.tracks],
              ...worker.rates,
            };
          }),
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
    if (camera.demo && camera.url === url) return true;
  }
  return false;
}
