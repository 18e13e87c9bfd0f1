import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATOR_TOKEN_LIFE_MS, signOperatorToken } from '@vms/auth/operator-token.ts';
import { type ApiHarness, firstPassword, MASTER_KEY, startApi } from '../testing/api-harness.ts';
import { resetPasswordInDatabase } from './reset-password.ts';

const NEXT = 'lighthouse beyond seven hills';

const operator = (api: ApiHarness, key = MASTER_KEY) => ({
  authorization: `Bearer ${signOperatorToken(key, api.clock.now())}`,
});

test('who can read the secrets is let in; whoever cannot is not', async (t) => {
  const api = await startApi(t);
  const ask = (headers: Record<string, string>) => api.ask('GET', '/api/v1/system', { headers });
  assert.equal((await ask(operator(api))).status, 200);
  const wrong = await ask(operator(api, new Uint8Array(32).fill(9)));
  assert.deepEqual([wrong.status, wrong.json.code], [401, 'auth.token-not-valid']);
  assert.match(wrong.json.remedy, /--data/);
  const old = operator(api);
  api.clock.advance(OPERATOR_TOKEN_LIFE_MS);
  assert.equal((await ask(old)).status, 401);
  assert.ok(!api.logs.join('').includes('vmsop_'));
});

test('the operator is not believed through a proxy', async (t) => {
  const api = await startApi(t);
  for (const from of ['192.0.2.1', '127.0.0.1']) {
    const headers = { ...operator(api), 'x-forwarded-for': from };
    assert.equal((await api.ask('GET', '/api/v1/system', { headers })).status, 401, from);
  }
});

test('replaces a lost password, ends the sessions, and needs no new choice', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const reset = (username: string, password: string) =>
    api.ask('PUT', `/api/v1/users/${username}/password`, {
      headers: operator(api),
      body: { password },
    });
  assert.equal((await reset('nobody', NEXT)).json.code, 'user.not-found');
  assert.equal((await reset('admin', 'short')).json.code, 'auth.password-too-weak');
  assert.equal((await api.ask('GET', '/api/v1/session')).status, 200);
  assert.equal((await reset('ADMIN', NEXT)).status, 204);
  assert.equal((await api.ask('GET', '/api/v1/session')).status, 401);
  api.cookie = '';
  const signIn = (password: string) =>
    api.ask('POST', '/api/v1/session', { body: { username: 'admin', password } });
  assert.equal((await signIn(firstPassword(api))).status, 401);
  const signedIn = await signIn(NEXT);
  assert.deepEqual([signedIn.status, signedIn.json.mustChoosePassword], [200, false]);
});

test('replaces it in the database of a stopped system too', async (t) => {
  const api = await startApi(t);
  await api.api.stop();
  const { databasePath, clock } = api;
  const user = await resetPasswordInDatabase(
    databasePath,
    { username: 'admin', password: NEXT },
    clock,
  );
  assert.equal(user.username, 'admin');
  const again = await startApi(t, { again: api });
  const body = { username: 'admin', password: NEXT };
  assert.equal((await again.ask('POST', '/api/v1/session', { body })).status, 200);
});
