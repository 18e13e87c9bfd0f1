import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { ByteBudget, MAX_ANSWERS_WAITING, MAX_BUDGET_WAIT_MS } from './byte-budget.ts';
import { PlaybackError } from './playback-error.ts';

const tooMany = (error: unknown): boolean =>
  error instanceof PlaybackError && error.code === 'playback.too-many-requests';

test('shares are first come, first served, and given back once', async () => {
  const budget = new ByteBudget(new ManualClock(), 100);
  const first = await budget.acquire(60);
  const order: string[] = [];
  const large = budget.acquire(80).then((share) => {
    order.push('large');
    return share;
  });
  const small = budget.acquire(10).then((share) => {
    order.push('small');
    return share;
  });
  assert.equal(budget.taken, 60, 'the small one does not overtake');
  first.release();
  first.release();
  await Promise.all([large, small]);
  assert.deepEqual(order, ['large', 'small']);
  assert.equal(budget.taken, 90);
});

test('who waits too long is told, and lets the next pass', async () => {
  const clock = new ManualClock();
  const budget = new ByteBudget(clock, 100);
  await budget.acquire(60);
  const large = budget.acquire(80);
  clock.advance(1);
  const small = budget.acquire(10);
  clock.advance(MAX_BUDGET_WAIT_MS - 1);
  await assert.rejects(large, tooMany);
  await small;
  assert.equal(budget.taken, 70);
});

test('what can never fit, and one too many waiting, are refused at once', async () => {
  const clock = new ManualClock();
  const budget = new ByteBudget(clock, 100);
  await assert.rejects(budget.acquire(101), tooMany);
  await budget.acquire(100);
  const waiting = Array.from({ length: MAX_ANSWERS_WAITING }, () => budget.acquire(1));
  await assert.rejects(budget.acquire(1), tooMany);
  clock.advance(MAX_BUDGET_WAIT_MS);
  const results = await Promise.allSettled(waiting);
  assert.ok(results.every((result) => result.status === 'rejected'));
});
