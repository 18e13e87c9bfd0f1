import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { RecordingWatch } from '../recording-watch.ts';
import { createStorageMetrics } from '../storage-metrics.ts';
import { until } from '../testing/installation.ts';
import { makeFifo } from '../testing/make-fifo.ts';
import { OPEN_PATIENCE_MS, Volume } from './volume.ts';

test('why a volume failed is logged, also where it counted as hung before', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'vms-volume-'));
  t.after(() => rmSync(path, { recursive: true }));
  const identity = join(path, VOLUME_IDENTITY_FILE);
  // Reading it takes until somebody writes to its other end.
  makeFifo(identity);
  const clock = new ManualClock();
  const catalogue = await Catalogue.open(':memory:', clock);
  t.after(() => catalogue.close());
  const errors: string[] = [];
  const volume = new Volume(
    { path, tickMs: 500 },
    {
      clock,
      catalogue,
      logger: { ...silentLogger, error: (_, text) => errors.push(text) },
      random: () => assert.fail('no volume is made'),
      bus: createMemoryBus(),
      metrics: createStorageMetrics(createMetrics('test', { process: false })),
      watch: new RecordingWatch(clock),
      frames: { path: join(path, 'frames.sock') },
      system: { system: 'sys_a', host: 'recorder', dataPath: '/data' },
      upkeep: new VolumeGate(clock),
      streamsOf: async () => [],
      onOpened: () => assert.fail('it was opened'),
      makeRoom() {},
    },
  );
  t.after(() => volume.stop());
  const started = volume.start();
  clock.advance(OPEN_PATIENCE_MS);
  await started;
  assert.equal(volume.condition().state, 'hung');
  await writeFile(identity, 'no identity');
  await until('failed', () => volume.condition().state === 'missing');
  const [, ...afterwards] = errors;
  assert.match(afterwards.join('\n'), /identity of the volume.*cannot be read/);
});
