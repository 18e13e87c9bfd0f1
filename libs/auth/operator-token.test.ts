import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTIONS, authorize, OPERATOR, SYSTEM } from './authorize.ts';
import { isOperatorToken, OPERATOR_TOKEN_LIFE_MS, signOperatorToken } from './operator-token.ts';

const key = new Uint8Array(32).fill(3);
const now = Date.parse('2026-01-01T00:00:00Z');

test('a token is good for its key and for a minute', () => {
  const token = signOperatorToken(key, now);
  assert.ok(isOperatorToken(key, token, now));
  assert.ok(isOperatorToken(key, token, now + OPERATOR_TOKEN_LIFE_MS - 1));
  assert.equal(isOperatorToken(key, token, now + OPERATOR_TOKEN_LIFE_MS), false);
  // One that would be good for longer was not made by this function.
  assert.equal(isOperatorToken(key, token, now - 1), false);
  assert.equal(isOperatorToken(new Uint8Array(32).fill(4), token, now), false);
});

test('a changed token is none', () => {
  const token = signOperatorToken(key, now);
  const later = token.replace(/\d{13}/, (expiry) => String(Number(expiry) + 1));
  for (const wrong of [later, `${token}A`, token.slice(0, -1), token.slice(6), '', 'vmsop_1.']) {
    assert.equal(isOperatorToken(key, wrong, now), false, wrong);
  }
});

test('the operator may do what an administrator may, but is no person', () => {
  const denied = ACTIONS.filter((action) => !authorize(OPERATOR, action, SYSTEM).allowed);
  assert.deepEqual(denied, [
    'password.update',
    'rpc.call',
    'session.delete',
    'session.read',
    'token.create',
    'token.delete',
    'token.list',
  ]);
  const person = {
    kind: 'user',
    id: 'u',
    username: 'a',
    role: 'administrator',
    sessionId: 's',
  } as const;
  assert.equal(authorize(person, 'user.reset-password', SYSTEM).allowed, false);
});
