import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { LOGIN_PAUSE_MS, Reconnect, SHORT_ABSENCE_MS, WORKED_MS } from './reconnect.ts';

/** A repeatable number in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('waits are spread over the whole bound, which doubles and ends', () => {
  const clock = new ManualClock();
  const bounds: number[] = [];
  const almostOne = new Reconnect(clock, () => 1);
  for (let i = 0; i < 8; i++) bounds.push(almostOne.failed('ingest.unreachable'));
  assert.deepEqual(bounds, [250, 500, 1000, 2000, 2000, 2000, 2000, 2000]);
  const zero = new Reconnect(clock, () => 0);
  assert.equal(zero.failed('ingest.unreachable'), 0);
});

test('a camera that was away for 5 to 300 s is found again within 2 s in 95 of 100 cases', () => {
  const random = randomNumbers(11);
  const late: number[] = [];
  for (let i = 0; i < 2_000; i++) {
    const clock = new ManualClock();
    const reconnect = new Reconnect(clock, random);
    reconnect.worked(60_000);
    const returnsAt = 5_000 + random() * 295_000;
    clock.advance(reconnect.failed('ingest.connection-lost'));
    while (clock.monotonic() < returnsAt) clock.advance(reconnect.failed('ingest.unreachable'));
    late.push(clock.monotonic() - returnsAt);
  }
  late.sort((a, b) => a - b);
  const p95 = late[Math.floor(late.length * 0.95)] ?? Number.NaN;
  assert.ok(p95 < 1_800, `P95 is ${p95} ms`);
});

test('a camera that is away for long is looked for less often', () => {
  const clock = new ManualClock();
  const reconnect = new Reconnect(clock, () => 1);
  reconnect.failed('ingest.unreachable');
  clock.advance(SHORT_ABSENCE_MS + 1);
  assert.equal(reconnect.failed('ingest.unreachable'), 15_000);
  reconnect.worked(WORKED_MS);
  assert.equal(reconnect.failed('ingest.unreachable'), 250);
});

test('after a refused login there is at most one in any 30 s', () => {
  for (const random of [() => 0, () => 0.999, randomNumbers(5)]) {
    const clock = new ManualClock();
    const reconnect = new Reconnect(clock, random);
    let last = clock.monotonic();
    for (let i = 0; i < 50; i++) {
      clock.advance(reconnect.failed('ingest.wrong-password'));
      assert.ok(clock.monotonic() - last >= LOGIN_PAUSE_MS);
      assert.ok(clock.monotonic() - last <= 300_000);
      last = clock.monotonic();
    }
  }
});

test('a corrected password is tried at once, but only once in a pause', () => {
  const clock = new ManualClock();
  const reconnect = new Reconnect(clock, () => 0);
  reconnect.failed('ingest.wrong-password');
  clock.advance(5_000);
  assert.equal(reconnect.changed(), 0);
  reconnect.failed('ingest.wrong-password');
  clock.advance(1_000);
  assert.equal(reconnect.changed(), LOGIN_PAUSE_MS - 1_000);
  clock.advance(LOGIN_PAUSE_MS);
  assert.equal(reconnect.changed(), 0);
});

test('a session that breaks at once again and again is not begun in a burst', () => {
  const clock = new ManualClock();
  const reconnect = new Reconnect(clock, () => 1);
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    reconnect.worked(WORKED_MS - 1);
    waits.push(reconnect.failed('ingest.connection-lost'));
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});
