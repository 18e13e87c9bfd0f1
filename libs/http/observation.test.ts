import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { listen } from './listen.ts';
import { createHttpServer } from './server.ts';

test('a page that rebinds its name to this machine reads neither metrics nor health', async (t) => {
  const server = await createHttpServer({
    service: 'test',
    logger: silentLogger,
    metrics: createMetrics('test', { process: false }),
    health: () => healthOf({}),
  });
  t.after(() => server.close());
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  const status = async (path: string, host: string): Promise<number | undefined> => {
    const asked = get(url + path, { headers: { host } });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  for (const path of ['/metrics', '/health']) {
    for (const host of ['127.0.0.1:9093', '192.0.2.7', '[::1]:9093', 'localhost', 'LOCALHOST:80']) {
      assert.equal(await status(path, host), 200, `${path} of ${host}`);
    }
    for (const host of ['evil.example', '127.0.0.1.evil.example:9093', 'localhost.evil.example']) {
      assert.equal(await status(path, host), 421, `${path} of ${host}`);
    }
  }
});
