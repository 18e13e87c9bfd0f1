import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyMediaToken } from '@vms/auth/media-token.ts';
import { DOWNLOAD_TOKEN_MS, MAX_PLAYBACK_MS, MAX_TIMELINE_MS } from '../bounds.ts';
import { type ApiHarness, MEDIA_KEY, startApi } from '../testing/api-harness.ts';

const camera = 'cam_aaaaaaaaaaaaaaaa';
const recordings = `/api/v1/recordings/${camera}`;
const noon = Date.UTC(2025, 5, 1, 12);
const hour = 3600_000;
const iso = (epochMs: number) => new Date(epochMs).toISOString();

function record(api: ApiHarness, count: number): void {
  for (let i = 0; i < count; i++) {
    const startEpochMs = noon + i * hour;
    const endEpochMs = startEpochMs + hour / 2;
    api.fake.runs.push({ id: `run_${i}`, cameraId: camera, startEpochMs, endEpochMs });
  }
}

test('recordings are listed by pages and read one by one', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  record(api, 3);
  const first = await api.ask('GET', `${recordings}?limit=2&from=2025-06-01T14:00:00%2B02:00`);
  assert.equal(first.status, 200);
  assert.deepEqual(first.json.recordings[0], {
    id: 'run_0',
    cameraId: camera,
    stream: 'main',
    start: '2025-06-01T12:00:00.000Z',
    end: '2025-06-01T12:30:00.000Z',
    durationMs: 1_800_000,
    open: false,
    bytes: 1000,
    videoCodec: 'h264',
    audioCodec: null,
    width: 1280,
    height: 720,
  });
  const second = await api.ask('GET', `${recordings}?limit=2&cursor=${first.json.nextCursor}`);
  assert.deepEqual([second.json.recordings.length, second.json.nextCursor], [1, null]);
  assert.deepEqual((await api.ask('GET', `${recordings}/run_0`)).json, first.json.recordings[0]);
  const missing = await api.ask('GET', `${recordings}/run_9`);
  assert.deepEqual([missing.status, missing.json.code], [404, 'recording.not-found']);
});

test('a recording of another camera is not found under this one', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  record(api, 1);
  for (const path of ['run_0', 'run_0/file']) {
    const foreign = await api.ask('GET', `/api/v1/recordings/cam_bbbbbbbbbbbbbbbb/${path}`);
    assert.equal(foreign.json.code, 'recording.not-found');
  }
});

test('a download leads to a signed address of exactly this recording', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  record(api, 1);
  const answer = await api.ask('GET', `${recordings}/run_0/file`);
  assert.equal(answer.status, 307);
  const location = answer.headers.get('location') ?? '';
  const [, token = ''] = /^\/media\/v1\/([^/]+)\/recording\.mkv$/.exec(location) ?? [];
  const grant = verifyMediaToken(MEDIA_KEY, token, api.clock.now());
  assert.deepEqual([grant.camera, grant.action, grant.run], [camera, 'download', 'run_0']);
  assert.equal(grant.expiresAt, api.clock.now() + DOWNLOAD_TOKEN_MS);
  assert.ok(!api.logs.join('').includes(token));
});

test('a playback is a signed playlist of exactly this range', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  record(api, 1);
  const body = { from: iso(noon), to: iso(noon + hour) };
  const { status, json } = await api.ask('POST', `${recordings}/playback`, { body });
  assert.equal(status, 200);
  const [, token = ''] = /^\/media\/v1\/([^/]+)\/index\.m3u8$/.exec(json.url) ?? [];
  const grant = verifyMediaToken(MEDIA_KEY, token, api.clock.now());
  assert.deepEqual(grant, {
    camera,
    action: 'play',
    run: undefined,
    from: noon,
    to: noon + hour,
    expiresAt: Date.parse(json.expiresAt),
    grant: grant.grant,
    user: grant.user,
    position: grant.position,
  });
  assert.match(grant.grant, /^ses_[0-9a-f]{32}$/);
  assert.match(grant.user, /^user_/);
  assert.ok(!api.cookie.includes(grant.grant.slice('ses_'.length)));
  assert.deepEqual([json.from, json.to], [body.from, body.to]);
  const empty = { from: iso(noon - hour), to: iso(noon) };
  const nothing = await api.ask('POST', `${recordings}/playback`, { body: empty });
  assert.deepEqual([nothing.status, nothing.json.code], [404, 'recording.nothing-in-range']);
});

test('a time line shows spans', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  record(api, 2);
  const range = `from=${iso(noon)}&to=${iso(noon + 24 * hour)}&resolutionMs=1000`;
  const { json } = await api.ask('GET', `${recordings}/timeline?${range}`);
  assert.deepEqual(json.spans, [
    { start: iso(noon), end: iso(noon + hour / 2) },
    { start: iso(noon + hour), end: iso(noon + 1.5 * hour) },
  ]);
});

test('ranges are checked: order, length, zone', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  record(api, 1);
  const play = async (from: string, to: string) =>
    (await api.ask('POST', `${recordings}/playback`, { body: { from, to } })).json.code;
  assert.equal(await play(iso(noon), iso(noon)), 'recording.range-invalid');
  assert.equal(await play(iso(noon), iso(noon + MAX_PLAYBACK_MS + 1)), 'recording.range-invalid');
  assert.equal(await play(iso(noon), iso(noon + MAX_PLAYBACK_MS)), undefined);
  assert.equal(await play('2025-06-01T12:00:00', iso(noon)), 'http.invalid-request');
  assert.equal(await play('yesterday', iso(noon)), 'http.invalid-request');
  const line = async (query: string) =>
    (await api.ask('GET', `${recordings}/timeline?${query}`)).json.code;
  assert.equal(await line(`from=${iso(noon)}`), 'http.invalid-request');
  const long = `from=${iso(noon)}&to=${iso(noon + MAX_TIMELINE_MS + 1)}`;
  assert.equal(await line(long), 'recording.range-invalid');
  const list = async (query: string) => (await api.ask('GET', `${recordings}?${query}`)).json.code;
  assert.equal(await list(`from=${iso(noon)}&to=${iso(noon - 1)}`), 'recording.range-invalid');
  assert.equal(await list('limit=501'), 'http.invalid-request');
  assert.equal(await list(`cursor=${'x'.repeat(513)}`), 'http.invalid-request');
  assert.equal(await list('cursor=../x'), 'http.invalid-request');
});

test('without storage the answer is plain, and the rest goes on', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  api.fake.hangs = true;
  const silent = await api.ask('GET', recordings);
  assert.deepEqual([silent.status, silent.json.code], [504, 'rpc.timeout']);
  await api.fake.close();
  const away = await api.ask('GET', recordings);
  assert.deepEqual([away.status, away.json.code], [503, 'rpc.unreachable']);
  assert.equal((await api.ask('GET', '/api/v1/cameras')).status, 200);
});
