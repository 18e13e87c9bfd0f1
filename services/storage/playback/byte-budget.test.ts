import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { PlaybackError } from '../playback-error.ts';
import {
  ByteBudget,
  MAX_ANSWERS_WAITING,
  MAX_BUDGET_WAIT_MS,
  MAX_HOLDER_ANSWERS_WAITING,
} from './byte-budget.ts';

const tooMany = (error: unknown): boolean =>
  error instanceof PlaybackError && error.code === 'playback.too-many-requests';

test('shares are first come, first served, and given back once', async () => {
  const budget = new ByteBudget(new ManualClock(), 100, 100);
  const first = await budget.acquire(60, 'a');
  const order: string[] = [];
  const large = budget.acquire(80, 'b').then((share) => {
    order.push('large');
    return share;
  });
  const small = budget.acquire(10, 'c').then((share) => {
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
  const budget = new ByteBudget(clock, 100, 100);
  await budget.acquire(60, 'a');
  const large = budget.acquire(80, 'a');
  clock.advance(1);
  const small = budget.acquire(10, 'a');
  clock.advance(MAX_BUDGET_WAIT_MS - 1);
  await assert.rejects(large, tooMany);
  await small;
  assert.equal(budget.taken, 70);
});

test('what can never fit, and one too many waiting, are refused at once', async () => {
  const clock = new ManualClock();
  const budget = new ByteBudget(clock, 100, 100);
  await assert.rejects(budget.acquire(101, 'a'), tooMany);
  await budget.acquire(100, 'a');
  const waiting = ['a', 'b'].flatMap((holder) =>
    Array.from({ length: MAX_HOLDER_ANSWERS_WAITING }, () => budget.acquire(1, holder)),
  );
  assert.equal(waiting.length, MAX_ANSWERS_WAITING);
  await assert.rejects(budget.acquire(1, 'c'), tooMany);
  clock.advance(MAX_BUDGET_WAIT_MS);
  const results = await Promise.allSettled(waiting);
  assert.ok(results.every((result) => result.status === 'rejected'));
});

test('one holder has its share and a place in the line, and keeps nobody else waiting', async () => {
  const budget = new ByteBudget(new ManualClock(), 100, 25);
  const first = await budget.acquire(20, 'hostile');
  const waiting = Array.from({ length: MAX_HOLDER_ANSWERS_WAITING }, () =>
    budget.acquire(20, 'hostile'),
  );
  await assert.rejects(budget.acquire(20, 'hostile'), tooMany);
  assert.equal(budget.taken, 20);
  const large = await budget.acquire(60, 'viewer');
  assert.equal(budget.taken, 80, 'a single answer may be larger than the share');
  first.release();
  large.release();
  await waiting[0];
  assert.equal(budget.taken, 20, 'the next of those that wait, and one only');
});
