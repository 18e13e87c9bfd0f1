import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlayback } from './playback.ts';

test('says that the first recording cannot be looked for', async () => {
  const unavailable = new Error('503');
  const playback = createPlayback({
    video: new EventTarget() as HTMLVideoElement,
    now: () => 1_700_000_000_000,
    fetchSpans: () => Promise.reject(unavailable),
    requestRange: () => Promise.reject(unavailable),
    onNotice: () => {},
  });
  await playback.playFirst(true);
  assert.equal(playback.phase(), 'failed');
  assert.equal(playback.problem(), unavailable);
});
