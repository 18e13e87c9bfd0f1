import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { VmsError } from '@vms/common/errors.ts';
import { type HealthReport, healthOf } from '@vms/common/lifecycle.ts';
import { type Logger, silentLogger } from '@vms/common/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { z } from 'zod';
import { HttpError, RemoteError } from './http-error.ts';
import { listen } from './listen.ts';
import { createHttpServer, DEFAULT_BODY_LIMIT_BYTES, type HttpServer } from './server.ts';

const CANARY = 'c4n4ry-s3cret';

interface Options {
  health?: () => HealthReport;
  logger?: Logger;
  routes?: (server: HttpServer) => void;
}

async function start(t: TestContext, options: Options = {}): Promise<string> {
  const server = await createHttpServer({
    service: 'test',
    logger: options.logger ?? silentLogger,
    metrics: createMetrics('test', { process: false }),
    health: options.health ?? (() => healthOf({})),
  });
  options.routes?.(server);
  t.after(() => server.close());
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  return url;
}

test('tells its health truly', async (t) => {
  let report = healthOf({ disk: { status: 'ok' } });
  const url = await start(t, {
    health: () => {
      if (report.checks.disk?.message === 'throw') throw new Error('no idea');
      return report;
    },
  });
  const ask = async () => {
    const answer = await fetch(`${url}/health`);
    return [answer.status, (await answer.json()) as Record<string, unknown>] as const;
  };
  const [status, body] = await ask();
  assert.equal(status, 200);
  assert.equal(body.status, 'ok');
  assert.equal(body.service, 'test');
  assert.match(String(body.version), /^\d+\.\d+\.\d+/);
  assert.equal(typeof body.uptimeSeconds, 'number');
  report = healthOf({ disk: { status: 'degraded', message: 'Slow.' } });
  assert.deepEqual((await ask())[0], 200);
  report = healthOf({ disk: { status: 'failing', message: 'Gone.' } });
  const [failing, why] = await ask();
  assert.equal(failing, 503);
  assert.deepEqual(why.checks, { disk: { status: 'failing', message: 'Gone.' } });
  report = healthOf({ disk: { status: 'ok', message: 'throw' } });
  assert.equal((await ask())[0], 503);
});

test('serves metrics, its own requests among them', async (t) => {
  const url = await start(t);
  await (await fetch(`${url}/health`)).text();
  await (await fetch(`${url}/made-up`)).text();
  const answer = await fetch(`${url}/metrics`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
  const text = await answer.text();
  assert.match(text, /vms_http_request_seconds_count\{.*route="\/health".*\} 1/);
  assert.match(text, /route="none",status="404"/);
});

const routes = (server: HttpServer): void => {
  server.get('/known', () => {
    throw new HttpError(
      'http.invalid-request',
      { happened: 'No.', kept: 'All.', remedy: 'Do.' },
      { retryAfterSeconds: 7 },
    );
  });
  server.get('/unlisted', () => {
    throw new VmsError('disk.odd', `inside ${CANARY}`);
  });
  server.get('/remote', () => {
    throw new RemoteError('disk.odd', { happened: 'The disk is odd.', remedy: 'Turn it.' });
  });
  server.get('/unknown', () => {
    throw new Error(`inside ${CANARY}`);
  });
  const body = z.strictObject({ url: z.url(), limit: z.int().max(10) });
  server.post('/validated', { schema: { body } }, () => 'ok');
  const ok = z.object({ public: z.string() });
  server.get('/filtered', { schema: { response: { 200: ok } } }, () => {
    const row = { public: 'a', password: CANARY };
    return row;
  });
  server.get('/broken', { schema: { response: { 200: ok } } }, () => {
    return { public: 5 as unknown as string };
  });
};

test('an error of ours is told as problem details', async (t) => {
  const url = await start(t, { routes });
  const answer = await fetch(`${url}/known`, { headers: { 'x-request-id': 'abc' } });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(answer.headers.get('retry-after'), '7');
  assert.equal(answer.headers.get('x-request-id'), 'abc');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.deepEqual(await answer.json(), {
    type: 'urn:vms:error:http.invalid-request',
    title: 'Invalid request',
    status: 400,
    detail: 'No.',
    instance: 'urn:vms:request:abc',
    code: 'http.invalid-request',
    remedy: 'Do.',
    kept: 'All.',
    retryAfterSeconds: 7,
  });
});

test('other errors tell nothing of the inside, and are logged with the request id', async (t) => {
  const logged: [object, string][] = [];
  const logger = { ...silentLogger, error: (f: object, m: string) => logged.push([f, m]) };
  const url = await start(t, { routes, logger: logger as Logger });
  for (const path of ['/unlisted', '/unknown', '/broken']) {
    const answer = await fetch(url + path, { headers: { 'x-request-id': 'bad id!' } });
    const text = await answer.text();
    assert.equal(answer.status, 500);
    assert.equal(JSON.parse(text).code, 'http.internal');
    assert.ok(!text.includes(CANARY) && !text.includes('at '), text);
    assert.match(answer.headers.get('x-request-id') ?? '', /^req_[a-z2-7]{16}$/);
  }
  assert.equal(logged.length, 3);
});

test('an error of another service whose code means nothing here keeps its words', async (t) => {
  const answer = await fetch(`${await start(t, { routes })}/remote`);
  const { code, detail, remedy } = (await answer.json()) as Record<string, string>;
  assert.deepEqual(
    [answer.status, code, detail, remedy],
    [502, 'rpc.failed', 'The disk is odd.', 'Turn it.'],
  );
});

test('names every wrong field without its value', async (t) => {
  const url = await start(t, { routes });
  const answer = await fetch(`${url}/validated`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: CANARY, limit: 11, extra: CANARY }),
  });
  const text = await answer.text();
  const problem = JSON.parse(text);
  assert.equal(answer.status, 400);
  assert.equal(problem.code, 'http.invalid-request');
  assert.deepEqual(problem.errors.map((fault: { path: string }) => fault.path).sort(), [
    'body',
    'body.limit',
    'body.url',
  ]);
  assert.ok(!text.includes(CANARY));
});

test('a DELETE without content may say that it is JSON', async (t) => {
  const url = await start(t, {
    routes(server) {
      server.delete('/thing', { schema: {} as object }, async () => ({ gone: true }));
      server.post('/thing', { schema: {} as object }, async () => ({ made: true }));
    },
  });
  const ask = async (method: string, body?: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/thing`, { method, headers, ...(body && { body }) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  assert.deepEqual(await ask('DELETE'), { status: 200, json: { gone: true } });
  assert.equal((await ask('DELETE', '{')).status, 400);
  assert.equal((await ask('POST')).status, 400);
});

test('answers carry only what their schema names', async (t) => {
  const url = await start(t, { routes });
  assert.deepEqual(await (await fetch(`${url}/filtered`)).json(), { public: 'a' });
});

test('errors of the framework have codes too', async (t) => {
  const url = await start(t, { routes });
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}/validated`, { method: 'POST', body, headers: { 'content-type': type } });
  const cases: [Promise<Response>, number, string][] = [
    [fetch(`${url}/nowhere`), 404, 'http.not-found'],
    [post('{'), 400, 'http.invalid-request'],
    [post(''), 400, 'http.invalid-request'],
    [post('a=b', 'application/x-www-form-urlencoded'), 415, 'http.media-type-not-supported'],
    [post(`"${'x'.repeat(DEFAULT_BODY_LIMIT_BYTES)}"`), 413, 'http.body-too-large'],
    [fetch(`${url}/%zz`), 400, 'http.invalid-request'],
  ];
  for (const [asked, status, code] of cases) {
    const answer = await asked;
    const problem = (await answer.json()) as { code: string; status: number };
    assert.deepEqual([answer.status, problem.code, problem.status], [status, code, status]);
  }
});

test('a port in use is said plainly, with the key to change', async (t) => {
  const url = await start(t);
  const server = await createHttpServer({
    service: 'second',
    logger: silentLogger,
    metrics: createMetrics('second', { process: false }),
    health: () => healthOf({}),
  });
  t.after(() => server.close());
  const port = Number(new URL(url).port);
  await assert.rejects(listen(server, { host: '127.0.0.1', port, key: 'api.port' }), {
    code: 'http.port-in-use',
    message: new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use.*api\\.port`),
  });
  await assert.rejects(listen(server, { host: '203.0.113.7', port: 0 }), {
    code: 'http.address-not-available',
  });
});

test('closes although a client keeps its connection open', async (t) => {
  const url = await start(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
});
