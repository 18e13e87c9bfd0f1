import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type MediaGrant, verifyMediaToken } from '@vms/auth/media-token.ts';
import { REVOCATION_LIFE_MS, type Revocable, RevocationList } from '@vms/auth/revocation-list.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { readRevocationsOf } from '@vms/http/revocation-client.ts';
import { openApiDatabase } from '../database/open-database.ts';
import { MAX_SESSIONS_PER_USER, SESSION_IDLE_MS, SESSION_SWEEP_MS } from '../sessions/bounds.ts';
import { resetPasswordInDatabase } from '../sessions/reset-password.ts';
import {
  type ApiHarness,
  firstPassword,
  MEDIA_KEY,
  startApi,
  until,
} from '../testing/api-harness.ts';
import { INTERNAL_TOKEN } from '../testing/fake-services.ts';
import { type Ended, GrantRevocations, MAX_REVOCATIONS_READ } from './grant-revocations.ts';
import { whileGranted } from './while-granted.ts';

const camera = 'cam_aaaaaaaaaaaaaaaa' as CameraId;
const STRONG = 'walnut orbit cable 42';

/** The grant of an address of recorded media that is asked for now. */
async function playbackGrant(
  api: ApiHarness,
  headers: Record<string, string> = {},
): Promise<MediaGrant> {
  const start = Date.UTC(2026, 0, 5, 12);
  api.fake.runs.push({ id: 'run_0', cameraId: camera, startEpochMs: start, endEpochMs: start + 1 });
  const body = { from: new Date(start).toISOString(), to: new Date(start + 60_000).toISOString() };
  const answer = await api.ask('POST', `/api/v1/recordings/${camera}/playback`, { body, headers });
  assert.equal(answer.status, 200, answer.text);
  const [, , , token = ''] = String(answer.json.url).split('/');
  return verifyMediaToken(MEDIA_KEY, token, api.clock.now());
}

/** As stream and storage ask: whether the feed names a token. */
async function isRevoked(api: ApiHarness, token: Revocable): Promise<boolean> {
  const list = new RevocationList();
  const { revocations } = await readRevocationsOf(api.url, INTERNAL_TOKEN)(0);
  for (const revocation of revocations) list.add(revocation);
  return list.isRevoked(token);
}

test('signing out revokes what the session made, and wakes who reads', async (t) => {
  const api = await startApi(t);
  const woken: number[] = [];
  api.bus.subscribe('grant.revoked', ({ position }) => woken.push(position));
  await api.signIn();
  const grant = await playbackGrant(api);
  assert.equal(await isRevoked(api, grant), false);
  assert.equal((await api.ask('DELETE', '/api/v1/session')).status, 204);
  assert.equal(await isRevoked(api, grant), true);
  await api.bus.flush();
  assert.equal(woken.length, 1);
  await api.signIn();
  assert.equal(await isRevoked(api, await playbackGrant(api)), false);
});

test('deleting an API token revokes what it made, and nothing of its user’s session', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const made = await api.ask('POST', '/api/v1/tokens', { body: { name: 'wall' } });
  const ofToken = await playbackGrant(api, { authorization: `Bearer ${made.json.token}` });
  const ofSession = await playbackGrant(api);
  assert.deepEqual([ofToken.grant, ofToken.user], [made.json.id, ofSession.user]);
  await api.ask('DELETE', `/api/v1/tokens/${made.json.id}`);
  assert.equal(await isRevoked(api, ofToken), true);
  assert.equal(await isRevoked(api, ofSession), false);
});

test('another password revokes what the other sessions made', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const other = await playbackGrant(api);
  await api.signIn();
  const own = await playbackGrant(api);
  const body = { current: firstPassword(api), next: STRONG };
  assert.equal((await api.ask('PUT', '/api/v1/session/password', { body })).status, 204);
  assert.equal(await isRevoked(api, other), true);
  assert.equal(await isRevoked(api, own), false);
});

test('a password replaced while the system is stopped revokes all, read after the start', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const grant = await playbackGrant(api);
  await api.api.stop();
  const reset = { username: 'admin', password: STRONG };
  await resetPasswordInDatabase(api.databasePath, reset, api.clock);
  const again = await startApi(t, { again: api });
  assert.equal(await isRevoked(again, grant), true);
});

test('a session that expires revokes what it made although nobody asks by it', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const grant = await playbackGrant(api);
  api.clock.stepWall(SESSION_IDLE_MS);
  api.clock.advance(SESSION_SWEEP_MS);
  await until(() => isRevoked(api, grant));
});

test('the oldest of too many sessions is revoked by the next sign-in', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const grant = await playbackGrant(api);
  for (let i = 0; i < MAX_SESSIONS_PER_USER; i++) {
    api.clock.stepWall(1_000);
    await api.signIn();
  }
  assert.equal(await isRevoked(api, grant), true);
});

test('a deleted camera revokes its live views, not what is recorded of it', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const { grant, position, user } = await playbackGrant(api);
  const token = { grant, position, user, camera: id as CameraId };
  await api.ask('DELETE', `/api/v1/cameras/${id}?recordings=keep`);
  assert.equal(await isRevoked(api, { ...token, action: 'live' }), true);
  assert.equal(await isRevoked(api, { ...token, action: 'play' }), false);
});

test('a live view of another session or API token does not exist', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const { json } = await api.ask('POST', '/api/v1/tokens', { body: { name: 'wall' } });
  const headers = { authorization: `Bearer ${json.token}` };
  const body = { camera_id: id, viewer_id: 'wall' };
  const begun = await api.ask('POST', '/api/v1/streams', { body, headers });
  const path = `/api/v1/streams/${begun.json.session_id}`;
  const ofOther = await api.ask('DELETE', path);
  assert.deepEqual([ofOther.status, ofOther.json.code], [404, 'stream.session-not-found']);
  assert.equal((await api.ask('DELETE', path, { headers })).status, 204);
});

test('a snapshot under way is given up when its session ends', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const cookie = api.cookie;
  api.fake.hangs = true;
  const asked = api.ask('GET', `/api/v1/cameras/${id}/snapshot.jpg`, { headers: { cookie } });
  await until(() => api.fake.waiting > 0);
  await api.ask('DELETE', '/api/v1/session');
  const { json, status } = await asked;
  assert.deepEqual([status, json.code], [401, 'auth.not-signed-in']);
});

test('the feed is read in parts by position, survives the process, and needs the internal token', async (t) => {
  const api = await startApi(t);
  for (let i = 0; i < 3; i++) {
    await api.signIn();
    await api.ask('DELETE', '/api/v1/session');
  }
  const read = readRevocationsOf(api.url, INTERNAL_TOKEN);
  const all = (await read(0)).revocations;
  assert.equal(all.length, 3);
  const after = (await read(all[0]?.position ?? 0)).revocations;
  assert.deepEqual(after, all.slice(1));
  await assert.rejects(readRevocationsOf(api.url, 'wrong')(0));
  await api.api.stop();
  const again = await startApi(t, { again: api });
  const kept = (await readRevocationsOf(again.url, INTERNAL_TOKEN)(0)).revocations;
  assert.deepEqual(kept, all);
});

test('positions never go back: not by a clock that steps, nor by what is forgotten', async (t) => {
  const { clock, open } = await store(t);
  const { revocations } = open();
  const end = (grant: string) =>
    revocations.ending(async () => ({ ended: [{ grant }], result: undefined }));
  await end('ses_a');
  const first = (await revocations.read(0)).revocations[0]?.position ?? 0;
  clock.stepWall(-3_600_000);
  await end('ses_b');
  const [, second] = (await revocations.read(0)).revocations;
  assert.ok((second?.position ?? 0) > first);
  assert.ok(revocations.currentPosition() >= (second?.position ?? 0));
  clock.stepWall(3_600_000 + REVOCATION_LIFE_MS + 10_000);
  await end('ses_c');
  const page = await revocations.read(0);
  assert.deepEqual(
    page.revocations.map(({ grant }) => grant),
    ['ses_c'],
  );
  assert.equal(page.keptSince, second?.position);
  // Nobody who was there has missed anything by time alone.
  clock.stepWall(REVOCATION_LIFE_MS * 2);
  assert.equal((await revocations.read(0)).keptSince, second?.position);
});

test('the list is bounded: the user with the most loses all older tokens, others none', async (t) => {
  const { open } = await store(t);
  const { revocations } = open(10);
  const end = (grant: string, user: string) =>
    revocations.ending(async () => ({ ended: [{ grant, user }], result: undefined }));
  const made = revocations.currentPosition();
  await end('ses_quiet', 'user_b');
  for (let i = 0; i < 50; i++) {
    await end(`ses_${i}`, 'user_a');
    assert.ok((await revocations.read(0)).revocations.length <= 10);
  }
  const { revocations: kept } = await revocations.read(0);
  assert.ok(kept.some(({ grant }) => grant === 'ses_quiet'));
  const all = kept.find(({ grant, user }) => grant === '' && user === 'user_a');
  assert.ok(all?.madeBefore !== undefined && all.madeBefore > made);
  for (let i = 0; i < 30; i++) await end(`ses_x${i}`, `user_${i}`);
  assert.ok((await revocations.read(0)).revocations.length <= 10);
});

test('where the most name no user, one that ends the older tokens of everybody takes the place of all', async (t) => {
  const { open } = await store(t);
  const { revocations } = open(10);
  const made = { position: revocations.currentPosition(), camera, action: 'live' };
  const other = { ...made, grant: 'ses_other', user: 'user_b' };
  const ofSession = { ...made, grant: 'ses_a', user: 'user_a' };
  const end = (ended: Ended) =>
    revocations.ending(async () => ({ ended: [ended], result: undefined }));
  await end({ grant: 'ses_a', user: 'user_a' });
  for (let i = 0; i < 9; i++) await end({ camera: `cam_${i}`, action: 'live' });
  assert.equal((await revocations.read(0)).revocations.length, 10);
  assert.equal(await revocations.isRevoked(other), false);
  await end({ camera: 'cam_9', action: 'live' });
  const [all, ...rest] = (await revocations.read(0)).revocations;
  assert.deepEqual([all?.grant, all?.user, all?.camera, rest.length], ['', '', '', 0]);
  assert.deepEqual(
    [await revocations.isRevoked(other), await revocations.isRevoked(ofSession)],
    [true, true],
  );
  const position = revocations.currentPosition();
  assert.equal(await revocations.isRevoked({ ...other, position }), false, 'a newer one goes on');
});

test('what was revoked since whoever asks was identified is not begun', async (t) => {
  const { open } = await store(t);
  const { revocations } = open();
  const position = revocations.currentPosition();
  const of = (grant: string) => ({ grant, user: 'user_a', position, camera, action: 'live' });
  const ended = [{ grant: 'ses_a', user: 'user_a' }];
  await revocations.ending(async () => ({ ended, result: undefined }));
  let begun = 0;
  const work = async (): Promise<number> => ++begun;
  await assert.rejects(whileGranted(revocations, of('ses_a'), work), {
    code: 'auth.not-signed-in',
  });
  assert.equal(begun, 0);
  assert.equal(await whileGranted(revocations, of('ses_b'), work), 1);
});

test('one answer of the feed is bounded, and says that there is more', async (t) => {
  const { open, path } = await store(t);
  const { revocations } = open();
  const database = new DatabaseSync(path);
  database.exec(`with recursive n(i) as (values(1) union all select i + 1 from n where i < ${MAX_REVOCATIONS_READ + 1})
    insert into grant_revocation select i, 'ses_' || i, '', '', '', null from n`);
  database.close();
  const first = await revocations.read(0);
  assert.deepEqual([first.revocations.length, first.more], [MAX_REVOCATIONS_READ, true]);
  const rest = await revocations.read(first.revocations.at(-1)?.position ?? 0);
  assert.deepEqual([rest.revocations.length, rest.more], [1, false]);
});

/** A database of its own, closed by the end of the test. */
async function store(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vms-grants-'));
  const path = join(folder, 'vms.sqlite');
  const clock = new ManualClock();
  const database = await openApiDatabase(path, { clock, logger: silentLogger });
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const open = (limit?: number) => ({
    revocations: new GrantRevocations(database.queries, clock, limit),
  });
  return { clock, open, path };
}
