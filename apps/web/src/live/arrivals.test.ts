import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Arrivals,
  CHECK_INTERVAL_MS,
  FIRST_BYTES_MS,
  FIRST_PICTURE_MS,
  REFILL_MS,
} from './arrivals.ts';

/** Looks every CHECK_INTERVAL_MS from `from` on for `ms`; gives the first time at which `holds`, or undefined. */
function lookOn(
  arrivals: Arrivals,
  from: number,
  ms: number,
  bytesAt: (at: number) => number,
  holds: () => boolean,
): number | undefined {
  for (let at = from + CHECK_INTERVAL_MS; at <= from + ms; at += CHECK_INTERVAL_MS) {
    arrivals.look(at, bytesAt(at), 0);
    if (holds()) return at - from;
  }
  return undefined;
}

test('a way that brings nothing is left soon, one that brings media is given time to decode', () => {
  const silent = new Arrivals(1000);
  const left = lookOn(
    silent,
    1000,
    60_000,
    () => 0,
    () => silent.pictureIsOverdue,
  );
  assert.equal(left, FIRST_BYTES_MS + CHECK_INTERVAL_MS);
  const slow = new Arrivals(1000);
  const given = lookOn(
    slow,
    1000,
    60_000,
    (at) => at * 10,
    () => slow.pictureIsOverdue,
  );
  assert.equal(given, FIRST_PICTURE_MS + CHECK_INTERVAL_MS);
});

test('silence is a stall, sooner where pictures come often', () => {
  for (const [everyMs, atMost] of [
    [CHECK_INTERVAL_MS, 2500],
    [2000, 7000],
  ] as const) {
    const arrivals = new Arrivals(0);
    const bytes = (at: number): number => Math.floor(Math.min(at, 20_000) / everyMs) * 100;
    const stalled = lookOn(arrivals, 0, 60_000, bytes, () => arrivals.hasStalled);
    assert.ok(stalled !== undefined && stalled > 20_000, `${stalled} ms`);
    assert.ok(stalled <= 20_000 + atMost, `${stalled} ms`);
  }
});

test('time in which this computer did not come to look is no silence of the server', () => {
  const arrivals = new Arrivals(0);
  lookOn(
    arrivals,
    0,
    5000,
    (at) => at,
    () => false,
  );
  arrivals.look(12_000, 5000, 0);
  assert.equal(arrivals.hasStalled, false);
  arrivals.look(12_500, 12_500, 0);
  assert.equal(arrivals.hasStalled, false);
  const unseen = new Arrivals(0);
  unseen.look(FIRST_BYTES_MS * 2, 0, 0);
  assert.equal(unseen.pictureIsOverdue, false);
});

test('tells rates of the last looks', () => {
  const arrivals = new Arrivals(0);
  for (let at = CHECK_INTERVAL_MS; at <= 5000; at += CHECK_INTERVAL_MS)
    arrivals.look(at, at * 125, at / 40);
  const { bitsPerSecond, framesPerSecond } = arrivals.rates();
  assert.equal(Math.round(bitsPerSecond), 1_000_000);
  assert.equal(Math.round(framesPerSecond), 25);
});

test('a picture that stands still is a stall, although bytes go on coming', () => {
  const arrivals = new Arrivals(0);
  let stalledAt: number | undefined;
  for (
    let at = CHECK_INTERVAL_MS;
    at <= 30_000 && stalledAt === undefined;
    at += CHECK_INTERVAL_MS
  ) {
    arrivals.look(at, at * 100, Math.min(at, 10_000) / 40);
    if (arrivals.hasStalled) stalledAt = at;
  }
  assert.ok(
    stalledAt !== undefined &&
      stalledAt > 10_000 + REFILL_MS &&
      stalledAt <= 10_000 + REFILL_MS + 2 * CHECK_INTERVAL_MS,
    `${stalledAt}`,
  );
});

test('where a browser counts no pictures, bytes stand for them', () => {
  const arrivals = new Arrivals(0);
  for (let at = CHECK_INTERVAL_MS; at <= 10_000; at += CHECK_INTERVAL_MS) {
    arrivals.look(at, at * 100, 0);
    assert.equal(arrivals.hasStalled, false);
  }
  for (let at = 10_500; at <= 13_000; at += CHECK_INTERVAL_MS) arrivals.look(at, 1_000_000, 0);
  assert.equal(arrivals.hasStalled, true);
});

test('pictures that are drawn again hide no stall', () => {
  const arrivals = new Arrivals(0);
  let stalledAt: number | undefined;
  for (let at = CHECK_INTERVAL_MS; at <= 30_000; at += CHECK_INTERVAL_MS) {
    arrivals.look(at, Math.min(at, 10_000) * 100, at / 40);
    if (arrivals.hasStalled) stalledAt ??= at;
  }
  assert.ok(stalledAt !== undefined && stalledAt > 10_000 && stalledAt <= 14_000, `${stalledAt}`);
});
