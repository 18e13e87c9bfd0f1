import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_TICK_MS, MAX_TICK_MS, MIN_TICK_MS } from '@vms/format/volume-identity.ts';
import { COALESCE_MS, roundMsOf } from './round-interval.ts';

/** Milliseconds between two pictures of a camera, at 25 a second. */
const PICTURE_MS = 40;
/** Longest nap of ingest, while many cameras send. */
const NAP_MS = 20;

test('a round comes soon enough for a tick to be the most that is lost', () => {
  assert.equal(roundMsOf(DEFAULT_TICK_MS), 400);
  assert.equal(roundMsOf(MAX_TICK_MS), MAX_TICK_MS - 100);
  assert.ok(roundMsOf(DEFAULT_TICK_MS) + NAP_MS + COALESCE_MS + PICTURE_MS < DEFAULT_TICK_MS);
  for (let tickMs = MIN_TICK_MS; tickMs <= MAX_TICK_MS; tickMs++) {
    assert.ok(roundMsOf(tickMs) + COALESCE_MS + PICTURE_MS <= tickMs, `a tick of ${tickMs} ms`);
  }
});
