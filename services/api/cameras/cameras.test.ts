import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraPasswordAad, unseal } from '@vms/auth/seal.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import { DEMO_MAX_BYTES, MAX_CAMERAS, MAX_NAME_CHARACTERS, MIN_MAX_BYTES } from '../bounds.ts';
import { MASTER_KEY, startApi } from '../testing/api-harness.ts';
import { INTERNAL_TOKEN } from '../testing/fake-services.ts';

const cameras = '/api/v1/cameras';

test('a camera is added, read, changed, listed and deleted', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const added = await api.ask('POST', cameras, {
    body: { name: ' Front door ', url: 'rtsp://192.0.2.7/live' },
  });
  assert.equal(added.status, 201);
  const { id } = added.json;
  assert.equal(added.headers.get('location'), `${cameras}/${id}`);
  assert.deepEqual(added.json, {
    id,
    name: 'Front door',
    url: 'rtsp://192.0.2.7/live',
    subUrl: null,
    username: '',
    hasPassword: false,
    demo: false,
    enabled: true,
    retentionDays: 30,
    maxBytes: null,
    timeZone: 'America/Sao_Paulo',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    status: {
      state: 'unknown',
      since: null,
      detail: 'Ingest has not taken this camera up yet.',
      tracks: [],
      framesPerSecond: 0,
      bitsPerSecond: 0,
      sub: null,
    },
  });
  api.clock.advance(1000);
  const changed = await api.ask('PATCH', `${cameras}/${id}`, {
    body: { name: 'Back door', retentionDays: 7, maxBytes: MIN_MAX_BYTES, enabled: false },
  });
  assert.equal(changed.status, 200);
  assert.equal(changed.json.updatedAt, '2026-01-01T00:00:01.000Z');
  assert.equal(changed.json.status.state, 'disabled');
  const { json } = await api.ask('GET', `${cameras}/${id}`);
  assert.deepEqual([json.name, json.retentionDays, json.maxBytes], ['Back door', 7, MIN_MAX_BYTES]);
  assert.deepEqual((await api.ask('GET', cameras)).json, { cameras: [json], nextCursor: null });
  assert.equal((await api.ask('DELETE', `${cameras}/${id}`)).status, 204);
  for (const method of ['GET', 'DELETE', 'PATCH']) {
    const body = method === 'PATCH' ? { name: 'x' } : undefined;
    const gone = await api.ask(method, `${cameras}/${id}`, { body });
    assert.deepEqual([gone.status, gone.json.code], [404, 'camera.not-found']);
  }
  assert.deepEqual(api.fake.deleted, []);
});

test('a camera has the time zone that it was given, else that of the system', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id, timeZone } = await api.addCamera({ timeZone: 'europe/lisbon' });
  assert.equal(timeZone, 'Europe/Lisbon');
  const change = async (to: unknown) =>
    api.ask('PATCH', `${cameras}/${id}`, { body: { timeZone: to } });
  assert.equal((await change('America/Manaus')).json.timeZone, 'America/Manaus');
  assert.equal((await change(null)).json.timeZone, 'America/Sao_Paulo');
  for (const wrong of ['-03:00', 'Mars/Olympus', '', 3]) {
    const answer = await change(wrong);
    assert.deepEqual([answer.status, answer.json.errors[0].path], [400, 'body.timeZone']);
  }
});

test('a camera that is switched off from the start is never recorded by the way', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const off = await api.addCamera({ enabled: false });
  assert.deepEqual([off.enabled, off.status.state], [false, 'disabled']);
  const { enabled } = await api.addCamera({});
  assert.equal(enabled, true);
});

test('every change tells the bus a new revision, which the directory serves', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const revisions: string[] = [];
  api.bus.subscribe('camera.changed', ({ revision }) => revisions.push(revision));
  const directory = createRpcClient(CameraDirectoryService, {
    baseUrl: api.url,
    internalToken: INTERNAL_TOKEN,
  });
  assert.equal((await directory.listCameras({})).revision, '0');
  const { id } = await api.addCamera({ username: 'admin', password: 's3cret', maxBytes: 10 ** 12 });
  const { cameras: list, revision } = await directory.listCameras({});
  const [camera] = list;
  assert.equal(revision, '1');
  assert.ok(camera);
  assert.equal(camera.id, id);
  assert.equal(camera.maxBytes, 10n ** 12n);
  assert.equal(unseal(MASTER_KEY, camera.sealedPassword, cameraPasswordAad(id)), 's3cret');
  await api.ask('PATCH', `${cameras}/${id}`, { body: { enabled: false } });
  await api.ask('DELETE', `${cameras}/${id}`);
  await api.bus.flush();
  assert.deepEqual(revisions, ['1', '2', '3']);
  assert.deepEqual((await directory.listCameras({})).cameras, []);
  const stranger = createRpcClient(CameraDirectoryService, {
    baseUrl: api.url,
    internalToken: 'wrong',
  });
  await assert.rejects(stranger.listCameras({}), { code: 'rpc.failed' });
});

test('a bus that is closed does not keep a camera from being changed', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  await api.bus.close();
  await api.addCamera();
  assert.match(api.logs.join(''), /were not told that a camera changed/);
});

test('user name and password of the address are moved to their fields', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const camera = await api.addCamera({ url: 'rtsp://root:p%40ss@192.0.2.7/live' });
  assert.deepEqual(
    [camera.url, camera.username, camera.hasPassword],
    ['rtsp://192.0.2.7/live', 'root', true],
  );
  const other = await api.addCamera({
    url: 'rtsp://a:b@192.0.2.7/x',
    username: 'field',
    password: '',
  });
  assert.deepEqual([other.username, other.hasPassword], ['field', true]);
});

test('a saved password is kept, replaced, removed, and never follows to another host', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera({ username: 'u', password: 'one' });
  const tried = async () => {
    await api.ask('POST', `${cameras}/test`, { body: { camera_id: id } });
    return api.fake.tested.at(-1)?.password;
  };
  const change = (body: object) => api.ask('PATCH', `${cameras}/${id}`, { body });
  assert.equal((await change({ url: 'rtsp://192.0.2.7/other' })).status, 200);
  assert.equal(await tried(), 'one');
  const moved = await change({ url: 'rtsp://192.0.2.8/other' });
  assert.deepEqual([moved.status, moved.json.code], [400, 'camera.password-required']);
  assert.deepEqual(moved.json.errors, [
    {
      path: 'body.password',
      message: 'is needed again for another host',
      code: 'camera.password-required',
    },
  ]);
  assert.equal((await change({ url: 'rtsp://192.0.2.8/other', password: 'two' })).status, 200);
  assert.equal(await tried(), 'two');
  assert.equal((await change({ url: 'rtsp://u:three@192.0.2.9/' })).status, 200);
  assert.equal(await tried(), 'three');
  assert.equal((await change({ password: '' })).json.hasPassword, false);
  assert.equal(await tried(), '');
});

test('a test of a camera takes what is typed, and the saved password at its own host only', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera({ username: 'u', password: 'saved' });
  const probe = (body: object) => api.ask('POST', `${cameras}/test`, { body });
  const typed = await probe({ url: 'rtsp://a:b@192.0.2.1/x' });
  assert.deepEqual([typed.json.state, typed.json.elapsedMs], ['online', 12]);
  await probe({ url: 'rtsp://192.0.2.1/x', username: 'n', password: 'p' });
  await probe({ camera_id: id });
  await probe({ camera_id: id, url: 'rtsp://192.0.2.7/other' });
  assert.deepEqual(api.fake.tested, [
    { url: 'rtsp://192.0.2.1/x', username: 'a', password: 'b' },
    { url: 'rtsp://192.0.2.1/x', username: 'n', password: 'p' },
    { url: 'rtsp://192.0.2.7/live', username: 'u', password: 'saved' },
    { url: 'rtsp://192.0.2.7/other', username: 'u', password: 'saved' },
  ]);
  const elsewhere = await probe({ camera_id: id, url: 'rtsp://198.51.100.1/' });
  assert.equal(elsewhere.json.code, 'camera.password-required');
  assert.equal((await probe({})).json.code, 'http.invalid-request');
  assert.equal((await probe({ url: 'http://192.0.2.1/' })).json.code, 'camera.url-invalid');
  api.fake.fails = true;
  const failed = await probe({ camera_id: id });
  assert.deepEqual([failed.status, failed.json.code], [502, 'rpc.failed']);
});

test('a sub stream has an address of its own and the password of its camera', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const directory = createRpcClient(CameraDirectoryService, {
    baseUrl: api.url,
    internalToken: INTERNAL_TOKEN,
  });
  const told = async () => (await directory.listCameras({})).cameras[0]?.subUrl;
  const subUrl = 'rtsp://192.0.2.7/small';
  const camera = await api.addCamera({ subUrl: 'rtsp://u:one@192.0.2.7/small' });
  assert.deepEqual([camera.subUrl, camera.username, camera.hasPassword], [subUrl, 'u', true]);
  assert.equal(await told(), subUrl);
  const change = (body: object) => api.ask('PATCH', `${cameras}/${camera.id}`, { body });
  assert.equal((await change({ name: 'same' })).json.subUrl, subUrl);

  const probe = (body: object) => api.ask('POST', `${cameras}/test`, { body });
  await probe({ camera_id: camera.id, stream: 'sub' });
  assert.deepEqual(api.fake.tested, [{ url: subUrl, username: 'u', password: 'one' }]);

  const elsewhere = await change({ subUrl: 'rtsp://198.51.100.1/small' });
  assert.equal(elsewhere.json.code, 'camera.password-required');
  const wrong = await change({ subUrl: 'http://192.0.2.7/' });
  assert.deepEqual(
    [wrong.json.code, wrong.json.errors[0].path],
    ['camera.url-invalid', 'body.subUrl'],
  );
  const same = await change({ subUrl: camera.url });
  assert.match(same.json.detail, /sub stream .* same address/);
  assert.equal((await change({ url: subUrl })).json.errors[0].path, 'body.url');
  assert.equal(await told(), subUrl);

  api.fake.states.set(camera.id, 'online');
  api.clock.advance(60_000);
  const { status } = (await api.ask('GET', `${cameras}/${camera.id}`)).json;
  assert.deepEqual([status.state, status.sub.state], ['online', 'not-found']);

  assert.equal((await change({ subUrl: null })).json.subUrl, null);
  assert.equal(await told(), '');
  const none = await probe({ camera_id: camera.id, stream: 'sub' });
  assert.deepEqual([none.status, none.json.code], [409, 'camera.no-sub-stream']);
});

test('what is wrong in a body is named, and nothing is stored', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const fine = { name: 'a', url: 'rtsp://h/' };
  const wrong: [object, string][] = [
    [{ ...fine, name: '' }, 'body.name'],
    [{ ...fine, name: 'x'.repeat(MAX_NAME_CHARACTERS + 1) }, 'body.name'],
    [{ ...fine, name: 'a\u0000b' }, 'body.name'],
    [{ ...fine, url: 5 }, 'body.url'],
    [{ ...fine, username: 'x'.repeat(257) }, 'body.username'],
    [{ ...fine, password: 'a\nb' }, 'body.password'],
    [{ ...fine, retentionDays: 0 }, 'body.retentionDays'],
    [{ ...fine, retentionDays: 1.5 }, 'body.retentionDays'],
    [{ ...fine, maxBytes: 1 }, 'body.maxBytes'],
    [{ ...fine, demo: true }, 'body'],
    [{ ...fine, id: 'cam_aaaaaaaaaaaaaaaa' }, 'body'],
  ];
  for (const [body, path] of wrong) {
    const { status, json } = await api.ask('POST', cameras, { body });
    assert.deepEqual([status, json.code, json.errors[0].path], [400, 'http.invalid-request', path]);
  }
  const { json } = await api.ask('GET', `${cameras}/..%2F..%2Fetc`);
  assert.equal(json.code, 'http.invalid-request');
  assert.deepEqual((await api.ask('GET', cameras)).json.cameras, []);
});

test('pages are bounded, in order, and survive changes in between', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  for (const name of ['b', 'A', 'c', 'a', 'B']) await api.addCamera({ name });
  const names: string[] = [];
  let path = `${cameras}?limit=2`;
  for (let pages = 0; pages < 3; pages++) {
    const { json } = await api.ask('GET', path);
    names.push(...json.cameras.map((camera: { name: string }) => camera.name));
    if (pages === 0) await api.ask('DELETE', `${cameras}/${json.cameras[1].id}`);
    path = `${cameras}?limit=2&cursor=${json.nextCursor}`;
    if (pages === 2) assert.equal(json.nextCursor, null);
  }
  assert.deepEqual(
    names.map((name) => name.toLowerCase()),
    ['a', 'a', 'b', 'b', 'c'],
  );
  for (const query of ['limit=0', 'limit=501', 'limit=x', 'cursor=abc', 'cursor=%00']) {
    assert.equal((await api.ask('GET', `${cameras}?${query}`)).json.code, 'http.invalid-request');
  }
});

test('there is a largest number of cameras', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const add = (i: number) =>
    api.ask('POST', cameras, { body: { name: `c${i}`, url: `rtsp://192.0.2.1/${i}` } });
  for (let i = 0; i < MAX_CAMERAS; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => add(i + j)));
  }
  const refused = await add(MAX_CAMERAS);
  assert.deepEqual([refused.status, refused.json.code], [409, 'camera.limit-reached']);
  const { json } = await api.ask('GET', `${cameras}?limit=500`);
  assert.equal(json.cameras.length, MAX_CAMERAS);
});

test('states come from ingest; where it is silent or away the list still comes, in time', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const status = async () => {
    api.clock.advance(60_000);
    return (await api.ask('GET', `${cameras}/${id}`)).json.status;
  };
  api.fake.states.set(id, 'online');
  assert.deepEqual(await status(), {
    state: 'online',
    since: '2026-01-01T00:00:00.000Z',
    detail: 'As the fake says.',
    tracks: [{ kind: 'video', codec: 'h264', supported: true, width: 1280, height: 720 }],
    framesPerSecond: 25,
    bitsPerSecond: 2_000_000,
    sub: null,
  });
  api.fake.states.set(id, 'of-the-future');
  assert.equal((await status()).state, 'unknown');
  api.fake.hangs = true;
  const began = performance.now();
  assert.equal((await status()).state, 'unknown');
  assert.ok(performance.now() - began < 4_000);
  await api.fake.close();
  assert.equal((await status()).detail, 'Ingest does not answer right now.');
});

test('the demo camera comes with a new database, follows its simulator, and never returns', async (t) => {
  const first = await startApi(t, { config: { demo: { url: 'rtsp://127.0.0.1:5001/demo' } } });
  await first.signIn();
  const [demo] = (await first.ask('GET', cameras)).json.cameras;
  assert.deepEqual(
    [demo.name, demo.demo, demo.url, demo.maxBytes],
    ['Demo', true, 'rtsp://127.0.0.1:5001/demo', DEMO_MAX_BYTES],
  );
  const locked = await first.ask('PATCH', `${cameras}/${demo.id}`, { body: { url: 'rtsp://h/' } });
  assert.equal(locked.json.code, 'camera.demo-locked');
  const subLocked = await first.ask('PATCH', `${cameras}/${demo.id}`, {
    body: { subUrl: 'rtsp://127.0.0.1:22/' },
  });
  assert.equal(subLocked.json.code, 'camera.demo-locked');
  const renamed = await first.ask('PATCH', `${cameras}/${demo.id}`, { body: { name: 'Mine' } });
  assert.equal(renamed.status, 200);
  await first.api.stop();
  const moved = { config: { demo: { url: 'rtsp://127.0.0.1:5002/demo' } }, again: first };
  const second = await startApi(t, moved);
  await second.signIn();
  const [again] = (await second.ask('GET', cameras)).json.cameras;
  assert.deepEqual([again.name, again.url], ['Mine', 'rtsp://127.0.0.1:5002/demo']);
  await second.ask('DELETE', `${cameras}/${demo.id}?recordings=keep`);
  await second.api.stop();
  assert.deepEqual(second.fake.deleted, [demo.id]);
  const third = await startApi(t, moved);
  await third.signIn();
  assert.deepEqual((await third.ask('GET', cameras)).json.cameras, []);
});

test('a database that began without demo camera never gets one', async (t) => {
  const first = await startApi(t);
  await first.api.stop();
  const second = await startApi(t, {
    config: { demo: { url: 'rtsp://127.0.0.1:5001/demo' } },
    again: first,
  });
  await second.signIn();
  assert.deepEqual((await second.ask('GET', cameras)).json.cameras, []);
});
