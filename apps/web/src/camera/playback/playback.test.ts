import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '../timeline/view.ts';
import { createPlayback } from './playback.ts';

const NOW = 1_700_000_000_000;
const RECORDED = { start: NOW - 60_000, end: NOW - 30_000 } as Span;

/** Playback of which each answer is given by the test. */
function playbackOf() {
  const asked: PromiseWithResolvers<Span[]>[] = [];
  const ranges: PromiseWithResolvers<never>[] = [];
  const playback = createPlayback({
    video: new EventTarget() as HTMLVideoElement,
    now: () => NOW,
    fetchSpans: () => {
      const answer = Promise.withResolvers<Span[]>();
      asked.push(answer);
      return answer.promise;
    },
    requestRange: () => {
      const answer = Promise.withResolvers<never>();
      ranges.push(answer);
      return answer.promise;
    },
    onNotice: () => {},
  });
  return { playback, asked, ranges };
}

test('says that the first recording cannot be looked for', async () => {
  const { playback, asked } = playbackOf();
  const unavailable = new Error('503');
  const done = playback.playFirst(true);
  assert.equal(playback.phase(), 'loading');
  asked[0]?.reject(unavailable);
  await done;
  assert.equal(playback.phase(), 'failed');
  assert.equal(playback.playing(), false);
  assert.equal(playback.problem(), unavailable);
});

test('says that nothing is recorded, also where another place was being loaded', async () => {
  const { playback, asked } = playbackOf();
  void playback.playAt(RECORDED.start);
  const done = playback.playFirst(true);
  asked[1]?.resolve([]);
  await done;
  assert.equal(playback.phase(), 'nothing');
  assert.equal(playback.playing(), false);
  assert.equal(playback.at(), undefined);
  void playback.playAt(RECORDED.start);
  assert.equal(playback.playing(), true);
  playback.step(1);
  assert.deepEqual([playback.playing(), playback.wantsToPlay()], [false, false]);
  playback.dispose();
});

test('is paused and goes on while it loads, without asking again', async () => {
  const { playback, asked, ranges } = playbackOf();
  const done = playback.playAt(RECORDED.start);
  assert.equal(playback.playing(), true, 'what is shown is what will be');
  playback.toggle();
  assert.deepEqual([playback.playing(), playback.wantsToPlay()], [false, false]);
  asked[0]?.resolve([RECORDED]);
  while (ranges.length === 0) await new Promise((resolve) => setImmediate(resolve));
  playback.toggle();
  assert.deepEqual([playback.playing(), playback.wantsToPlay()], [true, true]);
  assert.deepEqual([asked.length, ranges.length], [1, 1]);
  ranges[0]?.reject(new Error('503'));
  await done;
  assert.equal(playback.phase(), 'failed');
  assert.equal(playback.playing(), false);
});

test('stays paused on the way to the newest', async () => {
  const { playback, asked } = playbackOf();
  void playback.playNewest();
  playback.toggle();
  asked[0]?.resolve([RECORDED]);
  while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([playback.playing(), playback.wantsToPlay()], [false, false]);
  assert.equal(playback.at(), RECORDED.start);
  playback.dispose();
});
