import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCameraId } from '@vms/common/ids.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { forecast, RATES_FRESH_MS, RecordingRates } from './forecast.ts';

const GB = 10 ** 9;
const HOUR = 3600_000;

test('what has room is kept as long as asked; without a rate nothing is told', () => {
  const camera = { bytesPerDay: 40 * GB, retentionDays: 30, measuredMs: 5 * HOUR };
  assert.deepEqual(forecast([camera], 1200 * GB), {
    askedDays: 30,
    keptDays: 30,
    bytesPerDay: 40 * GB,
    measuredMs: 5 * HOUR,
  });
  assert.equal(forecast([], GB), undefined);
  assert.equal(forecast([{ bytesPerDay: 0, retentionDays: 3, measuredMs: HOUR }], GB), undefined);
});

test('what has no room is kept as long as there is, limits and short retentions counted', () => {
  const keptDays = (cameras: Parameters<typeof forecast>[0], capacity: number): number =>
    forecast(cameras, capacity)?.keptDays ?? Number.NaN;
  const near = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual - expected) < 0.001, `${actual}, not ${expected}`);
  const long = { bytesPerDay: 10 * GB, retentionDays: 30, measuredMs: 5 * HOUR };
  near(keptDays([long, long], 200 * GB), 10);
  // The second takes 50 GB at most, whatever the days.
  near(keptDays([long, { ...long, maxBytes: 50 * GB }], 200 * GB), 15);
  near(keptDays([long, { ...long, retentionDays: 5 }], 200 * GB), 15);
  near(keptDays([long], -GB), 0);
});

test('rates are measured over the last day, from half an hour on, and kept for a while', async () => {
  const clock = new ManualClock();
  const id = newCameraId();
  let recorded = { bytes: 0, from: undefined as number | undefined };
  let asked = 0;
  const rates = new RecordingRates({
    clock,
    cameras: () => [{ id, enabled: true, retentionDays: 30 }],
    recordedSince: async (_camera, since) => {
      asked++;
      assert.equal(since, clock.now() - 24 * HOUR);
      return recorded;
    },
  });
  assert.deepEqual(await rates.read(), []);
  recorded = { bytes: GB, from: clock.now() };
  clock.advance(HOUR / 2 - 1);
  assert.deepEqual(await rates.read(), []);
  clock.advance(1.5 * HOUR + 1);
  assert.equal((await rates.read())[0]?.bytesPerDay, 12 * GB);
  assert.equal((await rates.read())[0]?.measuredMs, 2 * HOUR);
  clock.advance(RATES_FRESH_MS - 1);
  await rates.read();
  assert.equal(asked, 3);
});
