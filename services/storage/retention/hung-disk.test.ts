import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { CALL_TIMEOUT_MS, UPKEEP_LIMITS, VolumeGate } from '../disk/volume-gate.ts';
import { createStorageMetrics } from '../storage-metrics.ts';
import { TEST_CAMERA } from '../testing/clip-frames.ts';
import { ClockGuard } from './clock-guard.ts';
import { createRecordingFiles, type FolderCalls } from './recording-files.ts';
import { Retention, ROUND_MS } from './retention.ts';

const DAY_MS = 24 * 3600_000;

/** Calls of which those below `/hung` never end. */
function hangingCalls() {
  const done: string[] = [];
  let hanging = 0;
  const call = async (what: string, path: string): Promise<void> => {
    if (path.startsWith('/hung')) {
      hanging++;
      await new Promise(() => {});
    }
    done.push(`${what} ${path}`);
  };
  const calls: FolderCalls = {
    unlink: (path) => call('unlink', path),
    rmdir: (path) => call('rmdir', path),
    async readdir(path) {
      await call('readdir', path);
      return [];
    },
  };
  return { calls, done, hanging: () => hanging };
}

describe('deleting, with a disk that hangs', () => {
  it('is reported in time, and holds few threads however often it is tried', async () => {
    const clock = new ManualClock();
    const { calls, done, hanging } = hangingCalls();
    const files = createRecordingFiles(new VolumeGate(clock, UPKEEP_LIMITS), calls);
    const tries = Array.from({ length: 10 }, () => files.removeCamera('/hung', 'cam'));
    const outcomes = Promise.allSettled(tries);
    await files.removeCamera('/well', 'cam');
    assert.deepEqual(done, ['readdir /well/cam', 'rmdir /well/cam']);
    clock.advance(CALL_TIMEOUT_MS);
    for (const { status } of await outcomes) assert.equal(status, 'rejected');
    const later = assert.rejects(files.removeRun('/hung', 'cam/day/x.mkv'));
    clock.advance(CALL_TIMEOUT_MS);
    await later;
    assert.equal(hanging(), UPKEEP_LIMITS.underWay);
  });

  it('goes on with the other volumes, round after round', async (t) => {
    const clock = new ManualClock(Date.UTC(2026, 5, 1));
    const catalogue = await Catalogue.open(':memory:', clock);
    t.after(() => catalogue.close());
    const { calls, done } = hangingCalls();
    const retention = new Retention({
      clock,
      logger: silentLogger,
      metrics: createStorageMetrics(createMetrics('test', { process: false })),
      catalogue,
      files: createRecordingFiles(new VolumeGate(clock, UPKEEP_LIMITS), calls),
      guard: new ClockGuard(clock, clock.now()),
      volumes: () =>
        ['/hung', '/well'].map((path) => ({
          id: path,
          config: { path },
          space: { totalBytes: 1e9, freeBytes: 1e9 },
          minFreeBytes: 0,
          retry() {},
        })),
      cameras: () => [{ id: TEST_CAMERA, enabled: true, retentionDays: 1 }],
      orphanRetentionDays: 1,
    });
    const old = async (volume: string, number: number): Promise<void> => {
      const end = clock.now() - 2 * DAY_MS;
      await catalogue.put(
        volume,
        {
          id: `run_${volume}${number}`,
          path: `${number}.mkv`,
          camera: TEST_CAMERA,
          stream: 'main',
          fileNumber: number,
          start: end - 1000,
          end,
          bytes: 1,
          fragments: 1,
          frames: 1,
          videoCodec: 'h264',
          audioCodec: '',
          width: 16,
          height: 16,
          previousHash: '',
          lastHash: '',
        },
        false,
      );
    };
    const gone = (number: number): boolean => done.includes(`unlink /well/${number}.mkv`);
    retention.start();
    for (let number = 1; number <= 3; number++) {
      await old('/hung', number);
      await old('/well', number);
      // Not a moment's wait for the hung one: its patience of CALL_TIMEOUT_MS would end between.
      clock.advance(ROUND_MS / 2);
      clock.advance(ROUND_MS / 2);
      for (let turn = 0; turn < 100 && !gone(number); turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.ok(gone(number), `round ${number}: ${done.join()}`);
    }
    assert.equal(retention.health().status, 'degraded', 'the hung one is reported');
    assert.equal(await catalogue.countRuns(TEST_CAMERA), 3, 'its rows stay');
  });

  it('takes a whole tree on a real disk, and nothing beside it', async (t) => {
    const volume = mkdtempSync(join(tmpdir(), 'vms-delete-'));
    t.after(() => rmSync(volume, { recursive: true }));
    for (const camera of ['cam_a', 'cam_b']) {
      mkdirSync(join(volume, camera, '2026-01-01', 'more'), { recursive: true });
      writeFileSync(join(volume, camera, '2026-01-01', 'x.mkv'), 'x');
      writeFileSync(join(volume, camera, '2026-01-01', 'more', 'y'), 'y');
    }
    const files = createRecordingFiles(new VolumeGate(new ManualClock(), UPKEEP_LIMITS));
    await files.removeCamera(volume, 'cam_a');
    await files.removeCamera(volume, 'cam_a');
    assert.equal(existsSync(join(volume, 'cam_a')), false);
    assert.equal(existsSync(join(volume, 'cam_b', '2026-01-01', 'more', 'y')), true);
  });
});
