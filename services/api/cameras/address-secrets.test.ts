import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unsealCameraSecrets } from '@vms/auth/camera-secrets.ts';
import { fillAddress } from '@vms/common/address-secrets.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import { type ApiHarness, MASTER_KEY, startApi } from '../testing/api-harness.ts';
import { INTERNAL_TOKEN } from '../testing/fake-services.ts';

const cameras = '/api/v1/cameras';

/** The addresses as they go to the camera, as ingest puts them together. */
async function sent(api: ApiHarness, id: string): Promise<string[]> {
  const directory = createRpcClient(CameraDirectoryService, {
    baseUrl: api.url,
    internalToken: INTERNAL_TOKEN,
  });
  const camera = (await directory.listCameras({})).cameras.find((each) => each.id === id);
  assert.ok(camera);
  const secrets = unsealCameraSecrets(MASTER_KEY, id, camera.sealedPassword);
  const credentials = { username: camera.username, ...secrets };
  return [camera.url, camera.subUrl].map((url) => fillAddress(url, credentials));
}

const XIONGMAI = 'rtsp://192.0.2.7/user=admin_password=tl1_channel=1_stream=0.sdp';

test('a password in path or query is sealed, and the camera is still asked as it was typed', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const camera = await api.addCamera({ url: XIONGMAI, subUrl: XIONGMAI.replace('m=0', 'm=1') });
  assert.deepEqual(
    [camera.url, camera.subUrl, camera.username, camera.hasPassword],
    [
      'rtsp://192.0.2.7/user=$USERNAME_password=$PASSWORD_channel=1_stream=0.sdp',
      'rtsp://192.0.2.7/user=$USERNAME_password=$PASSWORD_channel=1_stream=1.sdp',
      'admin',
      true,
    ],
  );
  assert.deepEqual(await sent(api, camera.id), [XIONGMAI, XIONGMAI.replace('m=0', 'm=1')]);
  // The page gives the address back as it got it, and a new password takes the place of the old one.
  const body = { url: camera.url, subUrl: camera.subUrl, password: 'n w' };
  await api.ask('PATCH', `${cameras}/${camera.id}`, { body });
  assert.match((await sent(api, camera.id))[0] ?? '', /password=n%20w_channel/);
});

test('secrets of both addresses are kept apart, follow their address, and go with it', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const main = 'rtsp://192.0.2.7/main?token=tok-1';
  const sub = 'rtsp://192.0.2.7/sub?token=tok-2&pwd=other';
  const added = await api.addCamera({ url: main, subUrl: sub, username: 'u', password: 'pass-1' });
  assert.deepEqual(
    [added.url, added.subUrl],
    ['rtsp://192.0.2.7/main?token=$SECRET1', 'rtsp://192.0.2.7/sub?token=$SECRET2&pwd=$SECRET3'],
  );
  const change = (body: object) => api.ask('PATCH', `${cameras}/${added.id}`, { body });
  const next = 'rtsp://192.0.2.7/main?token=tok-3';
  const { json } = await change({ url: next, password: 'pass-2' });
  assert.equal(json.url, 'rtsp://192.0.2.7/main?token=$SECRET1');
  assert.equal(json.subUrl, 'rtsp://192.0.2.7/sub?token=$SECRET2&pwd=$SECRET3');
  assert.deepEqual(await sent(api, added.id), [next, sub]);
  await change({ name: 'Other' });
  assert.deepEqual(await sent(api, added.id), [next, sub]);
  const without = await change({ subUrl: null, url: 'rtsp://192.0.2.7/main' });
  assert.deepEqual([without.json.url, without.json.subUrl], ['rtsp://192.0.2.7/main', null]);
  const only = await api.addCamera({ url: main });
  assert.equal(only.hasPassword, false, 'a token is not a password to be shown as one');
});

test('main and sub stream with the same token are the same address', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const url = 'rtsp://192.0.2.7/live?token=tok-1';
  const twice = { name: 'a', url, subUrl: url };
  const { status, json } = await api.ask('POST', cameras, { body: twice });
  assert.deepEqual([status, json.errors[0].code], [400, 'address.same-twice']);
});

test('sealed secrets are not sent to another host', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id, url } = await api.addCamera({ url: 'rtsp://192.0.2.7/?token=tok-1&pwd=pass-1' });
  assert.equal(url, 'rtsp://192.0.2.7/?token=$SECRET1&pwd=$PASSWORD');
  for (const body of [
    { url: 'rtsp://192.0.2.8/$PASSWORD' },
    { url: 'rtsp://192.0.2.8/$SECRET1', password: 'mine' },
    { subUrl: 'rtsp://192.0.2.8/$SECRET1', password: 'mine' },
  ]) {
    const answer = await api.ask('PATCH', `${cameras}/${id}`, { body });
    assert.deepEqual([answer.status, answer.json.code], [400, 'camera.password-required']);
    if (!('url' in body)) continue;
    const tried = await api.ask('POST', `${cameras}/test`, { body: { ...body, camera_id: id } });
    assert.deepEqual([tried.status, tried.json.code], [400, 'camera.password-required']);
  }
  assert.deepEqual(api.fake.tested, []);
});

test('a secret of one address does not follow the other to a host of its own', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera({ url: 'rtsp://192.0.2.7/?token=tok-1' });
  const change = (body: object) => api.ask('PATCH', `${cameras}/${id}`, { body });
  assert.equal((await change({ subUrl: 'rtsp://192.0.2.8/', password: 'mine' })).status, 200);
  const body = { url: 'rtsp://192.0.2.8/a?$SECRET1' };
  for (const answer of [
    await change(body),
    await api.ask('POST', `${cameras}/test`, { body: { ...body, camera_id: id } }),
  ]) {
    assert.deepEqual([answer.status, answer.json.code], [400, 'camera.password-required']);
  }
  assert.deepEqual(api.fake.tested, []);
  assert.equal((await change({ url: 'rtsp://192.0.2.7/b?token=$SECRET1' })).status, 200);
  assert.equal((await sent(api, id))[0], 'rtsp://192.0.2.7/b?token=tok-1');
});

test('changes of both addresses at the same time keep the secrets of both', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera({ url: 'rtsp://192.0.2.7/' });
  for (let i = 0; i < 10; i++) {
    const main = `rtsp://192.0.2.7/main?token=main-${i}`;
    const sub = `rtsp://192.0.2.7/sub?token=sub-${i}`;
    await Promise.all(
      [{ url: main }, { subUrl: sub }].map((body) =>
        api.ask('PATCH', `${cameras}/${id}`, { body }),
      ),
    );
    assert.deepEqual(await sent(api, id), [main, sub]);
  }
});

test('a test gets the address with names, and what they stand for beside it', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera({ url: 'rtsp://192.0.2.7/?token=tok-1' });
  await api.ask('POST', `${cameras}/test`, { body: { camera_id: id } });
  await api.ask('POST', `${cameras}/test`, {
    body: { camera_id: id, url: 'rtsp://192.0.2.7/?a=$SECRET1&token=tok-2&pwd=pass-2' },
  });
  assert.deepEqual(
    api.fake.tested.map(({ url, password, addressSecrets }) => [url, password, addressSecrets]),
    [
      ['rtsp://192.0.2.7/?token=$SECRET1', '', ['tok-1']],
      ['rtsp://192.0.2.7/?a=$SECRET1&token=$SECRET2&pwd=$PASSWORD', 'pass-2', ['tok-1', 'tok-2']],
    ],
  );
});

test('the saved password is found in a new address where no key names it', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera({ username: 'jo', password: 'pass-1' });
  const { json } = await api.ask('PATCH', `${cameras}/${id}`, {
    body: { url: 'rtsp://192.0.2.7/jo/pass-1/ch1' },
  });
  assert.equal(json.url, 'rtsp://192.0.2.7/jo/$PASSWORD/ch1');
});

test('an address that another camera has is reported and accepted; two channels of a recorder are not reported', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const first = await api.addCamera({ name: 'First', url: 'rtsp://192.0.2.7/1?pwd=a' });
  assert.equal(first.sameAddressAs, undefined);
  const second = await api.addCamera({ name: 'Second', url: 'rtsp://u:p@192.0.2.7:554/1?pwd=b' });
  assert.deepEqual(second.sameAddressAs, [{ id: first.id, name: 'First' }]);
  const channel = await api.addCamera({ url: 'rtsp://192.0.2.7/2' });
  assert.equal(channel.sameAddressAs, undefined);
  const body = { url: 'rtsp://192.0.2.7/2' };
  const changed = await api.ask('PATCH', `${cameras}/${first.id}`, {
    body: { ...body, password: 'c' },
  });
  assert.deepEqual(changed.json.sameAddressAs, [{ id: channel.id, name: 'Door' }]);
});
