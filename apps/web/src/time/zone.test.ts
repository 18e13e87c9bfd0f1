import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fromLocalInput,
  instantOf,
  instantsOf,
  isShownTwice,
  offsetAt,
  startOfDay,
  startOfDayOffset,
  toLocalInput,
  wallOf,
} from './zone.ts';

const HOUR = 3_600_000;

test('offsets, whole and fractional, summer and winter', () => {
  assert.equal(offsetAt(Date.UTC(2026, 10, 20), 'America/Sao_Paulo'), -3 * HOUR);
  assert.equal(offsetAt(Date.UTC(2026, 10, 20), 'Asia/Kolkata'), 5.5 * HOUR);
  assert.equal(offsetAt(Date.UTC(2026, 6, 1), 'Europe/Berlin'), 2 * HOUR);
  assert.equal(offsetAt(Date.UTC(2026, 0, 1), 'Europe/Berlin'), HOUR);
  assert.equal(offsetAt(Date.UTC(2026, 0, 1) + 123, 'UTC'), 0);
});

test('an hour that comes twice is the first of the two; one that never comes is passed over', () => {
  const twice = Date.UTC(2026, 9, 25, 2, 30);
  assert.equal(instantOf(twice, 'Europe/Berlin'), Date.UTC(2026, 9, 25, 0, 30));
  const never = Date.UTC(2026, 2, 29, 2, 30);
  assert.equal(instantOf(never, 'Europe/Berlin'), Date.UTC(2026, 2, 29, 1, 30));
});

test('an hour that comes twice is known as such, and no other', () => {
  const zone = 'Europe/Berlin';
  const twice = Date.UTC(2026, 9, 25, 2, 30);
  const [first, second] = [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)];
  assert.deepEqual(instantsOf(twice, zone), [first, second]);
  assert.deepEqual(instantsOf(Date.UTC(2026, 2, 29, 2, 30), zone), []);
  assert.deepEqual(
    [first, second].map((at) => isShownTwice(at, zone)),
    [true, true],
  );
  for (const at of [first - HOUR, second + HOUR, Date.UTC(2026, 2, 29, 1, 30)]) {
    assert.equal(isShownTwice(at, zone), false);
  }
  assert.equal(isShownTwice(first, 'America/Sao_Paulo'), false);
  // Half an hour is put back on Lord Howe Island.
  assert.equal(isShownTwice(Date.UTC(2026, 3, 4, 14, 45), 'Australia/Lord_Howe'), true);
});

test('wall clock and instant undo each other away from changes', () => {
  const zones = ['UTC', 'America/Sao_Paulo', 'Asia/Kolkata', 'Pacific/Apia', 'Asia/Kathmandu'];
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
      fc.constantFrom(...zones),
      (at, zone) => {
        assert.equal(instantOf(wallOf(at, zone), zone), at);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test('days start at local midnight, also when a day has 23 or 25 hours', () => {
  const noon = Date.UTC(2026, 2, 29, 10);
  const start = startOfDay(noon, 'Europe/Berlin');
  assert.equal(start, Date.UTC(2026, 2, 28, 23));
  assert.equal(startOfDayOffset(noon, 'Europe/Berlin', 1) - start, 23 * HOUR);
  const autumn = Date.UTC(2026, 9, 25, 10);
  assert.equal(
    startOfDayOffset(autumn, 'Europe/Berlin', 1) - startOfDay(autumn, 'Europe/Berlin'),
    25 * HOUR,
  );
});

test('date fields hold local time', () => {
  const at = Date.UTC(2026, 10, 20, 17, 3, 22, 999);
  assert.equal(toLocalInput(at, 'America/Sao_Paulo'), '2026-11-20T14:03:22');
  assert.equal(
    fromLocalInput('2026-11-20T14:03:22', 'America/Sao_Paulo'),
    Date.UTC(2026, 10, 20, 17, 3, 22),
  );
  assert.equal(fromLocalInput('2026-11-20T14:03', 'UTC'), Date.UTC(2026, 10, 20, 14, 3));
  assert.equal(fromLocalInput('', 'UTC'), undefined);
});
