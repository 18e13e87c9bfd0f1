import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '@vms/common/clock.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { listen } from '@vms/http/listen.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { type Dispatcher, errors } from 'undici';
import { gateway, HEALTHY, nobody } from '../testing/gateway-harness.ts';
import { exchange } from '../testing/raw-client.ts';
import { CallerTurns } from './caller-turns.ts';
import { createUpstreamAgent, registerProxy } from './proxy.ts';
import {
  asksForWebSocket,
  CLOSE_LINGER_MS,
  MAX_REFUSAL_BYTES,
  UPGRADE_TIMEOUT_MS,
  Upgrades,
} from './upgrade.ts';

interface Live {
  readonly url: string;
  readonly requests: IncomingMessage[];
  readonly sockets: Socket[];
}

/** A stream service that upgrades everything below /live/v1/good and then does as `talk` says. */
async function live(t: TestContext, talk: (socket: Socket) => void): Promise<Live> {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/health') return HEALTHY(incoming, response);
    let body = '';
    incoming.on('data', (part) => {
      body += part;
    });
    incoming.on('end', () => {
      response.writeHead(201, { location: '/whep/cam_a/session', 'content-type': 'text/plain' });
      response.end(
        `${incoming.method} ${incoming.url} ${incoming.headers['content-type']} ${body}`,
      );
    });
  });
  const requests: IncomingMessage[] = [];
  const sockets: Socket[] = [];
  server.on('upgrade', (incoming, stream) => {
    const socket = stream as Socket;
    socket.on('error', () => socket.destroy());
    requests.push(incoming);
    if (!incoming.url?.startsWith('/live/v1/good')) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
      return;
    }
    sockets.push(socket);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\nfirst',
    );
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, sockets };
}

/** Hears of upgrades, and has no route. */
function emptyServer(): Promise<HttpServer> {
  return createHttpServer({
    service: 'gateway',
    logger: silentLogger,
    metrics: createMetrics('gateway', { process: false }),
    health: () => healthOf({}),
    isUpgrade: asksForWebSocket,
  });
}

const UPGRADE = 'connection: upgrade\r\nupgrade: websocket\r\n';
const ASK = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'k' };

async function open(t: TestContext, url: string) {
  const asked = request(url, { headers: { ...ASK, 'x-forwarded-for': '6.6.6.6' } });
  asked.end();
  const [answer, socket, head] = (await once(asked, 'upgrade')) as [
    IncomingMessage,
    Socket,
    Buffer,
  ];
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  return { answer, socket, head };
}

async function refused(url: string): Promise<{ status: number | undefined; body: string }> {
  const asked = request(url, { headers: ASK }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of answer) body += part;
  return { status: answer.statusCode, body };
}

test('passes a WebSocket on, both ways, and says who asked', async (t) => {
  const stream = await live(t, (socket) => socket.pipe(socket));
  const url = await gateway(t, { stream: stream.url });
  const { answer, socket, head } = await open(t, `${url}/live/v1/good/mse`);
  assert.equal(answer.statusCode, 101);
  assert.equal(answer.headers['sec-websocket-accept'], 'x');
  let text = head.toString();
  socket.on('data', (part) => {
    text += part;
  });
  socket.write('hello');
  while (text !== 'firsthello') await once(socket, 'data');
  const [asked] = stream.requests;
  assert.equal(asked?.url, '/live/v1/good/mse');
  assert.equal(asked?.headers['sec-websocket-key'], 'k');
  assert.equal(asked?.headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(asked?.headers.host, new URL(url).host);
  assert.match(await (await fetch(`${url}/metrics`)).text(), /upgraded_connections\{.*\} 1/);
});

test('ends both sides when one goes away', async (t) => {
  const stream = await live(t, () => {});
  const url = await gateway(t, { stream: stream.url });
  const first = await open(t, `${url}/live/v1/good/mse`);
  first.socket.destroy();
  assert.ok(stream.sockets[0]);
  await once(stream.sockets[0].resume(), 'end');
  const second = await open(t, `${url}/live/v1/good/mse`);
  stream.sockets[1]?.destroy();
  await once(second.socket.resume(), 'close');
});

test('waits for a viewer that does not read instead of keeping what it was sent', async (t) => {
  const PART = Buffer.alloc(1024 * 1024);
  const MAX_PARTS = 64;
  let written = 0;
  const stalled = Promise.withResolvers<void>();
  const stream = await live(t, (socket) => {
    const more = (): void => {
      while (written < MAX_PARTS) {
        written++;
        if (!socket.write(PART)) {
          stalled.resolve();
          socket.once('drain', more);
          return;
        }
      }
      socket.end();
    };
    more();
  });
  const url = await gateway(t, { stream: stream.url });
  const { socket, head } = await open(t, `${url}/live/v1/good/mse`);
  socket.pause();
  await stalled.promise;
  assert.ok(written < MAX_PARTS / 2, `${written} MiB were taken for a viewer who stands still`);
  let bytes = head.length;
  socket.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  socket.resume();
  await once(socket, 'end');
  assert.equal(bytes, PART.length * MAX_PARTS + 'first'.length);
});

test('passes a refusal on, and answers itself where nobody is there', async (t) => {
  const stream = await live(t, () => {});
  const url = await gateway(t, { stream: stream.url });
  assert.deepEqual(await refused(`${url}/live/v1/bad/mse`), { status: 403, body: 'no' });
  const away = await gateway(t, { stream: await nobody() });
  const { status, body } = await refused(`${away}/live/v1/good/mse`);
  assert.equal(status, 503);
  assert.equal(JSON.parse(body).code, 'rpc.unreachable');
  assert.match(body, /The service stream is unavailable/);
});

test('passes on a refusal as long as may be, and gives up one that is longer', async (t) => {
  const server = createServer(HEALTHY);
  server.on('upgrade', ({ url }, socket) => {
    const body = 'x'.repeat(Number(url?.split('/').at(-1)));
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = await gateway(t, { stream: `http://127.0.0.1:${port}` });
  const longest = await refused(`${url}/live/v1/${MAX_REFUSAL_BYTES}`);
  assert.deepEqual([longest.status, longest.body.length], [403, MAX_REFUSAL_BYTES]);
  const longer = await refused(`${url}/live/v1/${MAX_REFUSAL_BYTES + 1}`);
  assert.equal(longer.status, 503);
  assert.match(longer.body, /The service stream is unavailable/);
});

test('elsewhere an upgrade is ignored', async (t) => {
  const stream = await live(t, () => {});
  const url = await gateway(t, { stream: stream.url });
  const page = await refused(`${url}/`);
  assert.equal(page.status, 200);
  assert.match(page.body, /<title>VMS/);
  assert.equal((await refused(`${url}/whep/cam_a`)).status, 201);
  assert.equal(stream.requests.length, 0);
  for (const [method, upgrade, status] of [
    ['POST', 'h2c', 201],
    ['POST', 'websocket', 201],
    ['GET', 'h2c', 201],
  ] as const) {
    const text = await exchange(
      url,
      `${method} /live/v1/good HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: ${upgrade}\r\n\r\n`,
    );
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} .*${method} /live/v1/good`, 's'));
  }
  assert.equal(stream.requests.length, 0);
});

test('as many as are allowed, and no more; closing the gateway ends all', async (t) => {
  const stream = await live(t, () => {});
  const server = await emptyServer();
  const upgrades = new Upgrades(server, 2);
  const agent = createUpstreamAgent();
  t.after(() => agent.destroy());
  await registerProxy(server, agent, {
    turns: new CallerTurns(systemClock),
    prefix: '/live',
    upstreamFor: () => stream.url,
    name: 'stream',
    pathPrefix: '',
    upgrades,
  });
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const [first, second] = [
    await open(t, `${url}/live/v1/good`),
    await open(t, `${url}/live/v1/good`),
  ];
  const { status, body } = await refused(`${url}/live/v1/good`);
  assert.deepEqual([status, JSON.parse(body).code], [503, 'http.too-many-connections']);
  assert.equal(stream.requests.length, 2);
  first.socket.destroy();
  while (upgrades.size > 1) await new Promise((resolve) => setImmediate(resolve));
  // A refusal of the service gives the place back.
  assert.equal((await refused(`${url}/live/v1/bad`)).status, 403);
  assert.equal(upgrades.size, 1);
  const ended = once(second.socket.resume(), 'close');
  await server.close();
  await ended;
  assert.equal(upgrades.size, 0);
});

test('an upgrade that is not answered in time is given up, and the answer names the limit', async (t) => {
  const server = await emptyServer();
  const agent = {
    dispatch: (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => {
      assert.equal(options.headersTimeout, UPGRADE_TIMEOUT_MS);
      const controller = {} as Dispatcher.DispatchController;
      handler.onResponseError?.(controller, new errors.HeadersTimeoutError());
      return true;
    },
  } as Dispatcher;
  await registerProxy(server, agent, {
    turns: new CallerTurns(systemClock),
    prefix: '/live',
    upstreamFor: () => 'http://127.0.0.1:1',
    name: 'stream',
    pathPrefix: '',
    upgrades: new Upgrades(server),
  });
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const { status, body } = await refused(`${url}/live/v1/good`);
  assert.equal(status, 504);
  assert.match(body, new RegExp(`did not answer within ${UPGRADE_TIMEOUT_MS / 1000} s`));
});

test('a caller who is refused and never closes holds no connection, nor keeps the gateway from closing', async (t) => {
  const server = await emptyServer();
  new Upgrades(server);
  const { url } = await listen(server, { host: '127.0.0.1', port: 0 });
  const ask = async (): Promise<Socket> => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    socket.write(`GET /nothing HTTP/1.1\r\nhost: a\r\n${UPGRADE}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 404 /);
    return socket;
  };
  const connections = promisify(server.server.getConnections.bind(server.server));
  await ask();
  const askedAt = performance.now();
  assert.equal(await connections(), 1);
  while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(performance.now() - askedAt < CLOSE_LINGER_MS + 2000);
  await ask();
  const closingAt = performance.now();
  await server.close();
  assert.ok(performance.now() - closingAt < CLOSE_LINGER_MS);
});

test('an upgrade behind a request that is not answered yet is closed, and harms nobody', async (t) => {
  const stream = await live(t, (socket) => socket.pipe(socket));
  const url = await gateway(t, { stream: stream.url });
  const held = 'GET /live/v1/slow HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const asked = `GET /live/v1/good HTTP/1.1\r\nhost: localhost\r\n${UPGRADE}\r\n`;
  assert.equal(await exchange(url, held + asked), '');
  assert.equal(stream.sockets.length, 0);
  assert.equal((await open(t, `${url}/live/v1/good`)).answer.statusCode, 101);
});

test('passes WHEP on with its SDP, and its Location back', async (t) => {
  const stream = await live(t, () => {});
  const url = await gateway(t, { stream: stream.url });
  for (const [method, type] of [
    ['POST', 'application/sdp'],
    ['PATCH', 'application/trickle-ice-sdpfrag'],
  ]) {
    const answer = await fetch(`${url}/whep/cam_a`, {
      method: method ?? '',
      headers: { 'content-type': type ?? '' },
      body: 'v=0',
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.get('location'), '/whep/cam_a/session');
    assert.equal(await answer.text(), `${method} /whep/cam_a ${type} v=0`);
  }
  assert.equal((await fetch(`${url}/whep/cam_a/session`, { method: 'DELETE' })).status, 201);
});
