import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Recording } from '../../api/types.ts';
import { GROWS_WITHIN_MS, isGrowing } from './growing.ts';

const now = Date.UTC(2026, 10, 20, 17);
const recording = (open: boolean, age: number): Recording => ({
  id: 'run_a',
  cameraId: 'cam_a',
  stream: 'main',
  start: new Date(now - 3_600_000).toISOString(),
  end: new Date(now - age).toISOString(),
  durationMs: 3_600_000 - age,
  open,
  bytes: 1,
});

test('a recording goes on only while its camera sends and its end moves', () => {
  assert.equal(isGrowing(recording(true, 900), 'online', now), true);
  assert.equal(isGrowing(recording(true, GROWS_WITHIN_MS), 'online', now), true);
  // The disk takes nothing any more.
  assert.equal(isGrowing(recording(true, GROWS_WITHIN_MS + 1), 'online', now), false);
  for (const state of ['unreachable', 'no-frames', 'wrong-password', 'disabled'] as const)
    assert.equal(isGrowing(recording(true, 900), state, now), false, state);
  // Ingest is unavailable: what is known is that the file grew a moment ago.
  assert.equal(isGrowing(recording(true, 900), 'unknown', now), true);
  assert.equal(isGrowing(recording(false, 900), 'online', now), false);
});
