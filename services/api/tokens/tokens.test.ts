import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_TOKENS_PER_USER } from '../sessions/bounds.ts';
import { startApi } from '../testing/api-harness.ts';

const tokens = '/api/v1/tokens';

test('a token is shown once, works with curl, and stops working when deleted', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const made = await api.ask('POST', tokens, { body: { name: 'backup script' } });
  assert.equal(made.status, 201);
  assert.match(made.json.token, /^vms_[A-Za-z0-9_-]{43}$/);
  const listed = await api.ask('GET', tokens);
  assert.ok(!listed.text.includes(made.json.token));
  assert.equal(listed.json.tokens[0].lastUsedAt, null);
  const { cookie } = api;
  api.cookie = '';
  const headers = { authorization: `Bearer ${made.json.token}` };
  assert.equal((await api.ask('GET', '/api/v1/cameras', { headers })).status, 200);
  assert.equal((await api.ask('GET', '/api/v1/session', { headers })).json.user.username, 'admin');
  api.cookie = cookie;
  assert.equal(
    (await api.ask('GET', tokens)).json.tokens[0].lastUsedAt,
    '2026-01-01T00:00:00.000Z',
  );
  assert.equal((await api.ask('DELETE', `${tokens}/${made.json.id}`)).status, 204);
  assert.equal((await api.ask('DELETE', `${tokens}/${made.json.id}`)).json.code, 'token.not-found');
  const refused = await api.ask('GET', '/api/v1/cameras', { headers });
  assert.deepEqual([refused.status, refused.json.code], [401, 'auth.token-not-valid']);
  assert.ok(!api.logs.join('').includes(made.json.token));
});

test('a token changes no passwords and makes no tokens', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { json } = await api.ask('POST', tokens, { body: { name: 'a' } });
  api.cookie = '';
  const headers = { authorization: `Bearer ${json.token}` };
  const forbidden = [
    await api.ask('POST', tokens, { body: { name: 'b' }, headers }),
    await api.ask('GET', tokens, { headers }),
    await api.ask('PUT', '/api/v1/session/password', { body: {}, headers }),
  ];
  for (const answer of forbidden) assert.equal(answer.json.code, 'auth.forbidden');
});

test('one user has a bounded number of tokens', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  for (let i = 0; i < MAX_TOKENS_PER_USER; i++) {
    assert.equal((await api.ask('POST', tokens, { body: { name: `t${i}` } })).status, 201);
  }
  const refused = await api.ask('POST', tokens, { body: { name: 'one more' } });
  assert.deepEqual([refused.status, refused.json.code], [409, 'token.limit-reached']);
});

test('odd Authorization headers are refused, not ignored', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  for (const authorization of ['Bearer', 'Bearer x', 'Basic YTpi', 'vms_abc', 'Bearer vms_nope']) {
    const answer = await api.ask('GET', '/api/v1/cameras', { headers: { authorization } });
    assert.equal(answer.status, 401, authorization);
  }
});
