import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { MAX_OPENINGS_PER_SECOND } from './parts/bounds.ts';
import { StreamHarness, until } from './testing/stream-harness.ts';
import { CAMERA, TestCamera } from './testing/test-camera.ts';
import { MAX_OFFERS_PER_SECOND } from './webrtc/bounds.ts';

let harness: StreamHarness;
let camera: TestCamera;

beforeEach(async () => {
  harness = await StreamHarness.start();
  camera = new TestCamera(harness.hub);
  camera.play(20);
});
afterEach(() => {
  camera.stop();
  return harness.stop();
});

const FORGED = 'eyJjIjoiY2FtIn0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

async function statusOf(path: string, init: RequestInit): Promise<number> {
  const response = await fetch(harness.url + path, init);
  await response.arrayBuffer();
  return response.status;
}

function forgedOffer(headers: Record<string, string> = {}): Promise<number> {
  return statusOf(`/whep/${CAMERA}`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: `Bearer ${FORGED}`, ...headers },
    body: 'v=0\r\n',
  });
}

/** An upgrade with a token that nobody signed; the answer's status. */
async function forgedSocket(): Promise<number> {
  const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/live/v1/${FORGED}/mse`);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  return response.statusCode;
}

/** An upgrade with a good token; 101, or the status of the refusal. */
async function openedSocket(path: string): Promise<number> {
  const socket = new WebSocket(harness.url.replace('http', 'ws') + path);
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', () => resolve(101));
    socket.once('open', () => socket.terminate());
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
  });
}

/** Goes on with `attack`, several at a time, until stopped. */
class Flood {
  readonly answers = new Map<number, number>();
  #stopped = false;
  readonly #workers: Promise<unknown>;

  constructor(t: TestContext, attack: () => Promise<number>) {
    this.#workers = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!this.#stopped) {
          const status = await attack();
          this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
        }
      }),
    );
    t.after(() => this.stop());
  }

  get count(): number {
    return [...this.answers.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#workers;
  }
}

test('viewers are let in at once while offers and sockets without a valid token pour in', async (t) => {
  const sessions = [await harness.session(), await harness.session()];
  const offers = new Flood(t, () => forgedOffer());
  const sockets = new Flood(t, forgedSocket);
  await until(
    () => offers.count > 2 * MAX_OFFERS_PER_SECOND && sockets.count > 2 * MAX_OPENINGS_PER_SECOND,
    'more than what viewers share in a second',
  );
  for (const session of sessions) {
    const socket = new WebSocket(harness.url.replace('http', 'ws') + session.mse_url);
    await once(socket, 'open');
    socket.terminate();
    await harness.watch();
  }
  for (const flood of [offers, sockets]) {
    await flood.stop();
    assert.deepEqual([...flood.answers.keys()].sort(), [403, 429]);
  }
});

test('one session that opens its view without end keeps nobody else from watching', async (t) => {
  const hostile = await harness.session();
  const offers = new Flood(t, () =>
    statusOf(hostile.whep_url, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${hostile.token}` },
      body: 'v=0\r\n',
    }),
  );
  const sockets = new Flood(t, () => openedSocket(hostile.mse_url));
  await until(
    () => offers.count > 2 * MAX_OFFERS_PER_SECOND && sockets.count > 2 * MAX_OPENINGS_PER_SECOND,
    'more than what viewers share in a second',
  );
  const socket = new WebSocket(
    harness.url.replace('http', 'ws') + (await harness.session()).mse_url,
  );
  await once(socket, 'open');
  socket.terminate();
  await harness.watch();
  await Promise.all([offers.stop(), sockets.stop()]);
  const looked = offers.answers.get(422) ?? 0;
  assert.ok(looked < offers.count / 2, `${looked} of ${offers.count}`);
});

test('whoever sends wrong tokens is told to wait, and nobody at another address is', async () => {
  const from = (address: string) => forgedOffer({ 'x-forwarded-for': address });
  let status = 403;
  for (let i = 0; i < 500 && status === 403; i++) status = await from('192.0.2.7');
  assert.equal(status, 429);
  assert.equal(await from('192.0.2.8'), 403);
});

test('an offer without a token is answered before its body has come', async () => {
  const { hostname, port } = new URL(harness.url);
  const socket = connect(Number(port), hostname);
  const head = ['POST /whep/x HTTP/1.1', 'Host: x', 'Content-Type: application/sdp'];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: 1000\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  assert.match(String(answer), /^HTTP\/1\.1 403 /);
});
