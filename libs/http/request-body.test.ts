import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { healthOf } from '@vms/common/lifecycle.ts';
import { type Logger, silentLogger } from '@vms/common/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { listen } from './listen.ts';
import { createHttpServer } from './server.ts';

const LIMIT_BYTES = 1024;

async function start(t: TestContext, requestTimeoutMs?: number) {
  const logged: string[] = [];
  const note = (_fields: object, message: string) => logged.push(message);
  const logger = { ...silentLogger, error: note, warn: note } as Logger;
  const metrics = createMetrics('test', { process: false });
  const server = await createHttpServer({
    service: 'test',
    logger,
    metrics,
    health: () => healthOf({}),
    bodyLimitBytes: LIMIT_BYTES,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
  server.post('/thing', { schema: {} as object }, async () => 'made');
  server.get('/thing', { schema: {} as object }, async () => 'there');
  t.after(() => server.close());
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  return { port, logged, metrics };
}

/** All that comes until the server closes. */
async function talk(
  t: TestContext,
  port: number,
  say: (socket: Socket) => Promise<void> | void,
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  let text = '';
  socket.on('data', (part) => {
    text += part;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  await say(socket);
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

const HEAD = 'POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

test('a body over the limit gets 413 and a closed connection, whoever says its length', async (t) => {
  const { port, logged } = await start(t);
  const tooLarge = LIMIT_BYTES + 1;
  const content = `"${'x'.repeat(LIMIT_BYTES - 1)}"`;
  const chunks = `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;
  const length = `Content-Length: ${tooLarge}\r\n`;
  const chunked = 'Transfer-Encoding: chunked\r\n';
  const cases: Record<string, string> = {
    'length, all of it sent': `${HEAD}${length}\r\n${content}`,
    'length, none of it sent': `${HEAD}${length}\r\n`,
    'length beyond any memory': `${HEAD}Content-Length: 99999999999999\r\n\r\nx`,
    'chunks, all of them': `${HEAD}${chunked}\r\n${chunks}`,
    'chunks without an end': `${HEAD}${chunked}\r\n${chunks.slice(0, -5)}`,
    'length, to be asked for': `${HEAD}${length}Expect: 100-continue\r\n\r\n`,
    'a route that takes no content': `GET /thing HTTP/1.1\r\nHost: a\r\n${length}\r\n${content}`,
    'no route': `POST /none HTTP/1.1\r\nHost: a\r\n${length}\r\n${content}`,
  };
  for (const [name, request] of Object.entries(cases)) {
    const text = await talk(t, port, (socket) => {
      socket.write(request);
    });
    assert.match(text, /^HTTP\/1\.1 413 /, name);
    assert.match(text, /^connection: close/im, name);
    assert.match(text, /"code":"http.body-too-large"/, name);
  }
  assert.deepEqual(logged, []);
});

test('the answer is read although the caller goes on sending', async (t) => {
  const { port } = await start(t);
  const part = Buffer.alloc(64 * 1024);
  const text = await talk(t, port, (socket) => {
    socket.write(`${HEAD}Content-Length: 1000000000\r\n\r\n`);
    const more = (): void => {
      while (!socket.destroyed && socket.write(part));
    };
    socket.on('drain', more);
    more();
  });
  assert.match(text, /^HTTP\/1\.1 413 .*"code":"http.body-too-large"/s);
});

test('content within the limit is asked for where its sender waits for that', async (t) => {
  const { port } = await start(t);
  const content = `"${'x'.repeat(LIMIT_BYTES - 2)}"`;
  const text = await talk(t, port, async (socket) => {
    const asked = once(socket, 'data');
    const length = `Content-Length: ${content.length}\r\n`;
    socket.write(`${HEAD}${length}Connection: close\r\nExpect: 100-continue\r\n\r\n`);
    await asked;
    socket.write(content);
  });
  assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
});

test('a coding that is not understood is refused, not passed on as if it were the content', async (t) => {
  const { port } = await start(t);
  const text = await talk(t, port, (socket) => {
    socket.write(`${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`);
  });
  assert.match(text, /^HTTP\/1\.1 400 .*transfer-encoding/s);
});

test('a caller that leaves is no error: nothing in the log, and counted as what it is', async (t) => {
  const { port, logged, metrics } = await start(t);
  const count = async () =>
    /_count\{[^}]*method="POST",route="\/thing",status="499"\} 3/.test(await metrics.text());
  for (const framing of [
    'Content-Length: 100',
    'Transfer-Encoding: chunked',
    'Content-Length: 9',
  ]) {
    await talk(t, port, async (socket) => {
      socket.write(`${HEAD}${framing}\r\n\r\n`);
      // The head is there, its content never comes.
      await new Promise((resolve) => socket.write('5', resolve));
      socket.destroy();
    });
  }
  while (!(await count())) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(logged, []);
});

test('what is late or not HTTP is answered in the same words as any other fault', async (t) => {
  const { port, logged } = await start(t, 500);
  const cases: [string, RegExp][] = [
    [`${HEAD}Content-Length: 5\r\n\r\n1`, /^HTTP\/1\.1 408 .*"code":"http.request-timeout"/s],
    ['GET /thing HTTP/1.1\r\nHo', /^HTTP\/1\.1 408 .*"code":"http.request-timeout"/s],
    ['nonsense\r\n\r\n', /^HTTP\/1\.1 400 .*"code":"http.invalid-request"/s],
    [
      `GET /thing HTTP/1.1\r\nHost: a\r\nx: ${'x'.repeat(64 * 1024)}\r\n\r\n`,
      /^HTTP\/1\.1 431 .*"code":"http.headers-too-large"/s,
    ],
  ];
  for (const [request, expected] of cases) {
    const text = await talk(t, port, (socket) => {
      socket.write(request);
    });
    assert.match(text, expected);
  }
  assert.deepEqual(logged, []);
});
