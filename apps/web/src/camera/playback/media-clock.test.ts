import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_FRAME_SECONDS,
  FrameRate,
  filmedAt,
  mediaTimeOf,
  pictureAfterSeek,
  stepTarget,
} from './media-clock.ts';

const T = Date.UTC(2026, 10, 20);
/** Two segments, a gap of 60 s, one more. */
const segments = [
  { start: 0, duration: 2, programDateTime: T },
  { start: 2, duration: 2, programDateTime: T + 2000 },
  { start: 4, duration: 2, programDateTime: T + 64_000 },
];

test('media time and wall clock undo each other, across a gap', () => {
  for (const seconds of [0, 0.5, 2, 3.999, 4, 5.5]) {
    const at = filmedAt(segments, seconds);
    assert.ok(at !== undefined);
    const back = mediaTimeOf(segments, at);
    assert.ok(back !== undefined && Math.abs(back - seconds) < 1e-6, `${seconds} s`);
  }
  assert.equal(filmedAt(segments, 4), T + 64_000);
});

test('an instant in a gap is the next segment; past everything the end', () => {
  assert.equal(mediaTimeOf(segments, T + 30_000), 4);
  assert.equal(mediaTimeOf(segments, T - 5000), 0);
  assert.equal(mediaTimeOf(segments, T + 90_000), 6);
  assert.equal(filmedAt(segments, 7), T + 67_000);
});

test('without dates nothing is claimed', () => {
  const undated = [{ start: 0, duration: 2, programDateTime: null }];
  assert.equal(filmedAt(undated, 1), undefined);
  assert.equal(mediaTimeOf(undated, T), undefined);
  assert.equal(mediaTimeOf([], T), undefined);
});

test('the length of a frame is learnt from what is shown, also when some are skipped', () => {
  const rate = new FrameRate();
  assert.equal(rate.frameSeconds, DEFAULT_FRAME_SECONDS);
  for (const n of [0, 1, 2, 4, 5, 6, 8, 9, 10, 11]) rate.shown(n / 15);
  assert.ok(Math.abs(rate.frameSeconds - 1 / 15) < 1e-9);
  rate.shown(500);
  assert.ok(Math.abs(rate.frameSeconds - 1 / 15) < 1e-9);
  assert.equal(rate.current, 500);
});

test('a step lands in the middle of the frame it wants', () => {
  const frame = 0.04;
  assert.equal(Math.floor(stepTarget(10 * frame, 1, frame) / frame), 11);
  assert.equal(Math.floor(stepTarget(10 * frame, -1, frame) / frame), 9);
  assert.equal(stepTarget(0, -1, frame), 0);
});

test('the picture after a seek is the one that was sought, or what was drawn of it', () => {
  const frame = 0.04;
  const after = (sought?: number, drawn?: number) => pictureAfterSeek(sought, drawn, frame);
  assert.equal(after(10, undefined), 10, 'not drawn yet');
  assert.equal(after(10, 9.97), 9.97, 'the frame that contains the instant');
  assert.equal(after(10, 10.4), 10.4, 'it has played on meanwhile');
  assert.equal(after(10, 9.95), 10, 'the frame before, reported late');
  assert.equal(after(10, 11), 10, 'of where playback was before');
  assert.equal(after(undefined, 12.5), 12.5, 'the player passed over a hole');
  assert.equal(after(undefined, undefined), undefined);
});
