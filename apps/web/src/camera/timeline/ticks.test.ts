import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { offsetAt, wallOf } from '../../time/zone.ts';
import { partsOf, stepFor, ticksOf } from './ticks.ts';
import { MAX_VIEW_MS, MIN_VIEW_MS } from './view.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('steps grow with the view and keep labels apart', () => {
  assert.equal(stepFor({ from: 0, to: HOUR }, 1200, 84), 5 * 60_000);
  assert.equal(stepFor({ from: 0, to: DAY }, 1200, 84), 2 * HOUR);
  assert.equal(stepFor({ from: 0, to: 7 * DAY }, 1200, 84), 12 * HOUR);
  assert.equal(stepFor({ from: 0, to: 45 * DAY }, 320, 84), 14 * DAY);
});

test('minor ticks divide every step into whole seconds', () => {
  for (const view of [2 * 60_000, HOUR, 6 * HOUR, DAY, 7 * DAY, 45 * DAY]) {
    for (const width of [300, 700, 1200, 2400]) {
      const step = stepFor({ from: 0, to: view }, width, 84);
      const minor = step / partsOf(step);
      assert.equal(minor % 100, 0, `step ${step} ms`);
    }
  }
});

test('labels stand on round local times, half-hour zones included', () => {
  const from = Date.UTC(2026, 10, 20, 10, 7);
  for (const zone of ['America/Sao_Paulo', 'Asia/Kolkata']) {
    const { ticks, stepMs } = ticksOf({ from, to: from + 6 * HOUR }, 1000, zone);
    const major = ticks.filter((tick) => tick.kind !== 'minor');
    assert.ok(major.length >= 4);
    for (const tick of major) assert.equal(wallOf(tick.at, zone) % stepMs, 0);
  }
});

test('midnight is a day tick where the step is hours', () => {
  const from = Date.UTC(2026, 10, 20, 22);
  const { ticks } = ticksOf({ from, to: from + 12 * HOUR }, 1000, 'America/Sao_Paulo');
  const days = ticks.filter((tick) => tick.kind === 'day');
  assert.deepEqual(
    days.map((tick) => tick.at),
    [Date.UTC(2026, 10, 21, 3)],
  );
});

test('the day on which summer time starts still has its midnights', () => {
  const zone = 'Europe/Berlin';
  const from = Date.UTC(2026, 2, 27, 12);
  const { ticks } = ticksOf({ from, to: from + 4 * DAY }, 1000, zone);
  const midnights = ticks.filter((tick) => wallOf(tick.at, zone) % DAY === 0);
  assert.equal(midnights.length, 4);
  assert.notEqual(offsetAt(midnights[0]?.at ?? 0, zone), offsetAt(midnights[3]?.at ?? 0, zone));
});

test('a day of 25 hours has 25 hours of ticks, one of 23 has 23', () => {
  const zone = 'Europe/Berlin';
  const hours = (from: number, to: number): number[] =>
    ticksOf({ from, to }, 2560, zone)
      .ticks.filter(({ kind }) => kind !== 'minor')
      .map(({ at }) => at);
  const autumn = Date.UTC(2026, 9, 24, 22);
  const long = hours(autumn, autumn + 25 * HOUR);
  assert.deepEqual(
    long,
    Array.from({ length: 26 }, (_, hour) => autumn + hour * HOUR),
  );
  const spring = Date.UTC(2026, 2, 28, 23);
  const short = hours(spring, spring + 23 * HOUR);
  assert.deepEqual(
    short,
    Array.from({ length: 24 }, (_, hour) => spring + hour * HOUR),
  );
});

test('ticks are in order, inside the view and bounded in number', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
      fc.integer({ min: MIN_VIEW_MS, max: MAX_VIEW_MS }),
      fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu'),
      fc.integer({ min: 280, max: 2560 }),
      (from, length, zone, width) => {
        const { ticks } = ticksOf({ from, to: from + length }, width, zone);
        assert.ok(ticks.length <= (width / 84) * 14 + 16, `${ticks.length} ticks`);
        let previous = from - 1;
        for (const tick of ticks) {
          assert.ok(tick.at > previous && tick.at <= from + length);
          previous = tick.at;
        }
      },
    ),
    { seed: 4, numRuns: 150 },
  );
});
