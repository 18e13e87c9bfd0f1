import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FAR_RESTART_PACKETS,
  LATE,
  MAX_DROPOUT_PACKETS,
  NEAR_RESTART_PACKETS,
  SequenceTracker,
} from './sequence-tracker.ts';

const follow = (tracker: SequenceTracker, numbers: number[], timestamp = 0): number[] =>
  numbers.map((number) => tracker.next(number, timestamp));

test('in order over the wrap nothing is lost', () => {
  const tracker = new SequenceTracker();
  assert.deepEqual(follow(tracker, [65534, 65535, 0, 1]), [0, 0, 0, 0]);
  assert.deepEqual([tracker.lost, tracker.expected, tracker.received], [0, 4, 4]);
  assert.equal(tracker.extendedHighest, 65536 + 1);
});

test('a jump forward is a loss, before and over the wrap', () => {
  const tracker = new SequenceTracker();
  assert.deepEqual(follow(tracker, [65530, 65533, 2]), [0, 2, 4]);
  assert.deepEqual([tracker.lost, tracker.expected], [6, 9]);
});

test('late and repeated packets are reported', () => {
  const tracker = new SequenceTracker();
  assert.deepEqual(follow(tracker, [10, 12, 11, 12, 13]), [0, 1, LATE, LATE, 0]);
});

test(`a jump of ${MAX_DROPOUT_PACKETS} is a new count, believed when a second packet follows it`, () => {
  const tracker = new SequenceTracker();
  assert.deepEqual(follow(tracker, [10, 11, 9000, 12, 30000, 30001, 30002]), [
    0,
    0,
    LATE,
    0,
    LATE,
    1,
    0,
  ]);
  assert.deepEqual(follow(tracker, [30002 + MAX_DROPOUT_PACKETS]), [MAX_DROPOUT_PACKETS - 1]);
  assert.deepEqual(follow(new SequenceTracker(), [5, 6 + MAX_DROPOUT_PACKETS]), [0, LATE]);
});

test('after a reset any number begins', () => {
  const tracker = new SequenceTracker();
  follow(tracker, [1, 2]);
  tracker.reset();
  assert.deepEqual(follow(tracker, [40000, 40001]), [0, 0]);
});

test('a lower number with a later timestamp is a new count at once: nothing of it is given up', () => {
  for (const last of [3, 60, 300, 30000]) {
    const tracker = new SequenceTracker();
    follow(tracker, [last - 1, last], 0xffffff00);
    assert.deepEqual(follow(tracker, [0, 1, 2], 3600), [0, 0, 0], `after ${last}`);
    assert.equal(tracker.lost, 0);
  }
});

for (const [where, start, packets] of [
  ['near', 0, NEAR_RESTART_PACKETS],
  ['far from', 30_000, FAR_RESTART_PACKETS],
] as const) {
  test(`without one, ${packets} packets in a row ${where} the old count are a new one`, () => {
    const tracker = new SequenceTracker();
    follow(tracker, [50, 51], 7200);
    const before = Array.from({ length: packets - 1 }, (_, i) => start + i);
    assert.deepEqual(follow(tracker, [...before, 52]), [...before.map(() => LATE), 0]);
    const numbers = Array.from({ length: packets + 1 }, (_, i) => start + i);
    assert.deepEqual(follow(tracker, numbers), [...before.map(() => LATE), 1, 0]);
    assert.equal(tracker.restarts, 1);
  });
}
