import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_TICK_MS, MAX_TICK_MS, MIN_TICK_MS } from '@vms/format/volume-identity.ts';
import { FLUSH_LEAD_MS, roundMsOf } from './rounds.ts';

/** Milliseconds between two pictures of a camera, at 25 a second. */
const PICTURE_MS = 40;
/** `UNWATCHED_NAP_MS` of ingest, while many cameras send. */
const NAP_MS = 20;
/** Milliseconds by which a round may start late. */
const LATE_MS = 10;
/** The shortest ticks have no room for all that: so much more may be lost. */
const SHORT_TICK_MS = 150;
const SHORT_TICK_EXCESS_MS = 35;

test('a round comes soon enough for a tick to be the most that is lost', () => {
  assert.ok(FLUSH_LEAD_MS > NAP_MS, 'what is asked for comes before the round');
  assert.ok(FLUSH_LEAD_MS < roundMsOf(MIN_TICK_MS), 'every round is longer');
  assert.equal(roundMsOf(DEFAULT_TICK_MS), 400);
  assert.equal(roundMsOf(MAX_TICK_MS), MAX_TICK_MS - 100);
  for (let tickMs = MIN_TICK_MS; tickMs <= MAX_TICK_MS; tickMs++) {
    const lostMs = roundMsOf(tickMs) + NAP_MS + FLUSH_LEAD_MS + PICTURE_MS + LATE_MS;
    const excessMs = tickMs < SHORT_TICK_MS ? SHORT_TICK_EXCESS_MS : 0;
    assert.ok(lostMs <= tickMs + excessMs, `a tick of ${tickMs} ms`);
  }
});
