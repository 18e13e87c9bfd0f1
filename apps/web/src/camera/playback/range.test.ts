import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, EDGE_MS, LEAD_MS, RANGE_MS, rangeFor, startFor } from './range.ts';

const spans = [
  { start: 100_000, end: 200_000 },
  { start: 260_000, end: 400_000 },
];

test('what is recorded plays where it was clicked', () => {
  assert.deepEqual(startFor(150_000, spans), { at: 150_000, skippedMs: 0 });
  assert.deepEqual(startFor(199_999, spans), { at: 199_999, skippedMs: 0 });
});

test('a gap leads to the next recorded span, and says how much was passed over', () => {
  assert.deepEqual(startFor(200_000, spans), { at: 260_000, skippedMs: 60_000 });
  assert.deepEqual(startFor(0, spans), { at: 100_000, skippedMs: 100_000 });
});

test('past everything, and at the edge of what is being written, it is just before the end', () => {
  assert.deepEqual(startFor(900_000, spans), { at: 400_000 - EDGE_MS, skippedMs: 0 });
  assert.deepEqual(startFor(399_999, spans), { at: 400_000 - EDGE_MS, skippedMs: 0 });
  assert.deepEqual(startFor(9, [{ start: 5, end: 10 }]), { at: 5, skippedMs: 0 });
  assert.equal(startFor(9, []), undefined);
});

test('a range is bounded, leads in, and ends at now', () => {
  assert.deepEqual(rangeFor(1e9, 2e9), { from: 1e9 - LEAD_MS, to: 1e9 + RANGE_MS });
  assert.deepEqual(rangeFor(1e9, 1e9 + 5000), { from: 1e9 - LEAD_MS, to: 1e9 + 5000 });
  assert.ok(rangeFor(1e9, 1e9).to > 1e9);
  assert.ok(rangeFor(1e9, 2e9).to - rangeFor(1e9, 2e9).from < 4 * 3_600_000);
});

test('a seek inside what is loaded needs no new range', () => {
  const range = { from: 0, to: 60_000 };
  assert.ok(covers(range, 0));
  assert.ok(covers(range, 59_000));
  assert.ok(!covers(range, 59_600));
  assert.ok(!covers(range, -1));
});
