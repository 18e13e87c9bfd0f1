import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { ACTIONS, ANONYMOUS, authorize, INTERNAL, type Principal, SYSTEM } from './authorize.ts';
import {
  type LiveGrant,
  MAX_MEDIA_TOKEN_CHARACTERS,
  MAX_MEDIA_TOKEN_LIFE_MS,
  MAX_VIEWER_ID_CHARACTERS,
  type MediaGrant,
  signLiveToken,
  signMediaToken,
  verifyLiveToken,
  verifyMediaToken,
} from './media-token.ts';
import { hashOpaqueToken, newOpaqueToken, sameText } from './opaque-token.ts';
import {
  generatePassword,
  hashPassword,
  MAX_HASHES_AT_ONCE,
  MAX_PASSWORD_CHARACTERS,
  verifyPassword,
} from './password.ts';
import { cameraPasswordAad, SEAL_KEY_BYTES, seal, unseal } from './seal.ts';
import { openSecrets } from './secrets.ts';
import { TEST_ORIGIN } from './testing/test-feed.ts';

const key = new Uint8Array(SEAL_KEY_BYTES).fill(7);
const camera = 'cam_aaaaaaaaaaaaaaaa' as CameraId;

test('hashes with argon2id and verifies', async () => {
  const phc = await hashPassword('correct horse');
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(phc, 'correct horse', 'known'), true);
  assert.equal(await verifyPassword(phc, 'wrong', 'stranger'), false);
  assert.equal(await verifyPassword('not a hash', 'correct horse', 'known'), false);
  assert.notEqual(await hashPassword('correct horse'), phc);
});

test('takes passwords up to the bound only', async () => {
  const longest = 'p'.repeat(MAX_PASSWORD_CHARACTERS);
  assert.ok(await verifyPassword(await hashPassword(longest), longest, 'known'));
  await assert.rejects(hashPassword(`${longest}p`), { code: 'auth.password-too-long' });
  assert.equal(await verifyPassword('x', `${longest}p`, 'known'), false);
});

test('more hashes than fit at once wait their turn and all finish', async () => {
  const hashes = await Promise.all(
    Array.from({ length: MAX_HASHES_AT_ONCE * 2 }, () => hashPassword('p')),
  );
  assert.equal(new Set(hashes).size, MAX_HASHES_AT_ONCE * 2);
});

test('generates passwords that differ', () => {
  const passwords = new Set(Array.from({ length: 50 }, () => generatePassword()));
  assert.equal(passwords.size, 50);
  for (const password of passwords) assert.match(password, /^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
});

test('unseals what was sealed, for the same place and key only', () => {
  const aad = cameraPasswordAad(camera);
  const sealed = seal(key, 'pässword', aad);
  assert.ok(!sealed.includes('pässword'));
  assert.equal(unseal(key, sealed, aad), 'pässword');
  assert.notEqual(seal(key, 'pässword', aad), sealed);
  const other = new Uint8Array(SEAL_KEY_BYTES).fill(8);
  for (const broken of [
    () => unseal(other, sealed, aad),
    () => unseal(key, sealed, cameraPasswordAad('cam_b')),
    () => unseal(key, 'v2.abc', aad),
    () => unseal(key, 'v1.', aad),
    () => unseal(key, '', aad),
  ]) {
    assert.throws(broken, { code: 'auth.seal-broken' });
  }
});

test('every changed bit of a sealed value is detected', () => {
  const bytes = Buffer.from(seal(key, 'secret', 'a').slice(3), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => unseal(key, `v1.${changed.toString('base64url')}`, 'a'), {
      code: 'auth.seal-broken',
    });
  }
});

test('media tokens carry their grant until they expire', () => {
  const grant: MediaGrant = {
    camera,
    action: 'play',
    run: undefined,
    from: 1,
    to: 2,
    expiresAt: 1000,
    ...TEST_ORIGIN,
  };
  const token = signMediaToken(key, grant);
  assert.match(token, /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(verifyMediaToken(key, token, 999), grant);
  assert.throws(() => verifyMediaToken(key, token, 1000), { code: 'auth.media-token-expired' });
  const other = new Uint8Array(32).fill(9);
  assert.throws(() => verifyMediaToken(other, token, 0), { code: 'auth.media-token-invalid' });
});

test('every changed character of a media token is detected', () => {
  const token = signMediaToken(key, {
    camera,
    action: 'download',
    run: 'run_a',
    expiresAt: 1000,
    ...TEST_ORIGIN,
  });
  for (let i = 0; i < token.length; i++) {
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    assert.throws(() => verifyMediaToken(key, changed, 0), { code: 'auth.media-token-invalid' });
  }
  for (const bad of ['', '.', 'a.b', 'x'.repeat(MAX_MEDIA_TOKEN_CHARACTERS + 1)]) {
    assert.throws(() => verifyMediaToken(key, bad, 0), { code: 'auth.media-token-invalid' });
  }
});

test('refuses a media token that lives longer than any may', () => {
  const expiresAt = MAX_MEDIA_TOKEN_LIFE_MS + 1;
  const token = signMediaToken(key, { camera, action: 'play', expiresAt, ...TEST_ORIGIN });
  assert.throws(() => verifyMediaToken(key, token, 0), { code: 'auth.media-token-invalid' });
  assert.equal(verifyMediaToken(key, token, 1).expiresAt, expiresAt);
});

const live: LiveGrant = {
  action: 'live',
  camera,
  stream: 'sub',
  viewer: 'é'.repeat(MAX_VIEWER_ID_CHARACTERS),
  session: 'live_aaaaaaaaaaaaaaaa',
  ...TEST_ORIGIN,
  expiresAt: 1000,
};

test('live tokens carry their grant until they expire', () => {
  const token = signLiveToken(key, live);
  assert.ok(token.length <= MAX_MEDIA_TOKEN_CHARACTERS);
  assert.deepEqual(verifyLiveToken(key, token, 999), live);
  assert.throws(() => verifyLiveToken(key, token, 1000), { code: 'auth.media-token-expired' });
  const tooLong = signLiveToken(key, { ...live, expiresAt: MAX_MEDIA_TOKEN_LIFE_MS + 1 });
  assert.throws(() => verifyLiveToken(key, tooLong, 0), { code: 'auth.media-token-invalid' });
  const badStream = signLiveToken(key, { ...live, stream: 'other' as 'sub' });
  assert.throws(() => verifyLiveToken(key, badStream, 0), { code: 'auth.media-token-invalid' });
});

test('a live token opens no recording, and a token of a recording no live view', () => {
  const ofLive = signLiveToken(key, live);
  assert.throws(() => verifyMediaToken(key, ofLive, 0), { code: 'auth.media-token-invalid' });
  const ofRecording = signMediaToken(key, {
    camera,
    action: 'play',
    expiresAt: 1000,
    ...TEST_ORIGIN,
  });
  assert.throws(() => verifyLiveToken(key, ofRecording, 0), { code: 'auth.media-token-invalid' });
});

test('makes secrets once, 0600, the same for all who open them at once', async (t) => {
  const folder = join(await mkdtemp(join(tmpdir(), 'vms-secrets-')), 'secrets');
  t.after(() => rm(join(folder, '..'), { recursive: true }));
  const opened = await Promise.all([openSecrets(folder), openSecrets(folder), openSecrets(folder)]);
  for (const secrets of opened) assert.deepEqual(secrets, opened[0]);
  assert.equal(opened[0]?.masterKey.length, SEAL_KEY_BYTES);
  assert.notDeepEqual(opened[0]?.masterKey, opened[0]?.mediaKey);
  const files = (await readdir(folder)).sort();
  assert.deepEqual(files, ['internal.token', 'master.key', 'media.key']);
  for (const file of files) {
    assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
  }
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
});

test('refuses secrets that are damaged or that others may read', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vms-secrets-'));
  t.after(() => rm(folder, { recursive: true }));
  await openSecrets(folder);
  await chmod(join(folder, 'media.key'), 0o644);
  await assert.rejects(openSecrets(folder), { code: 'auth.secret-unusable', message: /chmod 600/ });
  await chmod(join(folder, 'media.key'), 0o600);
  await writeFile(join(folder, 'master.key'), 'half a k');
  await assert.rejects(openSecrets(folder), { code: 'auth.secret-unusable' });
});

test('opaque tokens are unguessable and stored as a hash', () => {
  const token = newOpaqueToken('vms_');
  assert.match(token, /^vms_[A-Za-z0-9_-]{43}$/);
  assert.match(hashOpaqueToken(token), /^[0-9a-f]{64}$/);
  assert.ok(sameText('a', 'a'));
  assert.ok(!sameText('a', 'ab'));
});

const user: Principal = {
  kind: 'user',
  id: 'user_a',
  username: 'admin',
  role: 'administrator',
  sessionId: 'session_a',
};
const token: Principal = {
  kind: 'token',
  id: 'token_a',
  userId: 'user_a',
  username: 'admin',
  role: 'administrator',
};

test('every action is decided for every principal as meant', () => {
  const allowed = (principal: Principal) =>
    ACTIONS.filter((action) => authorize(principal, action, SYSTEM).allowed);
  const open = [
    'client.read',
    'docs.read',
    'health.read',
    'media.read',
    'metrics.read',
    'session.create',
  ];
  assert.deepEqual(allowed(ANONYMOUS), open);
  assert.deepEqual(allowed(INTERNAL), [...open, 'rpc.call'].sort());
  assert.deepEqual(
    allowed(user),
    ACTIONS.filter((action) => action !== 'rpc.call' && action !== 'user.reset-password'),
  );
  const personOnly = /^(password|token|session\.delete|rpc|user)/;
  assert.deepEqual(
    allowed(token),
    ACTIONS.filter((action) => !personOnly.test(action)),
  );
  assert.deepEqual(authorize(ANONYMOUS, 'camera.list', SYSTEM), {
    allowed: false,
    reason: 'not-signed-in',
  });
});

test('an unknown principal or action is denied', () => {
  const stranger = { kind: 'root' } as unknown as Principal;
  assert.equal(authorize(stranger, 'camera.list', SYSTEM).allowed, false);
  assert.equal(authorize(user, 'no.such' as 'camera.list', SYSTEM).allowed, false);
});
