import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchLatency } from './latency-match.ts';

const CLIP_FRAMES = 5;
/** Three rounds of a clip of five pictures, 40 ms apart. */
const SENT = Array.from({ length: 15 }, (_, index) => ({
  index,
  frame: index % CLIP_FRAMES,
  sentAt: 1000 + index * 40,
}));
const SHOWN = SENT.map(({ frame, index, sentAt }) => ({
  frame,
  rtpTimestamp: 90_000 + index * 3600,
  shownAt: sentAt + 30,
}));

test('each shown picture finds its own sending, in every round of the clip', () => {
  const { latencies, missing, unreadable } = matchLatency(SENT, SHOWN, CLIP_FRAMES);
  assert.deepEqual(latencies, Array(15).fill(30));
  assert.deepEqual([missing, unreadable], [[], 0]);
});

test('a picture that was never shown is missing', () => {
  const { latencies, missing } = matchLatency(SENT, SHOWN.toSpliced(7, 1), CLIP_FRAMES);
  assert.deepEqual([latencies.length, missing], [14, [7]]);
});

test('pixels of another picture than the time stamp’s, or of none, are not timed', () => {
  const wrong = SHOWN.map((shown, at) =>
    at === 3 ? { ...shown, frame: 4 } : at === 5 ? { ...shown, frame: undefined } : shown,
  );
  const { latencies, missing, unreadable } = matchLatency(SENT, wrong, CLIP_FRAMES);
  assert.deepEqual([latencies.length, unreadable, missing], [13, 2, [3, 5]]);
});

test('clocks that disagree are an error, not a good figure', () => {
  const early = SHOWN.map((shown) => ({ ...shown, shownAt: shown.shownAt - 40 }));
  assert.throws(() => matchLatency(SENT, early, CLIP_FRAMES), /before it was sent/);
});
