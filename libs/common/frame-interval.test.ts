import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameInterval, MAX_LEARNED_INTERVAL_MS } from './frame-interval.ts';

test('the pace of a slow camera is learned from two intervals; a gap teaches nothing', () => {
  const LEAST_MS = 10_000;
  const cases: readonly (readonly [readonly number[], number])[] = [
    [[], LEAST_MS],
    [[0], LEAST_MS],
    [[0, 16_000], LEAST_MS],
    [[0, 16_000, 32_000], 40_000],
    [[0, 30_000, 60_000], MAX_LEARNED_INTERVAL_MS],
    [[0, 61_000, 122_000], LEAST_MS],
    [[0, 40, 80], LEAST_MS],
    [[0, 40, 16_040, 16_080], LEAST_MS],
    // Another session: its times begin again.
    [[0, 16_000, 32_000, 5_000], LEAST_MS],
    [[0, 16_000, 32_000, 5_000, 21_000, 37_000], 40_000],
  ];
  for (const [times, limitMs] of cases) {
    const interval = new FrameInterval(LEAST_MS);
    for (const time of times) interval.add(time);
    assert.equal(interval.limitMs, limitMs, times.join(' '));
  }
});
