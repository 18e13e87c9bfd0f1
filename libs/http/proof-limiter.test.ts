import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { MAX_WRONG_TOKENS_AT_ONCE, ProofLimiter } from './proof-limiter.ts';

const wrong = (): never => {
  throw new Error('wrong token');
};

test('wrong tokens of one address are refused by rate; right ones, and other addresses, never', () => {
  const clock = new ManualClock();
  const proofs = new ProofLimiter(clock);
  for (let i = 0; i < MAX_WRONG_TOKENS_AT_ONCE; i++) {
    assert.throws(() => proofs.check('2001:db8::1', wrong), /wrong token/);
  }
  // All addresses of the same /64 are one.
  assert.throws(() => proofs.check('2001:db8::2', wrong), { code: 'auth.too-many-attempts' });
  assert.equal(
    proofs.check('2001:db8::2', () => 'right'),
    'right',
  );
  assert.throws(() => proofs.check('192.0.2.7', wrong), /wrong token/);
  clock.advance(1_000);
  assert.throws(() => proofs.check('2001:db8::1', wrong), /wrong token/);
});
