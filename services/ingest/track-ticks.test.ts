import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TICKS_PER_MS } from '@vms/common/clock.ts';
import { MAX_SAME_TIMESTAMPS, TrackTicks } from './track-ticks.ts';

const FRAME_MS = 40;
const FRAME_TICKS = FRAME_MS * TICKS_PER_MS;

for (const [repeats, isFollowed] of [
  [MAX_SAME_TIMESTAMPS - 1, true],
  [MAX_SAME_TIMESTAMPS, false],
] as const) {
  test(`a clock that repeats a timestamp ${repeats} times is ${isFollowed ? 'followed' : 'ignored from then on'}`, () => {
    const ticks = new TrackTicks(90_000);
    ticks.start(0, 0, 0);
    for (let i = 1; i <= repeats; i++) ticks.advance(0, i * FRAME_MS, false);
    const before = ticks.pts;
    // By its timestamp it lies where it arrives, and by its arrival one frame behind the one before.
    const next = repeats + 1;
    ticks.advance(next * FRAME_TICKS, next * FRAME_MS, false);
    assert.equal(ticks.pts, isFollowed ? next * FRAME_TICKS : before + FRAME_TICKS);
  });
}
