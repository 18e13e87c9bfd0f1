import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import {
  DENSE_FRAMES_PER_SECOND,
  MEASURE_INTERVAL_MS,
  ReadModeration,
  UNWATCHED_NAP_MS,
  WATCHED_NAP_MS,
} from './read-moderation.ts';

/** A loop that a test turns by hand: each turn is what one poll and its callbacks take. */
function loopWith(framesPerSecond: { value: number }, watched = { value: true }) {
  const clock = new ManualClock();
  const naps: number[] = [];
  let pending: (() => void) | undefined;
  const moderation = new ReadModeration({
    clock,
    frames: () => (clock.monotonic() / 1000) * framesPerSecond.value,
    isWatched: () => watched.value,
    sleep: (ms) => {
      naps.push(ms);
      clock.advance(ms);
    },
    afterPoll: (callback) => {
      pending = callback;
    },
  });
  moderation.start();
  const turn = (workMs: number): boolean => {
    clock.advance(workMs);
    const callback = pending;
    pending = undefined;
    callback?.();
    return callback !== undefined;
  };
  return { clock, naps, turn, moderation };
}

describe('ReadModeration', () => {
  it('reads sparse traffic at once', () => {
    const { naps, turn } = loopWith({ value: DENSE_FRAMES_PER_SECOND - 1 });
    for (let i = 0; i < 10; i++) turn(MEASURE_INTERVAL_MS);
    assert.deepEqual(naps, []);
  });

  it('sleeps for what is left of a nap between two polls of dense traffic', () => {
    const { naps, turn } = loopWith({ value: DENSE_FRAMES_PER_SECOND });
    turn(MEASURE_INTERVAL_MS);
    naps.splice(0);
    turn(1);
    turn(3);
    turn(WATCHED_NAP_MS + 1);
    turn(0);
    assert.deepEqual(naps, [WATCHED_NAP_MS - 1, WATCHED_NAP_MS - 3, WATCHED_NAP_MS]);
  });

  it('sleeps longer while nobody watches, and shorter from the next poll on when somebody does', () => {
    const watched = { value: false };
    const { naps, turn } = loopWith({ value: DENSE_FRAMES_PER_SECOND }, watched);
    turn(MEASURE_INTERVAL_MS);
    naps.splice(0);
    turn(0);
    watched.value = true;
    turn(0);
    assert.deepEqual(naps, [UNWATCHED_NAP_MS, WATCHED_NAP_MS]);
  });

  it('ends with the traffic, and with stop', () => {
    const rate = { value: DENSE_FRAMES_PER_SECOND * 2 };
    const { turn, moderation } = loopWith(rate);
    turn(MEASURE_INTERVAL_MS);
    assert.equal(moderation.isDense, true);
    assert.equal(turn(1), true);
    moderation.stop();
    turn(1);
    assert.equal(turn(1), false);
    assert.equal(moderation.isDense, false);
  });
});
