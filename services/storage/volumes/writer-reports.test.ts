import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { RecordingWatch } from '../recording-watch.ts';
import { createStorageMetrics } from '../storage-metrics.ts';
import { runReport } from '../testing/run-report.ts';
import { WriterReports } from './writer-reports.ts';

test('a run that cannot be closed is an error, and at a stop none', async (t) => {
  const clock = new ManualClock();
  const catalogue = await Catalogue.open(':memory:', clock);
  t.after(() => catalogue.close());
  const { camera, id: run, path, start } = runReport(0);
  const volume = 'vol_testtesttesttest';
  await catalogue.put(volume, runReport(0), true);
  for (const isEnding of [false, true]) {
    const errors: unknown[] = [];
    const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
    const reports = new WriterReports({
      volume,
      logger: { ...silentLogger, error: (_, text) => errors.push(text) },
      bus: createMemoryBus(),
      metrics: createStorageMetrics(createMetrics('test', { process: false })),
      catalogue,
      watch: new RecordingWatch(clock),
      async repair() {
        ask();
        throw new Error('it ended early');
      },
      forgetMissing: async () => undefined,
      isEnding: () => isEnding,
    });
    const lost = { run, camera, stream: 'main', path, file: 'index', how: 'changed' } as const;
    await reports.take({ type: 'file-lost', ...lost, from: start, to: start + 1 });
    await isAsked;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(errors, isEnding ? [] : ['it ended early']);
    assert.equal((await catalogue.get(camera, run))?.id, run, 'what is left of it is not known');
  }
});
