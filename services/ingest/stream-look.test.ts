import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import {
  GOP_OBSERVATION_MS,
  MAX_BURST_SECONDS,
  OBSERVATION_MS,
  StreamLook,
} from './stream-look.ts';

const RATE = 25;
const TICKS_PER_FRAME = 90_000 / RATE;
const MS_PER_FRAME = 1000 / RATE;
const CONFIG = {
  kind: 'video',
  codec: 'h264',
  width: 640,
  height: 360,
  record: new Uint8Array(0),
  codecString: 'avc1.64001f',
} as const;

interface Watched {
  readonly look: StreamLook;
  readonly clock: ManualClock;
  isEnough: boolean;
  /** The next frame, `reorder` frames later on the time line than its place. */
  frame(keyframe: boolean, reorder?: number): void;
}

function watch(): Watched {
  const clock = new ManualClock();
  let count = 0;
  const look = new StreamLook(clock, () => {
    watched.isEnough = true;
  });
  const watched: Watched = {
    look,
    clock,
    isEnough: false,
    frame(keyframe, reorder = 0) {
      // Near the end of 32 bits, so that it wraps.
      const timestamp = (0xffff_f000 + (count++ + reorder) * TICKS_PER_FRAME) >>> 0;
      const payload = new Uint8Array(1000);
      look.onAccessUnit(0, { timestamp, payload, keyframe, config: CONFIG, lost: 0 });
    },
  };
  return watched;
}

/** Frames in real time until the look has seen enough; how many. */
function play(watched: Watched, gop: number, limit = 1000): number {
  let frames = 0;
  while (!watched.isEnough && frames < limit) {
    watched.frame(frames % gop === 0);
    frames++;
    watched.clock.advance(MS_PER_FRAME);
  }
  return frames;
}

test('rate, bit rate and GOP are measured, for OBSERVATION_MS where a whole GOP comes in it', () => {
  const watched = watch();
  assert.equal(play(watched, RATE), (OBSERVATION_MS / 1000) * RATE + 1);
  const measure = watched.look.measure();
  assert.ok(Math.abs(measure.framesPerSecond - RATE) < 0.5, `${measure.framesPerSecond}`);
  assert.ok(Math.abs(measure.bitsPerSecond - RATE * 8000) < 8000, `${measure.bitsPerSecond}`);
  assert.equal(measure.gopSeconds, 1);
  assert.equal(measure.reordersFrames, false);
});

test('a longer GOP is waited for, up to GOP_OBSERVATION_MS', () => {
  const four = watch();
  play(four, 4 * RATE);
  assert.equal(four.look.measure().gopSeconds, 4);
  const endless = watch();
  play(endless, Number.POSITIVE_INFINITY);
  const { gopSeconds, watchedSeconds, keyframes } = endless.look.measure();
  assert.deepEqual([gopSeconds, keyframes], [undefined, 1]);
  assert.ok(watchedSeconds >= GOP_OBSERVATION_MS / 1000 - 0.1, `${watchedSeconds}`);
});

test('pictures that come in another order than they are shown are noticed', () => {
  const watched = watch();
  watched.frame(true);
  for (const reorder of [2, -1, -1]) watched.frame(false, reorder);
  assert.equal(watched.look.measure().reordersFrames, true);
});

test('a burst at the start does not make the rate higher; stamps of another time do not count', () => {
  const watched = watch();
  for (let frame = 0; frame < 4 * RATE; frame++) watched.frame(frame % RATE === 0);
  play(watched, RATE);
  const { framesPerSecond } = watched.look.measure();
  assert.ok(Math.abs(framesPerSecond - RATE) < 1, `${framesPerSecond}`);
  const stray = watch();
  stray.frame(true);
  stray.clock.advance(1000);
  stray.frame(true, (MAX_BURST_SECONDS + 10) * RATE);
  assert.equal(stray.look.measure().framesPerSecond, 1);
});

test('nothing came: nothing is claimed', () => {
  const { framesPerSecond, gopSeconds, video } = watch().look.measure();
  assert.deepEqual([framesPerSecond, gopSeconds, video], [0, undefined, undefined]);
});
