import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { VmsError } from '@vms/common/errors.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { listen } from './listen.ts';
import { createRpcClient, registerRpc } from './rpc.ts';
import { createHttpServer } from './server.ts';

const internalToken = 'internal-token-of-the-test';

async function start(t: TestContext): Promise<string> {
  const server = await createHttpServer({
    service: 'test',
    logger: silentLogger,
    metrics: createMetrics('test', { process: false }),
    health: () => healthOf({}),
  });
  t.after(() => server.close());
  await registerRpc(
    server,
    (router) =>
      router.service(StorageService, {
        listRuns: (request) => ({ runs: [{ id: `run of ${request.cameraId}`, bytes: 2n ** 40n }] }),
        getRun: () => {
          throw new VmsError('run.odd', { happened: 'Ödd.', remedy: 'Do.' });
        },
        listSpans: () => {
          throw new Error('canary');
        },
        listVolumes: () => new Promise(() => {}),
      }),
    internalToken,
  );
  return (await listen(server, { host: '127.0.0.1', port: 0 })).url;
}

test('calls cross with their types', async (t) => {
  const client = createRpcClient(StorageService, { baseUrl: await start(t), internalToken });
  const { runs } = await client.listRuns({ cameraId: 'cam_a' });
  assert.equal(runs[0]?.id, 'run of cam_a');
  assert.equal(runs[0]?.bytes, 2n ** 40n);
});

test('curl works, with the internal token only', async (t) => {
  const url = await start(t);
  const call = (authorization: Record<string, string>) =>
    fetch(`${url}/vms.storage.v1.StorageService/ListRuns`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: '{"cameraId":"cam_a"}',
    });
  const answer = await call({ authorization: `Bearer ${internalToken}` });
  assert.deepEqual(await answer.json(), { runs: [{ id: 'run of cam_a', bytes: '1099511627776' }] });
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: internalToken }]) {
    assert.equal((await call(headers as Record<string, string>)).status, 401);
  }
});

test('errors of ours arrive with code and explanation, others without the inside', async (t) => {
  const client = createRpcClient(StorageService, { baseUrl: await start(t), internalToken });
  await assert.rejects(client.getRun({}), (error: VmsError) => {
    assert.equal(error.code, 'run.odd');
    assert.deepEqual(error.explanation, { happened: 'Ödd.', remedy: 'Do.' });
    return true;
  });
  await assert.rejects(client.listSpans({}), (error: VmsError) => {
    assert.equal(error.code, 'rpc.failed');
    assert.ok(!error.message.includes('canary'));
    return true;
  });
});

test('a service that is away, silent or that refuses is said plainly, in bounded time', async (t) => {
  const baseUrl = await start(t);
  const away = createRpcClient(StorageService, { baseUrl: 'http://127.0.0.1:1', internalToken });
  await assert.rejects(away.listRuns({}), { code: 'rpc.unreachable' });
  const silent = createRpcClient(StorageService, { baseUrl, internalToken, timeoutMs: 50 });
  await assert.rejects(silent.listVolumes({}), { code: 'rpc.timeout' });
  const stranger = createRpcClient(StorageService, { baseUrl, internalToken: 'wrong' });
  await assert.rejects(stranger.listRuns({}), { code: 'rpc.failed' });
});
