import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as askHttp, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, type TestContext, test } from 'node:test';
import { signLiveToken } from '@vms/auth/media-token.ts';
import { INTERNAL_ORIGIN } from '@vms/auth/revocation-list.ts';
import { systemClock } from '@vms/common/clock.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { StreamService } from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import { WebSocket } from 'ws';
import {
  INTERNAL_TOKEN,
  MEDIA_KEY,
  type SessionBody,
  StreamHarness,
  until,
} from './testing/stream-harness.ts';
import { CAMERA, TestCamera } from './testing/test-camera.ts';
import { TestViewer } from './testing/test-viewer.ts';

/** Milliseconds within which views end, also where the event was lost. */
const END_MS = 5_000;

let harness: StreamHarness;
let camera: TestCamera;

beforeEach(() => begin());
afterEach(() => end());

async function begin(folder?: string): Promise<void> {
  harness = await StreamHarness.start({}, folder);
  camera = new TestCamera(harness.hub);
  camera.play(20);
}

function end(): Promise<void> {
  camera.stop();
  return harness.stop();
}

function rpc() {
  const options = { baseUrl: harness.url, internalToken: INTERNAL_TOKEN };
  return createRpcClient(StreamService, options);
}

/** A live view that this grant began, as the API asks for it. */
async function sessionOf(grantId: string): Promise<SessionBody> {
  const origin = { grantId, userId: 'user_a', position: 1 };
  const made = await rpc().createSession({ cameraId: CAMERA, viewerId: 'test', origin });
  const { mseUrl, sessionId, token, whepUrl } = made;
  return {
    ...{ session_id: sessionId, token, whep_url: whepUrl, mse_url: mseUrl, stream: 'main' },
    ...{ expires_at: '', playable: {} as SessionBody['playable'] },
  };
}

/** A WebSocket that is being sent to. */
async function watchByMse({ mse_url }: SessionBody): Promise<WebSocket> {
  const socket = new WebSocket(harness.url.replace('http', 'ws') + mse_url);
  await once(socket, 'message');
  return socket;
}

/** A WebSocket whose page neither reads nor answers; it notices that its connection is reset. */
async function openDeaf(t: TestContext, path: string): Promise<Socket> {
  const { host, hostname, port } = new URL(harness.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\n${key}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString('latin1'), /^HTTP\/1\.1 101 /);
  socket.pause();
  // Writing nothing fails where the connection was reset.
  const probe = setInterval(() => socket.write(''), 100);
  socket.once('close', () => clearInterval(probe));
  t.after(() => socket.destroy());
  return socket;
}

async function watchByWebrtc(t: TestContext, session: SessionBody): Promise<void> {
  const viewer = new TestViewer();
  t.after(() => viewer.close());
  const answer = await harness.whep(session, await viewer.offer());
  assert.equal(answer.status, 201, answer.body);
  viewer.accept(answer.body);
  await until(() => viewer.units.length > 0, 'a picture');
}

const viewers = (transport: string) =>
  harness.metric(`vms_stream_viewers{transport="${transport}"`);

async function refused(session: SessionBody): Promise<void> {
  const viewer = new TestViewer();
  const answer = await harness.whep(session, await viewer.offer());
  viewer.close();
  assert.equal(answer.status, 403);
  assert.match(answer.body, /auth\.media-token-revoked/);
  const socket = new WebSocket(harness.url.replace('http', 'ws') + session.mse_url);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  assert.equal(response.statusCode, 403);
}

test('a live view of nobody, which nothing would end, is refused', async () => {
  await assert.rejects(rpc().createSession({ cameraId: CAMERA, viewerId: 'test' }), /origin/);
});

test('views by WebRTC and MSE end when their grant does, and nobody else’s', async (t) => {
  const [byWebrtc, byMse] = [await sessionOf('ses_a'), await sessionOf('ses_a')];
  const ofOther = await sessionOf('ses_b');
  await watchByWebrtc(t, byWebrtc);
  const socket = await watchByMse(byMse);
  const other = await watchByMse(ofOther);
  harness.feed.revoke({ grant: 'ses_a' });
  harness.bus.publish('grant.revoked', { position: 2 });
  const [code, reason] = await once(socket, 'close');
  assert.deepEqual([code, String(reason)], [4403, 'auth.media-token-revoked']);
  await until(async () => (await viewers('webrtc')) === 0, 'the end of the view by WebRTC');
  await refused(byWebrtc);
  await refused(byMse);
  await assert.rejects(sessionOf('ses_a'), { code: 'auth.media-token-revoked' });
  await once(other, 'message');
  other.terminate();
});

test('where the event is lost, views end all the same within 5 s', async () => {
  const socket = await watchByMse(await sessionOf('ses_a'));
  const revokedAt = performance.now();
  harness.feed.revoke({ grant: 'ses_a' });
  await once(socket, 'close');
  assert.ok(performance.now() - revokedAt < END_MS);
});

test('a view by MSE that neither reads nor answers ends within 5 s as well', async (t) => {
  const socket = await openDeaf(t, (await sessionOf('ses_a')).mse_url);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await until(async () => (await viewers('mse')) === 1, 'the viewer');
  const revokedAt = performance.now();
  harness.feed.revoke({ grant: 'ses_a' });
  harness.bus.publish('grant.revoked', { position: 2 });
  await closed;
  assert.ok(performance.now() - revokedAt < END_MS);
});

test('a WebSocket that does not answer the close frame does not keep the service from stopping', async (t) => {
  // A view that cannot be served: its WebSocket is closed, and no viewer watches over it.
  harness.failsToSubscribe = true;
  const expiresAt = Math.round(systemClock.now()) + 60_000;
  const grant = { action: 'live', camera: CAMERA, stream: 'main', viewer: 'test' } as const;
  const live = { ...grant, ...INTERNAL_ORIGIN, session: 'live_test', expiresAt };
  await openDeaf(t, `/live/v1/${signLiveToken(MEDIA_KEY, live)}/mse`);
  const stoppedAt = performance.now();
  await harness.stop();
  assert.ok(performance.now() - stoppedAt < END_MS);
});

test('a grant that ends between head and body of an offer begins no view', async (t) => {
  const viewer = new TestViewer();
  t.after(() => viewer.close());
  const session = await sessionOf('ses_a');
  const watched = await watchByMse(await sessionOf('ses_a'));
  const offer = await viewer.offer();
  const asked = askHttp(harness.url + session.whep_url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${session.token}`,
      'content-type': 'application/sdp',
      'content-length': Buffer.byteLength(offer),
      expect: '100-continue',
    },
  });
  asked.flushHeaders();
  // Its head was let in.
  await once(asked, 'continue');
  harness.feed.revoke({ grant: 'ses_a' });
  harness.bus.publish('grant.revoked', { position: 2 });
  await once(watched, 'close');
  asked.end(offer);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of answer) body += part;
  assert.equal(answer.statusCode, 403, body);
  assert.match(body, /auth\.media-token-revoked/);
});

test('while the API is unavailable views go on, tokens are good, and what was revoked stays so', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vms-stream-'));
  t.after(() => rm(folder, { recursive: true }));
  await end();
  await begin(folder);
  const gone = await sessionOf('ses_gone');
  const good = await sessionOf('ses_good');
  const goneSocket = await watchByMse(gone);
  harness.feed.revoke({ grant: 'ses_gone' });
  harness.bus.publish('grant.revoked', { position: 2 });
  await once(goneSocket, 'close');
  harness.feed.up = false;
  const asked = harness.feed.asked.length;
  harness.bus.publish('grant.revoked', { position: 3 });
  await until(() => harness.feed.asked.length > asked, 'a question in vain');
  const socket = await watchByMse(good);
  await once(socket, 'message');
  socket.terminate();
  const health = (await (await fetch(`${harness.url}/health`)).json()) as { status: string };
  assert.equal(health.status, 'degraded');
  await end();

  await begin(folder);
  harness.feed.up = false;
  await refused(gone);
  (await watchByMse(good)).terminate();
});

test('only the grant that began a view ends it', async () => {
  const { session_id: sessionId } = await sessionOf('ses_a');
  assert.equal((await rpc().endSession({ sessionId, grantId: 'ses_b' })).ended, false);
  assert.equal((await rpc().endSession({ sessionId, grantId: 'ses_a' })).ended, true);
});

test('the address of another’s WHEP resource does not exist', async (t) => {
  const viewer = new TestViewer();
  t.after(() => viewer.close());
  const session = await sessionOf('ses_a');
  const answer = await harness.whep(session, await viewer.offer());
  const { token } = await sessionOf('ses_b');
  for (const method of ['DELETE', 'PATCH']) {
    const response = await fetch(harness.url + answer.location, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'PATCH' && {
          'content-type': 'application/trickle-ice-sdpfrag',
          'if-match': answer.etag,
        }),
      },
      ...(method === 'PATCH' && { body: 'a=ice-ufrag:abcd\r\n' }),
    });
    const { code } = (await response.json()) as { code: string };
    assert.deepEqual([response.status, code], [404, 'stream.session-not-found'], method);
  }
});
