import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticFrame } from '../medialink/testing/synthetic-frames.ts';
import { MAX_FOLLOWED_POINTS, StartPoints } from './start-points.ts';

const NONE = '0000000341 9a00';
const IDR = '00000003658880';
const OPEN = '0000000406060184 00000003419a00';
/** recovery_frame_cnt 3: ue is 00100. */
const GRADUAL_3 = '0000000406060125 00000003419a00';
const B = '00000003019a00';

function picture(hex: string) {
  const payload = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return { ...syntheticFrame(1), keyframe: hex !== NONE && hex !== B, payload };
}

function starts(...pictures: string[]): (number | undefined)[] {
  const points = new StartPoints();
  return pictures.map((hex, position) => {
    points.add(picture(hex), position);
    return points.start;
  });
}

test('the newest closed or open point is where to start', () => {
  assert.deepEqual(starts(NONE, IDR, NONE, OPEN, NONE, IDR), [undefined, 1, 1, 3, 3, 5]);
});

test('a gradual point is one as soon as its pictures have come; the first one at once', () => {
  const pictures = [NONE, GRADUAL_3, NONE, NONE, GRADUAL_3, NONE, B, NONE, B, NONE, B, IDR];
  assert.deepEqual(starts(...pictures), [undefined, 1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 11]);
});

test('points that overlap are followed separately, up to a bounded number', () => {
  const overlapping = [GRADUAL_3, GRADUAL_3, GRADUAL_3, NONE, NONE, NONE];
  assert.deepEqual(starts(...overlapping), [0, 0, 0, 0, 1, 2]);
  const points = new StartPoints();
  points.add(picture(IDR), 0);
  // recovery_frame_cnt 1000: as long as no end of it comes, only so many are kept.
  const long = '00000007060603007d3080 00000003419a00';
  for (let i = 1; i <= MAX_FOLLOWED_POINTS + 5; i++) points.add(picture(long), i);
  let skipped = 0;
  while (points.skip()) skipped++;
  assert.equal(skipped, MAX_FOLLOWED_POINTS);
  assert.equal(points.start, undefined);
});
