import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ANONYMOUS, type Principal } from '@vms/auth/authorize.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { HttpError } from './http-error.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const administrator: Principal = {
  kind: 'user',
  id: 'user_a',
  username: 'admin',
  role: 'administrator',
  sessionId: 's',
};

async function create(t: TestContext): Promise<HttpServer> {
  const server = await createHttpServer({
    service: 'test',
    logger: silentLogger,
    metrics: createMetrics('test', { process: false }),
    health: () => healthOf({}),
    access: {
      async identify(request) {
        if (request.headers.authorization === 'admin') return administrator;
        if (request.headers.authorization === 'broken') {
          throw new HttpError('auth.not-signed-in', 'The session has ended.');
        }
        return ANONYMOUS;
      },
    },
  });
  t.after(() => server.close());
  return server;
}

test('a route without an action keeps the server from starting, whoever brought it', async (t) => {
  const server = await create(t);
  server.get('/fine', { config: { action: 'camera.list' } }, () => 'ok');
  await server.register(async (scope) => {
    scope.get('/open', () => 'secret');
    scope.get('/odd', { config: { action: 'no.such' as 'camera.list' } }, () => 'secret');
  });
  await assert.rejects(async () => server.ready(), /\/open.*\/odd/);
});

test('every route asks authorize() with the principal, and gives it to the handler', async (t) => {
  const server = await create(t);
  server.get(
    '/camera/:id',
    { config: { action: 'camera.read', resource: () => ({ kind: 'camera', id: 'a' }) } },
    (request) => request.principal,
  );
  const denied = await server.inject('/camera/a');
  assert.equal(denied.statusCode, 401);
  assert.equal(denied.headers['www-authenticate'], 'Bearer realm="vms"');
  assert.equal(denied.json().code, 'auth.not-signed-in');
  const wrong = await server.inject({ url: '/camera/a', headers: { authorization: 'broken' } });
  assert.equal(wrong.json().detail, 'The session has ended.');
  const allowed = await server.inject({ url: '/camera/a', headers: { authorization: 'admin' } });
  assert.deepEqual(allowed.json(), administrator);
  assert.equal((await server.inject('/health')).statusCode, 200);
  assert.equal((await server.inject('/nowhere')).statusCode, 404);
});

test('what the role may not do is forbidden', async (t) => {
  const server = await create(t);
  server.get('/rpc', { config: { action: 'rpc.call' } }, () => 'secret');
  const answer = await server.inject({ url: '/rpc', headers: { authorization: 'admin' } });
  assert.deepEqual([answer.statusCode, answer.json().code], [403, 'auth.forbidden']);
});
