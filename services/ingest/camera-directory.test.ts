import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { listen } from '@vms/http/listen.ts';
import { registerRpc } from '@vms/http/rpc.ts';
import { createHttpServer } from '@vms/http/server.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { createCameraDirectory } from './camera-directory.ts';

const TOKEN = 'internal-token';
const SUB = 'rtsp://10.0.0.1/small';

test('the list of the API is read as assignments; ids that are none are left out', async () => {
  const server = await createHttpServer({
    service: 'api',
    logger: silentLogger,
    metrics: createMetrics('api', { process: false }),
    health: () => ({ status: 'ok', checks: {} }),
  });
  const camera = {
    id: 'cam_aaaaaaaaaaaaaaaa',
    name: 'Door',
    url: 'rtsp://10.0.0.1/',
    username: 'viewer',
    sealedPassword: 'v1.x',
    enabled: true,
    demo: false,
    retentionDays: 7,
  };
  await registerRpc(
    server,
    (router) =>
      router.service(CameraDirectoryService, {
        listCameras: () => ({
          revision: '42',
          cameras: [
            { ...camera, maxBytes: 0n },
            { ...camera, id: 'cam_bbbbbbbbbbbbbbbb', maxBytes: 10_000_000_000n, subUrl: SUB },
            { ...camera, id: '../../etc/passwd' },
          ],
        }),
      }),
    TOKEN,
  );
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  const list = await createCameraDirectory(url, TOKEN).list();
  assert.equal(list.revision, '42');
  assert.deepEqual(list.cameras, [
    { ...camera, maxBytes: undefined },
    { ...camera, id: 'cam_bbbbbbbbbbbbbbbb', maxBytes: 10_000_000_000, subUrl: SUB },
  ]);
  await assert.rejects(createCameraDirectory(url, 'guess').list());
  await server.close();
  await assert.rejects(createCameraDirectory(url, TOKEN).list());
});
