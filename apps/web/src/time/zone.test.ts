import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  instantOf,
  instantsOf,
  isShownTwice,
  offsetAt,
  readLocalInput,
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
});

test('a typed time is an instant, two of them, none, or not over yet', () => {
  const later = Date.UTC(2027, 0, 1);
  const read = (text: string, zone: string, now = later) => readLocalInput(text, zone, now);
  const at = Date.UTC(2026, 10, 20, 17, 3, 22);
  assert.deepEqual(read('2026-11-20T14:03:22', 'America/Sao_Paulo'), { kind: 'instant', at });
  assert.deepEqual(read('2026-11-20T14:03', 'UTC'), {
    kind: 'instant',
    at: Date.UTC(2026, 10, 20, 14, 3),
  });
  for (const text of ['', '2026-11-20', 'soon']) {
    assert.deepEqual(read(text, 'UTC'), { kind: 'incomplete' }, text);
  }
  const first = Date.UTC(2026, 9, 25, 0, 30);
  const twice = '2026-10-25T02:30';
  assert.deepEqual(read(twice, 'Europe/Berlin'), {
    kind: 'twice',
    instants: [first, first + HOUR],
  });
  // Only the first of the two is over.
  assert.deepEqual(read(twice, 'Europe/Berlin', first + 1), { kind: 'instant', at: first });
  assert.deepEqual(read('2026-03-29T02:30', 'Europe/Berlin'), {
    kind: 'never',
    at: Date.UTC(2026, 2, 29, 1, 30),
  });
  assert.deepEqual(read('2027-01-01T00:00:01', 'UTC'), { kind: 'future' });
  assert.deepEqual(read('2027-03-28T02:30', 'Europe/Berlin'), { kind: 'future' });
});
