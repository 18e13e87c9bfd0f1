import type { Client } from '@connectrpc/connect';
import type { HttpServer } from '@vms/http/server.ts';
import type { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { CAMERA_TEST_TIMEOUT_MS, MAX_CAMERA_TESTS } from '../bounds.ts';
import { answers } from '../schemas.ts';
import { readAddress } from './camera-addresses.ts';
import { cameraTest, cameraTestInput } from './camera-schemas.ts';
import type { CameraStore } from './camera-store.ts';
import { testView } from './camera-test-view.ts';
import { checkSecretsStayAtHome } from './saved-password.ts';

interface CameraProbeOptions {
  readonly cameras: CameraStore;
  readonly ingest: Client<typeof IngestService>;
}

interface Target {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** What `$SECRET1` … in the address stand for. */
  readonly addressSecrets: string[];
  readonly role: 'main' | 'sub';
  /** Taken for granted of a sub stream: where it is not, the test of the sub stream says so. */
  readonly hasH264Sub: boolean;
}

/** Lets ingest try an address, before or after a camera is saved. */
export function registerCameraProbe(server: HttpServer, options: CameraProbeOptions): void {
  const { cameras, ingest } = options;
  let underWay = 0;

  server.route({
    method: 'POST',
    url: '/cameras/test',
    config: { action: 'camera.test' },
    schema: {
      tags: ['cameras'],
      summary: 'Log in to a camera, read a few frames, and say what was found',
      body: cameraTestInput,
      response: answers(200, cameraTest),
    },
    async handler({ body }) {
      const target = await targetOf(body, cameras);
      if (underWay >= MAX_CAMERA_TESTS) throw tooManyTests();
      underWay++;
      try {
        const found = await ingest.testCamera(target, { timeoutMs: CAMERA_TEST_TIMEOUT_MS });
        return testView(found);
      } finally {
        underWay--;
      }
    },
  });
}

/** What to try: the body, and for what is absent the saved camera; its password only at its own host. */
async function targetOf(
  body: z.output<typeof cameraTestInput>,
  cameras: CameraStore,
): Promise<Target> {
  const camera = body.camera_id === undefined ? undefined : await cameras.get(body.camera_id);
  const opened =
    camera && (body.password ? cameras.readableSecretsOf(camera) : cameras.secretsOf(camera));
  const saved = camera && opened && { camera, ...opened };
  const address = body.url === undefined ? undefined : readAddress('url', body.url, body, saved);
  const savedUrl = body.stream === 'sub' ? camera?.subUrl : camera?.url;
  if (address === undefined && savedUrl === null) throw noSubStream();
  const url = address?.url ?? savedUrl ?? '';
  const given = body.password || (address?.password ?? body.password);
  if (saved !== undefined) checkSecretsStayAtHome(saved, url, given);
  return {
    url,
    username: body.username || (address?.username ?? body.username ?? camera?.username ?? ''),
    password: given ?? saved?.password ?? '',
    addressSecrets: [...(saved?.secrets ?? []), ...(address?.secrets ?? [])],
    role: body.stream,
    hasH264Sub: camera !== undefined && camera.subUrl !== null,
  };
}

function noSubStream(): ApiError {
  return new ApiError('camera.no-sub-stream', {
    happened: 'This camera has no sub stream.',
    remedy: 'Give the address of one in its settings first.',
  });
}

function tooManyTests(): ApiError {
  return new ApiError(
    'camera.too-many-tests',
    {
      happened: `${MAX_CAMERA_TESTS} tests of cameras are under way already.`,
      remedy: 'Wait for one to end, then try again.',
    },
    { retryAfterSeconds: 5 },
  );
}
