import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlaybackController } from './playback/playback.ts';
import { createWatching } from './watching.ts';

const NOW = 1_700_000_000_000;

/** What is watched, with the live picture of `liveAt` on the screen. */
function watchingAt(liveAt: number, isLive: boolean) {
  const played: number[] = [];
  const playback = {
    playAt: (at: number) => {
      played.push(at);
      return Promise.resolve();
    },
    rest: () => {},
    wantsToPlay: () => false,
    at: () => played.at(-1),
  } as unknown as PlaybackController;
  const watching = createWatching(
    {
      now: () => NOW,
      playback: () => playback,
      liveAt: () => liveAt,
      isLive: () => isLive,
      onLeaveLive: () => {},
    },
    'live',
  );
  return { watching, played };
}

test('what is live stays so where it is told to play on, however late its picture is', () => {
  const { watching, played } = watchingAt(NOW - 4000, true);
  watching.playOn(NOW - 4000);
  assert.equal(watching.mode(), 'live');
  assert.deepEqual(played, []);
});

test('live that is paused plays on from its picture, and live again where that is new', () => {
  const { watching, played } = watchingAt(NOW - 60_000, false);
  watching.toggle();
  watching.playOn(NOW - 60_000);
  assert.equal(watching.mode(), 'playback');
  assert.deepEqual(played, [NOW - 60_000]);
  watching.playOn(NOW - 500);
  assert.equal(watching.mode(), 'live');
});

test('only what takes a person to another time is a move', () => {
  const { watching } = watchingAt(NOW, true);
  watching.toggle();
  watching.toggle();
  watching.jump(-10_000);
  assert.equal(watching.moves(), 0);
  watching.seek(NOW - 60_000);
  watching.playAt(NOW - 120_000);
  watching.goLive();
  assert.equal(watching.moves(), 3);
});
