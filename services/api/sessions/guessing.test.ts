import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, MAX_HASHES_WAITING, verifyPassword } from '@vms/auth/password.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { type Answer, type ApiHarness, firstPassword, startApi } from '../testing/api-harness.ts';
import {
  HASH_RETRY_SECONDS,
  LOGIN_WINDOW_MS,
  MAX_LOGINS_PER_ADDRESS,
  MAX_LOGINS_PER_DEVICE,
  MAX_LOGINS_PER_NETWORK,
  MAX_LOGINS_PER_USER,
} from './bounds.ts';
import { DEVICE_COOKIE } from './device-cookie.ts';
import { LoginLimiter } from './login-limiter.ts';

const session = '/api/v1/session';

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly from?: string;
  readonly cookie?: string;
}

/** As the gateway passes it on from an address; without a page's origin, as programs do. */
function login(api: ApiHarness, { username = 'admin', password, from, cookie }: Login) {
  return api.ask('POST', session, {
    body: { username, password: password ?? firstPassword(api) },
    headers: {
      'x-forwarded-for': from ?? '192.0.2.1',
      ...(cookie !== undefined && { cookie }),
    },
  });
}

function deviceOf(answer: Answer): string {
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  return cookies.find((cookie) => cookie.startsWith(DEVICE_COOKIE)) ?? '';
}

/** Wrong passwords for the administrator from so many addresses, until strangers are refused. */
async function guessFromEverywhere(api: ApiHarness): Promise<void> {
  for (let i = 0; i < MAX_LOGINS_PER_USER; i++) {
    const answer = await login(api, { password: 'wrong', from: `198.51.100.${i}` });
    assert.equal(answer.status, 401, `${i}`);
  }
}

test('wrong logins at one address do not keep the administrator out at another', async (t) => {
  const api = await startApi(t);
  const statuses: number[] = [];
  for (let i = 0; i < MAX_LOGINS_PER_ADDRESS + 3; i++) {
    statuses.push((await login(api, { password: 'wrong', from: '192.0.2.66' })).status);
  }
  assert.deepEqual(statuses, [...Array(MAX_LOGINS_PER_ADDRESS).fill(401), 429, 429, 429]);
  const refused = await login(api, { from: '192.0.2.66' });
  assert.equal(refused.json.code, 'auth.too-many-attempts');
  assert.equal(refused.headers.get('retry-after'), String(refused.json.retryAfterSeconds));
  assert.ok(refused.json.retryAfterSeconds <= LOGIN_WINDOW_MS / 1000 / MAX_LOGINS_PER_ADDRESS);
  assert.equal((await login(api, { from: '192.0.2.7' })).status, 200);
  api.clock.advance(refused.json.retryAfterSeconds * 1000);
  assert.equal((await login(api, { from: '192.0.2.66' })).status, 200);
});

test('all addresses of an IPv6 /64 are one', async (t) => {
  const api = await startApi(t);
  for (let i = 0; i < MAX_LOGINS_PER_ADDRESS; i++) {
    await login(api, { password: 'wrong', from: `2001:db8::${i + 1}` });
  }
  assert.equal((await login(api, { from: '2001:db8::ffff' })).status, 429);
  assert.equal((await login(api, { from: '2001:db8:0:1::1' })).status, 200);
});

test('guessing of many names at one address is bounded', async (t) => {
  const api = await startApi(t);
  let refused = 0;
  for (let i = 0; i < MAX_LOGINS_PER_NETWORK + 2; i++) {
    const answer = await login(api, { username: `user${i}`, password: 'wrong' });
    if (answer.status === 429) refused++;
  }
  assert.equal(refused, 2);
});

test('guessing from many addresses holds up strangers, and no browser that is known', async (t) => {
  const api = await startApi(t);
  const cookie = deviceOf(await login(api, { from: '203.0.113.1' }));
  assert.notEqual(cookie, '');
  await guessFromEverywhere(api);
  assert.equal((await login(api, { from: '203.0.113.1' })).status, 429);
  // At whatever address it is now: in the middle of those who guess, too.
  assert.equal((await login(api, { from: '198.51.100.3', cookie })).status, 200);
  assert.equal((await login(api, { username: 'nobody', password: 'x' })).status, 401);
});

test('a known browser may guess no more than others, and holds up nobody', async (t) => {
  const api = await startApi(t);
  const cookie = deviceOf(await login(api, {}));
  for (let i = 0; i < MAX_LOGINS_PER_DEVICE; i++) {
    assert.equal((await login(api, { password: 'wrong', cookie })).status, 401);
  }
  assert.equal((await login(api, { cookie })).status, 429);
  assert.equal((await login(api, {})).status, 200);
});

test('a browser is known for its user only, by our signature, until the password changes', async (t) => {
  const api = await startApi(t);
  const first = await login(api, {});
  const cookie = deviceOf(first);
  await guessFromEverywhere(api);
  const [value = '', mac = ''] = cookie.split(/\.(?=[^.]*$)/);
  for (const forged of [`${value}.x`, `${value}x.${mac}`, `${DEVICE_COOKIE}=`, `${cookie}x`]) {
    assert.equal((await login(api, { cookie: forged })).status, 429, forged);
  }
  const signedIn = await login(api, { cookie });
  api.cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  api.clock.stepWall(1);
  const next = 'walnut orbit cable 42';
  const body = { current: firstPassword(api), next };
  const changed = await api.ask('PUT', `${session}/password`, { body });
  assert.equal(changed.status, 204);
  assert.equal((await login(api, { password: next, cookie })).status, 429);
  assert.equal((await login(api, { password: next, cookie: deviceOf(changed) })).status, 200);
});

test('the cookie of a device is strict, for scripts unreadable, and gives no access', async (t) => {
  const api = await startApi(t);
  const answer = await login(api, {});
  const header = answer.headers.getSetCookie().find((text) => text.startsWith(DEVICE_COOKIE));
  assert.match(header ?? '', /; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.equal(
    (await api.ask('GET', session, { headers: { cookie: deviceOf(answer) } })).status,
    401,
  );
  assert.ok(!api.logs.join('').includes(deviceOf(answer)));
});

test('guessing at the sign-in does not keep a signed-in person from a new password', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { cookie } = api;
  api.cookie = '';
  for (let i = 0; i < MAX_LOGINS_PER_ADDRESS; i++) {
    await api.ask('POST', session, { body: { username: 'admin', password: 'wrong' } });
  }
  api.cookie = cookie;
  const body = { current: firstPassword(api), next: 'walnut orbit cable 42' };
  assert.equal((await api.ask('PUT', `${session}/password`, { body })).status, 204);
});

test('what a wide bound refuses counts in no narrow one', () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  const tooMany = { code: 'auth.too-many-attempts' };
  const attempt = (username: string, address: string) => () =>
    limiter.attempt({ address, username, device: undefined });
  for (let i = 0; i < MAX_LOGINS_PER_USER; i++) attempt('admin', `198.51.100.${i}`)();
  for (let i = 0; i < MAX_LOGINS_PER_NETWORK; i++) {
    assert.throws(attempt('admin', '192.0.2.1'), tooMany);
  }
  // By address and name, and by address, nothing was taken.
  for (let i = 0; i < MAX_LOGINS_PER_NETWORK; i++) attempt(`user${i}`, '192.0.2.1')();
  assert.throws(attempt('another', '192.0.2.1'), tooMany);
});

test('where too many passwords are being checked, the answer says when to come back', async (t) => {
  const api = await startApi(t);
  // One that takes over a second, and behind it as many as may wait.
  const slow = (await hashPassword('x')).replace('t=2', 't=150');
  const hashes = [slow, ...Array<string>(MAX_HASHES_WAITING).fill('no hash')];
  const waiting = hashes.map((hash) => verifyPassword(hash, 'y', 'stranger'));
  const answer = await login(api, {});
  assert.deepEqual([answer.status, answer.json.code], [429, 'auth.too-many-hashes']);
  assert.equal(answer.headers.get('retry-after'), String(HASH_RETRY_SECONDS));
  await Promise.all(waiting);
});
