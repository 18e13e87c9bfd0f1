import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_CAMERA_SEARCHES } from '../bounds.ts';
import { startApi, until } from '../testing/api-harness.ts';
import { parseSearchAddress } from './search-address.ts';

const FIND = '/api/v1/cameras/find';

test('streams are found by address, user name and password', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const body = { address: ' 192.0.2.7 ', username: 'admin', password: 'secret-1' };
  const { status, json, text } = await api.ask('POST', FIND, { body });
  assert.equal(status, 200, text);
  const { test: tested, ...stream } = json.streams[0];
  assert.deepEqual(
    [json.outcome, json.maker, json.tried, stream],
    [
      'found',
      { id: 'hikvision', name: 'Hikvision' },
      1,
      { role: 'main', url: 'rtsp://192.0.2.7/Streaming/Channels/101' },
    ],
  );
  assert.equal(tested.gopSeconds, 12);
  assert.equal(tested.tracks[0].profile, 'Main');
  const { delivery, silentSeconds } = tested.tracks[1];
  assert.deepEqual([delivery, silentSeconds], ['nothing-yet', 6]);
  assert.deepEqual(tested.browser, {
    webrtc: { ok: false, reason: 'stream.h265-not-playable' },
    mse: { ok: true },
  });
  const values = { seconds: 12, recommendedSeconds: 2 };
  assert.deepEqual(tested.advice, [{ code: 'video.gop-long', severity: 'warning', values }]);
  assert.ok(!text.includes('secret-1'));
  assert.deepEqual(api.fake.searched, [
    { host: '192.0.2.7', port: 0, tls: false, username: 'admin', password: 'secret-1' },
  ]);
});

test('an address that cannot be one is refused in words, and no more than MAX_CAMERA_SEARCHES run', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  for (const address of ['', 'ftp://192.0.2.7', '192.0.2.7:99999', 'a b', 'rtsp://', 'h:0']) {
    const answer = await api.ask('POST', FIND, { body: { address } });
    assert.equal(answer.status, 400, address);
    assert.equal(answer.json.errors[0].path, 'body.address', answer.text);
  }
  api.fake.hangs = true;
  const body = { address: '192.0.2.7' };
  for (let i = 0; i < MAX_CAMERA_SEARCHES; i++)
    void api.ask('POST', FIND, { body }).catch(() => {});
  await until(async () => (await api.ask('POST', FIND, { body })).status === 429);
});

test('what people type and paste as an address', () => {
  const cases: readonly (readonly [string, string, number, boolean])[] = [
    ['192.0.2.7', '192.0.2.7', 0, false],
    ['192.0.2.7:8554', '192.0.2.7', 8554, false],
    ['camera.lan', 'camera.lan', 0, false],
    ['2001:db8::7', '2001:db8::7', 0, false],
    ['[2001:db8::7]:8554', '2001:db8::7', 8554, false],
    ['rtsp://192.0.2.7/some/path?x=1', '192.0.2.7', 0, false],
    ['rtsps://192.0.2.7', '192.0.2.7', 0, true],
    ['http://192.0.2.7:8080/doc/page/login.asp', '192.0.2.7', 0, false],
    ['HTTPS://192.0.2.7/', '192.0.2.7', 0, false],
  ];
  for (const [typed, host, port, tls] of cases) {
    const { username, password, ...address } = parseSearchAddress(typed);
    assert.deepEqual(address, { host, port, tls }, typed);
    assert.deepEqual([username, password], [undefined, undefined]);
  }
  const { username, password } = parseSearchAddress('admin:s%40cret@192.0.2.7');
  assert.deepEqual([username, password], ['admin', 's@cret']);
});
