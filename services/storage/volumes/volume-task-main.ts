import { constants, setPriority } from 'node:os';
import { systemClock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { createLogger } from '@vms/telemetry/logger.ts';
import type { IndexedRun } from '../catalogue/read-run.ts';
import { indexedRuns } from '../catalogue/reindex.ts';
import { systemDisk } from '../disk/disk.ts';
import { recoverRuns } from '../recovery/recover-volume.ts';
import { fdatasyncEach } from '../writer/volume-sync.ts';
import { RUNS_PER_MESSAGE, type TaskMessage, type VolumeTask } from './volume-task.ts';

/** One task on a volume, forked by storage: reads synchronously, reports, and ends. */
async function perform(task: VolumeTask): Promise<void> {
  if (task.kind === 'repair') {
    const { volume, paths } = task;
    const sync = fdatasyncEach(systemDisk);
    const logger = createLogger({ service: 'storage' });
    const options = { disk: systemDisk, volume, sync, clock: systemClock, logger };
    await send({ type: 'repaired', ...(await recoverRuns(options, paths)) });
    return;
  }
  const skipped: string[] = [];
  let batch: IndexedRun[] = [];
  for (const run of indexedRuns(systemDisk, task.volume, skipped)) {
    batch.push(run);
    if (batch.length < RUNS_PER_MESSAGE) continue;
    await send({ type: 'indexed', runs: batch });
    batch = [];
  }
  await send({ type: 'indexed', runs: batch });
  await send({ type: 'index-done', skipped });
}

function send(message: TaskMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.on('disconnect', () => process.exit(0));
process.once('message', (task: VolumeTask) => {
  perform(task)
    .catch((error: unknown) => send({ type: 'failed', message: messageOf(error) }))
    .finally(() => process.exit(0));
});
