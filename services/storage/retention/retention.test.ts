import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { RecordedCamera } from '../cameras/camera-list-file.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { createStorageMetrics } from '../storage-metrics.ts';
import { TEST_CAMERA } from '../testing/clip-frames.ts';
import { BELIEVE_AFTER_MS, ClockGuard } from './clock-guard.ts';
import { Retention } from './retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const VOLUME = 'vol_a';
const GIB = 1024 ** 3;

async function bench(t: TestContext, options: { cameras?: RecordedCamera[] } = {}) {
  const clock = new ManualClock(Date.UTC(2026, 5, 1));
  const catalogue = await Catalogue.open(':memory:', clock);
  t.after(() => catalogue.close());
  const removed: string[] = [];
  let failing = false;
  const volume = {
    id: VOLUME,
    config: { path: '/a' },
    space: { totalBytes: 100 * GIB, freeBytes: 50 * GIB },
    minFreeBytes: 5 * GIB,
    retries: 0,
    retry() {
      this.retries++;
    },
  };
  const cameras = options.cameras ?? [{ id: TEST_CAMERA, enabled: true, retentionDays: 30 }];
  const guard = new ClockGuard(clock, clock.now());
  const retention = new Retention({
    clock,
    logger: silentLogger,
    metrics: createStorageMetrics(createMetrics('test', { process: false })),
    catalogue,
    files: {
      async removeRun(_volume, path) {
        if (failing) throw new Error('the disk does not answer');
        removed.push(path);
        volume.space = { ...volume.space, freeBytes: volume.space.freeBytes + GIB };
      },
      async removeCamera() {},
    },
    guard,
    volumes: () => [volume],
    cameras: () => cameras,
    orphanRetentionDays: 10,
  });
  let number = 0;
  /** A run of an hour of one GiB that ended `days` before now. */
  const record = async (days: number, patch: { camera?: string; open?: boolean } = {}) => {
    const fileNumber = ++number;
    const end = clock.now() - days * DAY;
    const { camera = TEST_CAMERA, open = false } = patch;
    const run = {
      id: `run_${fileNumber}`,
      path: `${fileNumber}`,
      camera: camera as typeof TEST_CAMERA,
      stream: 'main' as const,
      fileNumber,
      start: end - HOUR,
      end,
      bytes: GIB,
      fragments: 1,
      frames: 1,
      videoCodec: 'h264',
      audioCodec: '',
      width: 1,
      height: 1,
      previousHash: '',
      lastHash: '',
    };
    await catalogue.put(VOLUME, run, open);
  };
  const left = async () => (await catalogue.runsOfVolume(VOLUME)).map(({ path }) => path);
  return {
    clock,
    retention,
    removed,
    volume,
    record,
    left,
    setFailing: (value: boolean) => {
      failing = value;
    },
  };
}

test('what is older than its camera keeps goes, by days of the camera or of the unknown', async (t) => {
  const { retention, record, removed } = await bench(t);
  await record(31);
  await record(29);
  await record(11, { camera: 'cam_gone' });
  await record(9, { camera: 'cam_gone' });
  await retention.run();
  assert.deepEqual(removed.sort(), ['1', '3']);
});

test('an open run never goes', async (t) => {
  const { retention, record, removed, volume } = await bench(t);
  await record(31, { open: true });
  volume.space = { ...volume.space, freeBytes: 0 };
  await retention.run();
  await retention.makeRoom(volume);
  assert.deepEqual(removed, []);
  assert.equal(volume.retries, 1);
});

test('too little room: the oldest of all cameras go until there is enough', async (t) => {
  const { retention, record, removed, volume } = await bench(t);
  await record(3);
  await record(5, { camera: 'cam_b' });
  await record(2);
  await record(4, { camera: 'cam_b' });
  await record(1);
  volume.space = { ...volume.space, freeBytes: 2 * GIB };
  await retention.run();
  assert.deepEqual(removed, ['2', '4', '1']);
  await retention.run();
  assert.equal(removed.length, 3);
});

test('a writer without room gets some at once, and is told', async (t) => {
  const { retention, record, removed, volume } = await bench(t);
  for (let i = 20; i > 0; i--) await record(i);
  volume.space = { ...volume.space, freeBytes: 50 * GIB };
  await retention.makeRoom(volume);
  assert.equal(removed.length, 5);
  assert.equal(volume.retries, 1);
});

test('a camera with a limit of its own keeps to it', async (t) => {
  const { retention, record, removed } = await bench(t, {
    cameras: [{ id: TEST_CAMERA, enabled: true, retentionDays: 365, maxBytes: 3 * GIB }],
  });
  for (let i = 5; i > 0; i--) await record(i);
  await record(0, { open: true });
  await retention.run();
  assert.deepEqual(removed, ['1', '2', '3']);
});

test('a run that was recorded with a clock set back is not older than the one before it', async (t) => {
  const { retention, record, left } = await bench(t);
  await record(1);
  // The clock was 40 days behind when these were recorded, and is right again.
  await record(41);
  await record(41);
  await record(0);
  await retention.run();
  assert.deepEqual(await left(), ['1', '2', '3', '4']);
});

test('a clock that jumps ahead deletes nothing by age until it has gone on for a day', async (t) => {
  const { retention, record, removed, clock } = await bench(t);
  await record(1);
  clock.stepWall(40 * DAY);
  await retention.run();
  assert.deepEqual(removed, []);
  assert.equal(retention.health().status, 'degraded');
  clock.stepWall(-40 * DAY);
  await retention.run();
  assert.equal(retention.health().status, 'ok');
  clock.stepWall(40 * DAY);
  for (let at = 0; at <= BELIEVE_AFTER_MS + HOUR; at += HOUR) {
    await retention.run();
    clock.advance(HOUR);
  }
  assert.deepEqual(removed, ['1']);
});

test('the guard takes small steps and years of running as they come', () => {
  const clock = new ManualClock();
  const guard = new ClockGuard(clock, clock.now() - 2 * HOUR);
  assert.ok(guard.isTrusted());
  for (let day = 0; day < 400; day++) {
    clock.advance(DAY);
    clock.stepWall(HOUR * (day % 3) - HOUR);
    assert.ok(guard.isTrusted(), `day ${day}`);
  }
  clock.stepWall(-15 * DAY);
  assert.ok(guard.isTrusted());
  clock.stepWall(15 * DAY);
  assert.ok(!guard.isTrusted());
});

test('a file that cannot be deleted keeps its row, and is told of', async (t) => {
  const { retention, record, left, setFailing } = await bench(t);
  await record(31);
  setFailing(true);
  await retention.run();
  assert.deepEqual(await left(), ['1']);
  assert.equal(retention.health().status, 'degraded');
  setFailing(false);
  await retention.run();
  assert.deepEqual(await left(), []);
  assert.equal(retention.health().status, 'ok');
});
