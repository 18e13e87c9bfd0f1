import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOLE_STALL_MS, watchHoles } from './hole-watch.ts';

function rig(t: TestContext, ranges: readonly (readonly [number, number])[]) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const buffered = {
    length: ranges.length,
    start: (index: number) => ranges[index]?.[0] ?? 0,
    end: (index: number) => ranges[index]?.[1] ?? 0,
  };
  const still = { currentTime: 20, ended: false, paused: false, readyState: 2, seeking: false };
  const video = { ...still, buffered };
  const end = watchHoles(video, Date.now);
  t.after(end);
  // The mocked date is that of the end of a tick for every timer in it.
  const wait = (ms: number): void => {
    for (let waited = 0; waited < ms; waited += 50) t.mock.timers.tick(50);
  };
  return { video, end, wait };
}

const HOLE = [
  [0, 20],
  [28, 60],
] as const;

test('a picture that stands before a hole goes on behind it', (t) => {
  const { video, wait } = rig(t, HOLE);
  wait(HOLE_STALL_MS);
  assert.equal(video.currentTime, 20);
  wait(500);
  assert.equal(video.currentTime, 28.05);
});

test('what is not loaded yet is waited for, however long', (t) => {
  const { video, wait } = rig(t, [[0, 20]]);
  wait(10 * HOLE_STALL_MS);
  assert.equal(video.currentTime, 20);
});

for (const state of [
  { paused: true },
  { ended: true },
  { seeking: true },
  { readyState: 3 },
] as const) {
  test(`a picture that need not move is left alone: ${Object.keys(state)}`, (t) => {
    const { video, wait } = rig(t, HOLE);
    Object.assign(video, state);
    wait(10 * HOLE_STALL_MS);
    assert.equal(video.currentTime, 20);
  });
}

test('a picture that moves starts over each time, and one that is destroyed none', (t) => {
  const { end, video, wait } = rig(t, HOLE);
  for (let i = 0; i < 10; i++) {
    wait(HOLE_STALL_MS - 500);
    video.currentTime -= 0.01;
  }
  const moved = video.currentTime;
  end();
  wait(10 * HOLE_STALL_MS);
  assert.ok(moved < 20);
  assert.equal(video.currentTime, moved);
});
