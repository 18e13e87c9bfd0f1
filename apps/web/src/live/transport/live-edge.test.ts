import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MIN_TARGET_SECONDS,
  nextTarget,
  noteRanOut,
  paceOf,
  RefillWatch,
  trimOf,
} from './live-edge.ts';

const range = (start: number, end: number) => ({ start, end });

test('begins near the newest picture, wherever the time line starts', () => {
  assert.deepEqual(paceOf({ ranges: [range(10, 12)], currentTime: 0, target: 0.2 }), {
    seekTo: 11.8,
    rate: 1,
  });
  assert.deepEqual(paceOf({ ranges: [], currentTime: 0, target: 0.2 }), { rate: 1 });
});

test('catches up by playing faster, never much faster, and leaves small differences alone', () => {
  const at = (behind: number) =>
    paceOf({ ranges: [range(0, 100)], currentTime: 100 - behind, target: 0.2 });
  assert.equal(at(0.2).rate, 1);
  assert.equal(at(0.24).rate, 1);
  assert.ok(at(0.5).rate > 1.1 && at(0.5).rate < 1.15);
  assert.equal(at(1.9).rate, 1.25);
  assert.equal(at(1.9).seekTo, undefined);
  assert.equal(at(2.1).seekTo, 99.8);
});

test('leaps over a gap once there is nothing left before it', () => {
  const ranges = [range(0, 10), range(10.6, 11)];
  assert.equal(paceOf({ ranges, currentTime: 9.5, target: 0.2 }).seekTo, undefined);
  assert.equal(paceOf({ ranges, currentTime: 9.98, target: 0.2 }).seekTo, 10.8);
});

test('returns when the time line began again', () => {
  assert.equal(paceOf({ ranges: [range(10, 11)], currentTime: 500, target: 0.2 }).seekTo, 10.8);
});

test('goes back from past the end to what came since, never to what was shown', () => {
  let ranOutAt: number | undefined;
  const look = (end: number, currentTime: number, target = 0.2): number | undefined => {
    const view = { ranges: [range(0, end)], currentTime, target };
    ranOutAt = noteRanOut({ ...view, ranOutAt });
    return paceOf({ ...view, ranOutAt }).seekTo;
  };
  assert.equal(look(11, 10.9), undefined);
  for (let at = 11; at < 60; at += 0.1) assert.equal(look(11, at), undefined, `at ${at} s`);
  assert.equal(look(11.5, 60), 11.3);
  assert.equal(look(11.5, 11.3), undefined);
  for (let at = 11.4; at < 20; at += 0.1) assert.equal(look(11.5, at), undefined, `at ${at} s`);
  assert.equal(look(11.6, 20, 1.2), 11.5, 'of a trickle only what is new');
});

test('keeps more distance after stalls, and gives it back slowly, within bounds', () => {
  let target = MIN_TARGET_SECONDS;
  for (let stalls = 0; stalls < 50; stalls++) target = nextTarget(target, 'stall');
  assert.equal(target, 1.2);
  target = nextTarget(target, { calmSeconds: 60 });
  assert.ok(target > 0.9 && target < 1);
  assert.equal(nextTarget(target, { calmSeconds: 3600 }), MIN_TARGET_SECONDS);
});

test('lets go of what was played', () => {
  assert.equal(trimOf([range(90, 101)], 100), undefined);
  assert.deepEqual(trimOf([range(80, 101)], 100), { from: 0, to: 92 });
  assert.equal(trimOf([], 100), undefined);
});

/** Looks every 100 ms at a browser that holds back a second; gives when it is to seek. */
function heldFor(watch: RefillWatch, ms: number, aheadSeconds = 1): number[] {
  const seeks: number[] = [];
  for (let at = 100; at <= ms; at += 100) {
    if (watch.shouldSeek(true, aheadSeconds, 0.2, 100)) seeks.push(at);
  }
  return seeks;
}

function playFor(watch: RefillWatch, ms: number): void {
  for (let at = 100; at <= ms; at += 100) assert.equal(watch.shouldSeek(false, 1, 0.2, 100), false);
}

test('ends the waiting of a browser that holds back what it has: once, and later where it does so again', () => {
  const watch = new RefillWatch();
  assert.deepEqual(heldFor(watch, 5000), [], 'nothing was shown yet');
  for (const after of [400, 800, 1600, 3200, 3200]) {
    watch.shouldSeek(false, 1, 0.2, 0);
    assert.deepEqual(heldFor(watch, 5000), [after]);
  }
  playFor(watch, 10_000);
  assert.deepEqual(heldFor(watch, 5000), [400]);
});

test('leaves a browser alone that has nothing to show', () => {
  const watch = new RefillWatch();
  playFor(watch, 1000);
  assert.deepEqual(heldFor(watch, 5000, 0.1), []);
});
