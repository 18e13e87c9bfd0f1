import assert from 'node:assert/strict';
import { type EventEmitter, once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { type Logger, silentLogger } from '@vms/common/logger.ts';
import { listen } from '@vms/http/listen.ts';
import { createHttpServer } from '@vms/http/server.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { FastifyRequest } from 'fastify';
import { upstream } from '../testing/gateway-harness.ts';
import { openSocket } from '../testing/raw-client.ts';
import { CallerTurns } from './caller-turns.ts';
import {
  createUpstreamAgent,
  MAX_PROXIED_BODY_BYTES,
  READ_AHEAD_BYTES,
  registerProxy,
} from './proxy.ts';

async function proxy(
  t: TestContext,
  upstreamFor: (request: FastifyRequest) => string,
  turns = new CallerTurns(systemClock),
) {
  const logged: string[] = [];
  const note = (_fields: object, message: string) => logged.push(message);
  const metrics = createMetrics('gateway', { process: false });
  const server = await createHttpServer({
    service: 'gateway',
    logger: { ...silentLogger, error: note, warn: note } as Logger,
    metrics,
    health: () => healthOf({}),
  });
  const agent = createUpstreamAgent();
  t.after(() => agent.destroy());
  t.after(() => server.close());
  const options = { prefix: '/api', name: 'api', pathPrefix: '', upstreamFor, turns } as const;
  await registerProxy(server, agent, options);
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  return { url, logged, metrics };
}

test('chooses the instance of a service for each request', async (t) => {
  const instances = await Promise.all(
    ['first', 'second'].map((name) => upstream(t, (_request, response) => response.end(name))),
  );
  const { url } = await proxy(t, ({ headers }) => instances[Number(headers['x-instance'])] ?? '');
  for (const [index, name] of ['first', 'second', 'first'].entries()) {
    const answer = await fetch(`${url}/api/x`, { headers: { 'x-instance': `${index % 2}` } });
    assert.equal(await answer.text(), name);
  }
});

test('asks again where a kept connection was closed, unless that would do something twice', async (t) => {
  let asked = 0;
  const closesEverySecond: RequestListener = (request, response) => {
    request.resume();
    if (++asked % 2 === 0) request.socket.destroy();
    else response.end('done');
  };
  const service = await upstream(t, closesEverySecond);
  const { url } = await proxy(t, () => service);
  const ask = async (method: string): Promise<number> => {
    const answer = await fetch(`${url}/api/x`, { method });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await ask('GET'), 200);
  assert.equal(await ask('GET'), 200);
  assert.equal(asked, 3);
  assert.equal(await ask('POST'), 503);
  assert.equal(asked, 4);
});

test('a body as large as it may be is passed on whole, a larger one not at all', async (t) => {
  const lengths: number[] = [];
  const service = await upstream(t, async (request, response) => {
    let bytes = 0;
    for await (const part of request) bytes += (part as Buffer).length;
    lengths.push(bytes);
    response.end();
  });
  const { url } = await proxy(t, () => service);
  const send = async (bytes: number): Promise<number> => {
    const body = Buffer.alloc(bytes);
    return (await fetch(`${url}/api/x`, { method: 'POST', body })).status;
  };
  assert.equal(await send(MAX_PROXIED_BODY_BYTES), 200);
  assert.equal(await send(MAX_PROXIED_BODY_BYTES + 1), 413);
  assert.deepEqual(lengths, [MAX_PROXIED_BODY_BYTES]);
});

test('a service is done with an answer although its reader stands still', async (t) => {
  const done = Promise.withResolvers<void>();
  const service = await upstream(t, (_request, response) => {
    response.once('finish', () => done.resolve());
    // Without a length, as a stream.
    response.write(Buffer.alloc(READ_AHEAD_BYTES / 2));
    response.end(Buffer.alloc(READ_AHEAD_BYTES / 2));
  });
  const { url } = await proxy(t, () => service);
  const socket = await openSocket(url);
  t.after(() => socket.destroy());
  socket.pause();
  socket.write('GET /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await done.promise;
});

test('a caller has few requests under way at a service; one that leaves gives up its turn', async (t) => {
  const MOST = 3;
  const turns = new CallerTurns(systemClock, MOST);
  const open: ServerResponse[] = [];
  const service = await upstream(t, (request, response) => {
    request.resume();
    open.push(response);
    response.once('close', () => open.splice(open.indexOf(response), 1));
  });
  const { url, logged } = await proxy(t, () => service, turns);
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  };
  const leaving = await Promise.all(Array.from({ length: 2 * MOST }, () => openSocket(url)));
  for (const socket of leaving) socket.write('GET /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n');
  // Some of them while they wait.
  await until(() => open.length === MOST && turns.waiting === MOST);
  const staying = Array.from({ length: 2 * MOST }, () => fetch(`${url}/api/x`));
  await until(() => turns.waiting === 3 * MOST);
  assert.equal(open.length, MOST);
  const left = [...open];
  for (const socket of leaving) socket.destroy();
  await until(() => !open.some((response) => left.includes(response)));
  let served = 0;
  while (served < 2 * MOST) {
    await until(() => open.length > 0);
    assert.ok(open.length <= MOST);
    open[0]?.end('done');
    served++;
    await once(open[0] as ServerResponse, 'close');
  }
  for (const answer of staying) assert.equal(await (await answer).text(), 'done');
  await until(() => turns.size === 0);
  assert.deepEqual(logged, []);
});

test('a caller that leaves ends the call, and no error is logged or counted', async (t) => {
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const service = await upstream(t, (_request, response) => {
    response.once('close', () => ended.resolve());
    asked.resolve();
  });
  const { url, logged, metrics } = await proxy(t, () => service);
  const socket = await openSocket(url);
  socket.write('POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1');
  await asked.promise;
  socket.destroy();
  await once(socket, 'close');
  await ended.promise;
  while (!/status="499"\} 1/.test(await metrics.text())) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(logged, []);
  assert.doesNotMatch(await metrics.text(), /status="50/);
});

test('nothing is asked for a caller that has left when its turn comes', async (t) => {
  let asked = 0;
  const service = await upstream(t, (_request, response) => {
    asked++;
    response.end();
  });
  const arrived = Promise.withResolvers<void>();
  const turns = new CallerTurns(systemClock);
  const { url, logged, metrics } = await proxy(t, () => service, turns);
  // The turn comes just as the caller leaves.
  t.mock.method(
    turns,
    'run',
    async (_address: string, left: EventEmitter, work: () => Promise<unknown>) => {
      arrived.resolve();
      await once(left, 'abort');
      return work();
    },
    { times: 1 },
  );
  const socket = await openSocket(url);
  socket.write('POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1');
  await arrived.promise;
  socket.resetAndDestroy();
  while (!/status="499"\} 1/.test(await metrics.text())) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await (await fetch(`${url}/api/x`)).arrayBuffer();
  assert.equal(asked, 1);
  assert.deepEqual(logged, []);
});
