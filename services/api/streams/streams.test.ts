import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_VIEWER_ID_CHARACTERS } from '@vms/auth/media-token.ts';
import { startApi } from '../testing/api-harness.ts';

const streams = '/api/v1/streams';

test('a live view begins with addresses and what can be played, and ends', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const begun = await api.ask('POST', streams, { body: { camera_id: id, viewer_id: 'wall' } });
  assert.equal(begun.status, 201);
  assert.equal(begun.headers.get('location'), `${streams}/live_0`);
  assert.equal(begun.headers.get('cache-control'), 'no-store');
  assert.deepEqual(begun.json, {
    session_id: 'live_0',
    whep_url: `/whep/${id}`,
    mse_url: '/live/v1/a.token/mse',
    token: 'a.token',
    ice_servers: [{ urls: ['stun:192.0.2.1'] }],
    expires_at: '2026-01-01T00:01:00.000Z',
    stream: 'main',
    playable: {
      webrtc: { ok: false, reason: 'stream.b-frames', detail: 'It has B-frames.' },
      mse: { ok: true, codecs: 'avc1.64001f' },
    },
  });
  const body = { camera_id: id, viewer_id: 'x'.repeat(MAX_VIEWER_ID_CHARACTERS), stream: 'sub' };
  assert.equal((await api.ask('POST', streams, { body })).json.stream, 'sub');
  assert.deepEqual(
    [...api.fake.sessions.values()],
    [
      [id, 'wall', ''],
      [id, body.viewer_id, 'sub'],
    ],
  );
  assert.equal((await api.ask('DELETE', `${streams}/live_0`)).status, 204);
  const gone = await api.ask('DELETE', `${streams}/live_0`);
  assert.deepEqual([gone.status, gone.json.code], [404, 'stream.session-not-found']);
});

test('what is wrong in a request for a live view is named, and stream is not asked', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const fine = { camera_id: id, viewer_id: 'wall' };
  const wrong: [object, string][] = [
    [{ viewer_id: 'wall' }, 'body.camera_id'],
    [{ ...fine, camera_id: '../etc' }, 'body.camera_id'],
    [{ camera_id: id }, 'body.viewer_id'],
    [{ ...fine, viewer_id: '' }, 'body.viewer_id'],
    [{ ...fine, viewer_id: 'a\nb' }, 'body.viewer_id'],
    [{ ...fine, viewer_id: 'x'.repeat(MAX_VIEWER_ID_CHARACTERS + 1) }, 'body.viewer_id'],
    [{ ...fine, stream: 'third' }, 'body.stream'],
  ];
  for (const [body, path] of wrong) {
    const { status, json } = await api.ask('POST', streams, { body });
    assert.deepEqual([status, json.code, json.errors[0].path], [400, 'http.invalid-request', path]);
  }
  assert.equal(api.fake.sessions.size, 0);
});

test('an unknown camera is 404, a limit 409, what no browser plays 422 with its reason', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const begin = async (camera: string) => {
    const body = { camera_id: camera, viewer_id: 'wall' };
    const { status, json } = await api.ask('POST', streams, { body });
    return [status, json.code];
  };
  assert.deepEqual(await begin('cam_aaaaaaaaaaaaaaaa'), [404, 'camera.not-found']);
  for (const [code, status] of [
    ['stream.camera-not-found', 404],
    ['stream.limit-reached', 409],
    ['stream.h265-not-playable', 422],
    ['stream.b-frames', 422],
    ['stream.of-the-future', 502],
  ] as const) {
    api.fake.refusal = code;
    assert.deepEqual(await begin(id), [status, status === 502 ? 'rpc.failed' : code]);
  }
  await api.fake.close();
  assert.deepEqual(await begin(id), [503, 'rpc.unreachable']);
});

test('a snapshot is the JPEG of the stream service, or says why there is none', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const path = `/api/v1/cameras/${id}/snapshot.jpg`;
  const picture = await api.ask('GET', path);
  assert.equal(picture.status, 200);
  assert.equal(picture.headers.get('content-type'), 'image/jpeg');
  assert.equal(picture.headers.get('cache-control'), 'no-store');
  assert.equal(picture.headers.get('last-modified'), 'Thu, 01 Jan 2026 00:00:00 GMT');
  assert.ok(picture.text.endsWith(`${id} main`));
  assert.ok((await api.ask('GET', `${path}?stream=sub`)).text.endsWith(`${id} sub`));
  assert.equal((await api.ask('GET', `${path}?stream=x`)).json.code, 'http.invalid-request');
  const unknown = await api.ask('GET', path.replace(id, 'cam_aaaaaaaaaaaaaaaa'));
  assert.deepEqual([unknown.status, unknown.json.code], [404, 'camera.not-found']);
  api.fake.refusal = 'stream.snapshot-unavailable';
  const { status, headers, json } = await api.ask('GET', path);
  assert.deepEqual([status, json.code], [503, 'stream.snapshot-unavailable']);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(json.remedy, 'Ask again.');
});
