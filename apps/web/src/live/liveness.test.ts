import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraState } from '@vms/common/camera.ts';
import type { Camera } from '../api/types.ts';
import type { LivePlayer } from './live-player.ts';
import { livenessOf } from './liveness.ts';

const LOST_AT = 1_000_000;

/** What is said of a view at `now` whose last picture came at `lastPictureAt`. */
function said(state: CameraState, lastPictureAt: number | undefined, now: number, seen = true) {
  const player = {
    phase: () => 'playing',
    shown: () => undefined,
    lastPictureAt: () => lastPictureAt,
    seen: () => seen,
  } as unknown as LivePlayer;
  const camera = { status: { state, since: new Date(LOST_AT).toISOString() } } as unknown as Camera;
  const { at, live, stale, missingSince } = livenessOf(
    () => player,
    () => camera,
    () => now,
  );
  return { at: at(), live: live(), stale: stale(), missingSince: missingSince() };
}

test('a picture that just came is live', () => {
  const now = LOST_AT + 5000;
  assert.deepEqual(said('online', now - 40, now), {
    at: now,
    live: true,
    stale: false,
    missingSince: undefined,
  });
});

test('the last pictures of a lost camera, sent to a view that begins later, are not live', () => {
  const now = LOST_AT + 20_000;
  const expected = { at: LOST_AT, live: false, stale: true, missingSince: LOST_AT };
  assert.deepEqual(said('unreachable', now - 40, now), expected);
});

test('a picture from before the camera was lost keeps its time', () => {
  const last = LOST_AT - 500;
  const expected = { at: last, live: false, stale: true, missingSince: last };
  assert.deepEqual(said('unreachable', last, LOST_AT + 20_000), expected);
});

test('a picture from before somebody looked away is old, and none is missing since then', () => {
  const last = LOST_AT - 3_600_000;
  const expected = { at: last, live: false, stale: true, missingSince: undefined };
  assert.deepEqual(said('unreachable', last, LOST_AT + 20_000, false), expected);
});
