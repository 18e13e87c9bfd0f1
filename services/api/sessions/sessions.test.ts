import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { firstPassword, startApi } from '../testing/api-harness.ts';
import {
  MAX_LOGINS_PER_ADDRESS,
  MAX_SESSIONS_PER_USER,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
} from './bounds.ts';

const session = '/api/v1/session';

test('the first start announces one administrator, later ones nothing', async (t) => {
  const first = await startApi(t);
  assert.equal(first.announced.length, 1);
  assert.match(first.announced[0] ?? '', /as admin .*: ([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
  await first.api.stop();
  const second = await startApi(t, { again: first });
  assert.equal(second.announced.length, 1);
  await second.signIn();
  assert.deepEqual((await second.ask('GET', session)).json.user.username, 'admin');
});

test('a session begins with a strict cookie, and ends by signing out', async (t) => {
  const api = await startApi(t);
  assert.equal((await api.ask('GET', session)).status, 401);
  const body = { username: 'ADMIN', password: firstPassword(api) };
  const answer = await api.ask('POST', session, { body });
  assert.equal(answer.status, 200);
  assert.equal(answer.json.user.role, 'administrator');
  const [cookie = ''] = answer.headers.getSetCookie();
  assert.match(
    cookie,
    /^vms_session=[A-Za-z0-9_-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  api.cookie = cookie.split(';')[0] ?? '';
  assert.equal((await api.ask('GET', session)).status, 200);
  assert.equal((await api.ask('DELETE', session)).status, 204);
  assert.equal((await api.ask('GET', session)).status, 401);
});

test('the cookie is Secure where the page came over TLS', async (t) => {
  const api = await startApi(t);
  const body = { username: 'admin', password: firstPassword(api) };
  const headers = { 'x-forwarded-proto': 'https' };
  const answer = await api.ask('POST', session, { body, headers });
  assert.match(answer.headers.getSetCookie()[0] ?? '', /; Secure/);
});

test('neither password nor session is in the database or the log', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const secrets = [firstPassword(api), api.cookie.split('=')[1] ?? ''];
  const stored = [
    await readFile(api.databasePath, 'latin1'),
    await readFile(`${api.databasePath}-wal`, 'latin1'),
    api.logs.join(''),
  ].join('');
  for (const secret of secrets) assert.ok(secret.length > 20 && !stored.includes(secret));
});

test('wrong names and passwords get the same answer', async (t) => {
  const api = await startApi(t);
  const ask = (username: string) =>
    api.ask('POST', session, { body: { username, password: 'wrong' } });
  const [wrong, unknown] = [await ask('admin'), await ask('nobody')];
  assert.equal(wrong.status, 401);
  assert.equal(wrong.json.code, 'auth.wrong-password');
  assert.deepEqual({ ...unknown.json, instance: '' }, { ...wrong.json, instance: '' });
  assert.deepEqual(wrong.headers.getSetCookie(), []);
});

test('right passwords are not counted', async (t) => {
  const api = await startApi(t);
  for (let i = 0; i < MAX_LOGINS_PER_ADDRESS * 2; i++) {
    api.cookie = '';
    await api.signIn();
  }
});

test('a session ends unused, and after its life however it is used', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const status = async () => (await api.ask('GET', session)).status;
  api.clock.advance(SESSION_IDLE_MS - 1);
  assert.equal(await status(), 200);
  api.clock.advance(SESSION_IDLE_MS);
  assert.equal(await status(), 401);
  api.cookie = '';
  await api.signIn();
  for (let used = 0; used + SESSION_IDLE_MS / 2 < SESSION_LIFE_MS; used += SESSION_IDLE_MS / 2) {
    assert.equal(await status(), 200);
    api.clock.advance(SESSION_IDLE_MS / 2);
  }
  api.clock.advance(SESSION_IDLE_MS / 2);
  assert.equal(await status(), 401);
});

test('one user has a bounded number of sessions: the one unused for longest ends', async (t) => {
  const api = await startApi(t);
  const cookies: string[] = [];
  for (let i = 0; i <= MAX_SESSIONS_PER_USER; i++) {
    api.cookie = '';
    await api.signIn();
    cookies.push(api.cookie);
    api.clock.advance(1000);
  }
  const alive = async (cookie: string | undefined) => {
    api.cookie = cookie ?? '';
    return (await api.ask('GET', session)).status === 200;
  };
  assert.equal(await alive(cookies[0]), false);
  assert.equal(await alive(cookies[1]), true);
  assert.equal(await alive(cookies.at(-1)), true);
});

test('changing the password needs the current one and ends other sessions', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const other = api.cookie;
  api.cookie = '';
  await api.signIn();
  const change = (current: string, next: string) =>
    api.ask('PUT', `${session}/password`, { body: { current, next } });
  const current = firstPassword(api);
  assert.equal((await change('wrong', 'a brand new sentence')).json.code, 'auth.wrong-password');
  for (const weak of ['short', 'Admin is my name 123', 'aaaaaaaaaaaaaaaa', current]) {
    assert.equal((await change(current, weak)).json.code, 'auth.password-too-weak', weak);
  }
  assert.equal((await change(current, 'a brand new sentence')).status, 204);
  assert.equal((await api.ask('GET', session)).status, 200);
  api.cookie = other;
  assert.equal((await api.ask('GET', session)).status, 401);
  api.cookie = '';
  const sign = (password: string) =>
    api.ask('POST', session, { body: { username: 'admin', password } });
  assert.equal((await sign(current)).status, 401);
  assert.equal((await sign('a brand new sentence')).status, 200);
});

test('the printed password asks to be replaced, by every way in, and bars nothing meanwhile', async (t) => {
  const api = await startApi(t);
  const body = { username: 'admin', password: firstPassword(api) };
  assert.equal((await api.ask('POST', session, { body })).json.mustChoosePassword, true);
  await api.signIn();
  const asked = async (headers = {}) =>
    (await api.ask('GET', session, { headers })).json.mustChoosePassword;
  const made = await api.ask('POST', '/api/v1/tokens', { body: { name: 'backup' } });
  const authorization = `Bearer ${made.json.token}`;
  assert.equal(await asked(), true);
  assert.equal(await asked({ authorization }), true);
  assert.equal((await api.ask('GET', '/api/v1/cameras')).status, 200);
  const change = { current: body.password, next: 'a brand new sentence' };
  assert.equal((await api.ask('PUT', `${session}/password`, { body: change })).status, 204);
  assert.equal(await asked(), false);
  assert.equal(await asked({ authorization }), false);
});

test('the first password is announced by itself too, for the address that carries it', async (t) => {
  const api = await startApi(t);
  assert.deepEqual(api.announcedPasswords, [firstPassword(api)]);
});

test('a session works for our own page only', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { cookie } = api;
  api.cookie = '';
  const post = (headers: Record<string, string>) =>
    api.ask('POST', '/api/v1/cameras', { body: {}, headers: { cookie, ...headers } });
  const host = new URL(api.url).host;
  const cases: [Record<string, string>, number][] = [
    [{ origin: api.url }, 400],
    [{ origin: `https://${host}` }, 400],
    [{ 'sec-fetch-site': 'same-origin' }, 400],
    [{ origin: 'https://vms.example.org', 'x-forwarded-host': 'vms.example.org' }, 400],
    [{}, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: `http://127.0.0.1:1` }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://a.example' }, 403],
  ];
  for (const [headers, status] of cases) {
    const answer = await post(headers);
    assert.equal(answer.status, status, `${JSON.stringify(headers)} ${answer.text}`);
    if (status === 403) assert.equal(answer.json.code, 'auth.origin-not-allowed');
  }
  const reading = await api.ask('GET', '/api/v1/cameras', { headers: { cookie } });
  assert.equal(reading.status, 200);
  const login = await api.ask('POST', session, {
    body: { username: 'admin', password: firstPassword(api) },
    headers: { origin: 'http://evil.example' },
  });
  assert.equal(login.json.code, 'auth.origin-not-allowed');
});

test('other origins may be allowed by configuration', async (t) => {
  const api = await startApi(t, { config: { allowedOrigins: ['https://desk.example.org'] } });
  await api.signIn();
  const headers = { origin: 'https://desk.example.org' };
  assert.equal((await api.ask('POST', '/api/v1/cameras', { body: {}, headers })).status, 400);
});
