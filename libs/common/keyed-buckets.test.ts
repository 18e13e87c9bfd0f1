import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyedBuckets } from './keyed-buckets.ts';
import { ManualClock } from './manual-clock.ts';

test('each key has its own share, which comes back with time', () => {
  const clock = new ManualClock();
  const buckets = new KeyedBuckets(clock, { perSecond: 2, capacity: 3, maxKeys: 10 });
  assert.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a')),
    [true, true, true, false],
  );
  assert.equal(buckets.take('b'), true);
  clock.advance(500);
  assert.deepEqual(
    [1, 2].map(() => buckets.take('a')),
    [true, false],
  );
  buckets.forget('a');
  assert.equal(buckets.take('a'), true);
});

test('the table never grows beyond its bound; what was used last is kept', () => {
  const clock = new ManualClock();
  const buckets = new KeyedBuckets(clock, { perSecond: 1, capacity: 1, maxKeys: 100 });
  assert.equal(buckets.take('busy'), true);
  for (let i = 0; i < 10_000; i++) {
    buckets.take(`stranger ${i}`);
    assert.equal(buckets.take('busy'), false, `after ${i}`);
  }
  assert.equal(buckets.size, 100);
});
