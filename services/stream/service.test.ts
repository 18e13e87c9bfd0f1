import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@vms/common/clock.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { StreamService } from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import { INTERNAL_TOKEN, StreamHarness, until } from './testing/stream-harness.ts';
import { CAMERA, TestCamera } from './testing/test-camera.ts';
import { TestViewer } from './testing/test-viewer.ts';
import { MAX_OFFERS_PER_SECOND } from './webrtc/bounds.ts';
import { holdUdpPort } from './webrtc/udp-port.ts';

const WARM_UP_VIEWS = 50;
const VIEWS = 100;
/** Code that is compiled on the way takes some kilobytes a view at first. */
const MAX_HEAP_BYTES_PER_VIEW = 12 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that are in use when everything else was collected. */
async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

describe('live sessions', () => {
  let harness: StreamHarness;
  let camera: TestCamera;

  beforeEach(async () => {
    harness = await StreamHarness.start({ maxSessions: 3 });
    camera = new TestCamera(harness.hub);
    camera.next();
  });
  afterEach(() => harness.stop());

  async function problem(response: Response): Promise<[number, string]> {
    const body = (await response.json()) as { code: string };
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    return [response.status, body.code];
  }

  function whep(path: string, token: string, init: RequestInit): Promise<Response> {
    return fetch(`${harness.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  }

  test('a session is opened, listed and ended; its token then opens nothing', async () => {
    const session = await harness.session();
    assert.equal(session.whep_url, `/whep/${CAMERA}`);
    assert.deepEqual(session.playable.webrtc, { ok: true, codecs: camera.config.codecString });
    const options = { baseUrl: harness.url, internalToken: INTERNAL_TOKEN };
    const client = createRpcClient(StreamService, options);
    const [listed] = (await client.listSessions({ cameraId: CAMERA })).sessions;
    assert.equal(listed?.sessionId, session.session_id);
    assert.equal(listed?.viewerId, 'test');
    assert.deepEqual((await client.endSession({ sessionId: session.session_id })).ended, true);
    assert.deepEqual((await client.endSession({ sessionId: session.session_id })).ended, false);
    const viewer = new TestViewer();
    const answer = await harness.whep(session, await viewer.offer());
    viewer.close();
    assert.equal(answer.status, 404);
    assert.match(answer.body, /stream\.session-not-found/);
  });

  test('no token, an unknown camera, and one session too many are refused', async () => {
    const body = { camera_id: CAMERA, viewer_id: 'v' };
    const bare = await fetch(`${harness.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.deepEqual(await problem(bare), [401, 'auth.not-signed-in']);
    const unknown = { ...body, camera_id: 'cam_bbbbbbbbbbbbbbbb' };
    assert.deepEqual(await problem(await harness.post('/stream', unknown)), [
      404,
      'stream.camera-not-found',
    ]);
    for (let i = 0; i < 3; i++) await harness.session();
    assert.deepEqual(await problem(await harness.post('/stream', body)), [
      409,
      'stream.limit-reached',
    ]);
  });

  test('what cannot be played says why; a playable sub stream takes its place', async () => {
    camera.next({ bFrame: true });
    const main = await harness.session('main');
    assert.equal(main.playable.webrtc.reason, 'stream.b-frames');
    assert.equal(main.playable.mse.ok, true);
    const viewer = new TestViewer();
    const refused = await harness.whep(main, await viewer.offer());
    viewer.close();
    assert.equal(refused.status, 422);
    assert.match(refused.body, /stream\.b-frames/);
    new TestCamera(harness.hub, { stream: 'sub' }).next();
    const best = await harness.session();
    assert.equal(best.stream, 'sub');
    assert.equal(best.playable.webrtc.ok, true);
  });

  test('garbage, an offer without video or H.264, and a wrong token are refused in words', async () => {
    const session = await harness.session();
    const offer = async (body: string, type = 'application/sdp', token = session.token) =>
      problem(
        await whep(session.whep_url, token, {
          method: 'POST',
          headers: { 'content-type': type },
          body,
        }),
      );
    assert.deepEqual(await offer('v=0\r\nnonsense'), [422, 'stream.offer-without-video']);
    assert.deepEqual(await offer('\0\xff'.repeat(1000)), [400, 'stream.offer-invalid']);
    assert.deepEqual(await offer('x'.repeat(70_000)), [413, 'http.body-too-large']);
    assert.deepEqual(await offer('{}', 'application/json'), [400, 'stream.offer-invalid']);
    assert.deepEqual(await offer('v=0', 'application/sdp', 'forged.token'), [
      403,
      'auth.media-token-invalid',
    ]);
    const vp8 = new TestViewer({ codec: 'vp8' });
    assert.deepEqual(await offer(await vp8.offer()), [422, 'stream.offer-without-h264']);
    vp8.close();
    const good = new TestViewer();
    const sdp = await good.offer();
    assert.deepEqual(await offer(sdp.replace(/a=fingerprint:.*/, 'a=fingerprint:sha-256 00')), [
      400,
      'stream.offer-invalid',
    ]);
    assert.deepEqual(await offer(sdp.replace(/a=ice-pwd:.*/, 'a=ice-pwd:short')), [
      400,
      'stream.offer-invalid',
    ]);
    good.close();
    assert.equal((await fetch(`${harness.url}/health`)).status, 200);
  });

  test('candidates trickle in, with and without If-Match, and DELETE ends the view', async () => {
    const { viewer, session, answer } = await harness.watch();
    await until(() => viewer.units.length > 0, 'a picture');
    const type = { 'content-type': 'application/trickle-ice-sdpfrag' };
    const body = 'a=ice-ufrag:abcd\r\na=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n';
    const patch = (headers: Record<string, string>, text = body) =>
      whep(answer.location, session.token, {
        method: 'PATCH',
        headers: { ...type, ...headers },
        body: text,
      });
    assert.deepEqual(await problem(await patch({ 'if-match': '"other"' })), [
      412,
      'stream.precondition-failed',
    ]);
    assert.deepEqual(await problem(await patch({ 'if-match': '*' })), [
      422,
      'stream.ice-restart-not-supported',
    ]);
    assert.equal((await patch({ 'if-match': answer.etag })).status, 204);
    assert.equal((await patch({})).status, 204, 'there is one ICE session only');
    assert.deepEqual(await problem(await patch({ 'if-match': answer.etag }, 'garbage')), [
      400,
      'stream.offer-invalid',
    ]);
    assert.equal((await whep(answer.location, session.token, { method: 'DELETE' })).status, 200);
    assert.deepEqual(
      await problem(await whep(answer.location, session.token, { method: 'DELETE' })),
      [404, 'stream.session-not-found'],
    );
    assert.equal(await harness.metric('vms_stream_viewers{transport="webrtc"'), 0);
  });

  test('offers beyond the rate are refused at once, and the service goes on', async () => {
    const session = await harness.session();
    const codes = new Map<number, number>();
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: 300 }, async () => {
        const headers = { 'content-type': 'application/sdp' };
        const response = await whep(session.whep_url, session.token, {
          method: 'POST',
          headers,
          body: 'v=0\r\n',
        });
        await response.text();
        codes.set(response.status, (codes.get(response.status) ?? 0) + 1);
      }),
    );
    // A burst, and what the time that the test took has added.
    const seconds = (performance.now() - startedAt) / 1000;
    const admitted = MAX_OFFERS_PER_SECOND * (1 + seconds);
    assert.ok((codes.get(422) ?? 0) <= admitted, JSON.stringify([...codes]));
    assert.ok((codes.get(429) ?? 0) > 0 || seconds > 5, JSON.stringify([...codes]));
    assert.equal((codes.get(429) ?? 0) + (codes.get(422) ?? 0), 300);
    assert.equal((await fetch(`${harness.url}/health`)).status, 200);
  });
});

test('a busy UDP port is a clear error at start', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await assert.rejects(holdUdpPort('127.0.0.1', port, systemClock), (error: Error) => {
    assert.equal((error as Error & { code: string }).code, 'stream.udp-port-in-use');
    assert.match(error.message, new RegExp(`UDP port ${port}.*stream\\.udpPort`));
    return true;
  });
  socket.close();
});

test('100 viewers that come and go leave nothing behind', async () => {
  const harness = await StreamHarness.start();
  const camera = new TestCamera(harness.hub);
  camera.play(20);
  const handles = () => readdirSync('/proc/self/fd').length;
  const threads = () => readdirSync('/proc/self/task').length;
  const cycle = async (): Promise<void> => {
    const { viewer, session, answer } = await harness.watch();
    await until(() => viewer.units.length > 0, 'a picture');
    const headers = { authorization: `Bearer ${session.token}` };
    await fetch(`${harness.url}${answer.location}`, { method: 'DELETE', headers });
    await fetch(`${harness.url}/stream/${session.session_id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${INTERNAL_TOKEN}` },
    });
    harness.leave(viewer);
  };
  try {
    for (let i = 0; i < WARM_UP_VIEWS; i++) await cycle();
    const before = { handles: handles(), threads: threads(), heap: await heapBytes() };
    for (let i = 0; i < VIEWS; i++) {
      await cycle();
      // What the test itself keeps.
      camera.published.length = 0;
    }
    await until(
      () => handles() <= before.handles + 4 && threads() <= before.threads + 1,
      'handles and threads to come back',
    );
    assert.equal(await harness.metric('vms_stream_sessions{'), 0);
    assert.equal(await harness.metric('vms_stream_viewers{transport="webrtc"'), 0);
    const perView = ((await heapBytes()) - before.heap) / VIEWS;
    assert.ok(perView <= MAX_HEAP_BYTES_PER_VIEW, `${Math.round(perView)} bytes a view`);
  } finally {
    camera.stop();
    await harness.stop();
  }
});
