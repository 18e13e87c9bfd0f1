import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openSocket, readToEnd } from '../testing/raw-client.ts';
import { type CloseReason, type ConnectionBounds, ConnectionGuard } from './connection-guard.ts';

const BOUNDS: ConnectionBounds = { total: 8, perCaller: 6, waitingPerCaller: 3, pipelined: 4 };
const LARGE = Buffer.alloc(32 * 1024 * 1024);

async function start(t: TestContext, isShared?: (address: string) => boolean) {
  const closed: CloseReason[] = [];
  const asked = { count: 0 };
  const turned: unknown[] = [];
  const answer: RequestListener = (request, response) => {
    request.resume();
    if (request.url === '/large') response.end(LARGE);
    else if (request.url !== '/held') response.end(request.url);
  };
  const server = createServer();
  const guard = new ConnectionGuard(server, {
    bounds: BOUNDS,
    closed: (reason) => closed.push(reason),
    ...(isShared !== undefined && { isShared }),
  });
  server.on('request', async (request, response) => {
    asked.count++;
    try {
      await guard.turn(request, response);
    } catch {
      turned.push('left');
      return;
    }
    turned.push(request.url);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    guard,
    closed,
    asked,
    turned,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

async function open(t: TestContext, url: string, bytes: string, from = '127.0.0.1') {
  const socket = await openSocket(url, from);
  t.after(() => socket.destroy());
  socket.write(bytes);
  return socket;
}

async function isAnswered(t: TestContext, url: string, from?: string): Promise<boolean> {
  const bytes = 'GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  return /\/quick$/.test(await readToEnd(await open(t, url, bytes, from)));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const UNFINISHED = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1';
const HELD = 'GET /held HTTP/1.1\r\nHost: a\r\n\r\n';
const LARGE_GET = 'GET /large HTTP/1.1\r\nHost: a\r\n\r\n';

test('of a caller who sends slowly the oldest connection makes room, whatever it waits for', async (t) => {
  const { guard, closed, url } = await start(t);
  const slow: Socket[] = [];
  for (const bytes of ['', 'GET / HT', UNFINISHED]) slow.push(await open(t, url, bytes));
  await until(() => guard.size === 3);
  assert.ok(await isAnswered(t, url));
  assert.deepEqual(closed, ['waiting']);
  await until(() => slow[0]?.closed === true);
  assert.ok(slow[1]?.closed === false && slow[2]?.closed === false);
});

test('a caller has its own connections, and others have theirs', async (t) => {
  const { asked, closed, url } = await start(t);
  for (let index = 0; index < BOUNDS.perCaller; index++) await open(t, url, HELD);
  await until(() => asked.count === BOUNDS.perCaller);
  // All of them are being answered and read at once: nothing is cut off, there is no more room.
  assert.equal(await isAnswered(t, url), false);
  assert.deepEqual(closed, ['refused']);
  assert.ok(await isAnswered(t, url, '127.0.0.2'));
});

test('a caller that does not read its answers makes room too', async (t) => {
  const { asked, closed, url } = await start(t);
  for (let index = 0; index < BOUNDS.perCaller; index++) await open(t, url, LARGE_GET);
  await until(() => asked.count === BOUNDS.perCaller);
  assert.ok(await isAnswered(t, url));
  assert.deepEqual(closed, ['stalled']);
});

test('where all are taken, the caller that has most makes room', async (t) => {
  const { guard, closed, url } = await start(t);
  for (let index = 0; index < 2; index++) await open(t, url, UNFINISHED, '127.0.0.2');
  for (let index = 0; index < 3; index++) await open(t, url, UNFINISHED, '127.0.0.3');
  for (let index = 0; index < 3; index++) await open(t, url, UNFINISHED, '127.0.0.4');
  await until(() => guard.size === BOUNDS.total);
  for (let index = 0; index < 3; index++) assert.ok(await isAnswered(t, url, '127.0.0.5'));
  assert.deepEqual(closed, ['waiting']);
  await until(() => guard.size === BOUNDS.total - 1);
});

test('a proxy that is trusted has the connections of many', async (t) => {
  const { asked, closed, url } = await start(t, (address) => address === '127.0.0.1');
  for (let index = 0; index < BOUNDS.total; index++) await open(t, url, HELD);
  await until(() => asked.count === BOUNDS.total);
  assert.deepEqual(closed, []);
  assert.equal(await isAnswered(t, url, '127.0.0.2'), false);
});

test('requests on one connection are answered one by one, and not without end', async (t) => {
  const { closed, url } = await start(t);
  const of = (path: string): string => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const socket = await open(t, url, of('1') + of('2') + of('3'));
  let text = '';
  socket.on('data', (part) => {
    text += part;
  });
  await until(() => /\/1.*\/2.*\/3/s.test(text));
  const greedy = await open(t, url, HELD.repeat(BOUNDS.pipelined + 1));
  assert.equal(await readToEnd(greedy), '');
  assert.deepEqual(closed, ['pipelined']);
});

test('requests of a caller who has left are not served, whatever they wait behind', async (t) => {
  const { asked, guard, turned, url } = await start(t);
  const post = 'POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
  const socket = await open(t, url, HELD + post.repeat(BOUNDS.pipelined - 1));
  await until(() => asked.count === BOUNDS.pipelined);
  socket.resetAndDestroy();
  await until(() => guard.size === 0 && turned.length === BOUNDS.pipelined);
  assert.deepEqual(turned, ['/held', 'left', 'left', 'left']);
});
