import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraState } from '@vms/common/camera.ts';
import type { Camera } from '../api/types.ts';
import type { LivePlayer } from './live-player.ts';
import { livenessOf } from './liveness.ts';

const LOST_AT = 1_000_000;

/** What is said of a view at `now` whose last picture came at `lastPictureAt`. */
function said(state: CameraState, lastPictureAt: number | undefined, now: number) {
  const player = {
    phase: () => 'playing',
    shown: () => undefined,
    lastPictureAt: () => lastPictureAt,
  } as unknown as LivePlayer;
  const camera = { status: { state, since: new Date(LOST_AT).toISOString() } } as unknown as Camera;
  const { at, live, stale } = livenessOf(
    () => player,
    () => camera,
    () => now,
  );
  return { at: at(), live: live(), stale: stale() };
}

test('a picture that just came is live', () => {
  const now = LOST_AT + 5000;
  assert.deepEqual(said('online', now - 40, now), { at: now, live: true, stale: false });
});

test('the last pictures of a lost camera, sent to a view that begins later, are not live', () => {
  const now = LOST_AT + 20_000;
  const expected = { at: LOST_AT, live: false, stale: true };
  assert.deepEqual(said('unreachable', now - 40, now), expected);
});

test('a picture from before the camera was lost keeps its time', () => {
  const last = LOST_AT - 500;
  const expected = { at: last, live: false, stale: true };
  assert.deepEqual(said('unreachable', last, LOST_AT + 20_000), expected);
});
