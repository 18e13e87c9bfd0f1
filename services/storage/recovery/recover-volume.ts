import { join } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { indexPathOf, parseRunPath } from '@vms/format/paths.ts';
import { readIndexedRun } from '../catalogue/read-run.ts';
import { type Disk, type FileDescriptor, writeAll } from '../disk/disk.ts';
import type { RecoverySummary, RunReport } from '../writer/control-messages.ts';
import type { ChainHead } from '../writer/stream-recorder.ts';
import type { VolumeSync } from '../writer/volume-sync.ts';
import { chainKey, chainOfReport, findNewestRuns } from './newest-runs.ts';
import { type RepairedRun, repairRun } from './recover-run.ts';

/** Runs that are repaired between two syncs: two open files each. */
const RUNS_PER_SYNC = 256;

export interface RecoveredVolume {
  readonly summary: RecoverySummary;
  /** Runs that were closed now, and the newest that were closed before. */
  readonly runs: RunReport[];
  /** Paths of runs that were believed open and are not there, or held nothing and were removed. */
  readonly gone: readonly string[];
  /** Where each camera stream's chain stands on this volume, by `camera/stream`. */
  readonly chains: ReadonlyMap<string, ChainHead>;
}

export interface RecoverOptions {
  readonly disk: Disk;
  readonly volume: string;
  readonly sync: VolumeSync;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs that the catalogue believes open, as paths below the volume: looked at in any case. */
  readonly openRuns: readonly string[];
  /**
   * Called between two files, since reading them gives no timer its turn; what it throws ends the
   * recovery, which goes on where it was at the next start. Default: nothing.
   */
  readonly onProgress?: (() => void) | undefined;
}

/**
 * Closes every run that a crash or power cut left open, before anything new is recorded. Works from
 * the files alone; reads only what no sync had confirmed, so that 200 open runs take a second or two.
 * A run that cannot be repaired is left as it is and told of; it never keeps others from recording.
 */
export async function recoverVolume(options: RecoverOptions): Promise<RecoveredVolume> {
  const { disk, volume, clock, onProgress } = options;
  const startedAt = clock.monotonic();
  const chains = new Map<string, ChainHead>();
  const paths = new Set<string>();
  const closed = new Set<string>();
  for (const { camera, stream, open, closed: newest, chain } of findNewestRuns(disk, volume)) {
    onProgress?.();
    for (const path of open) paths.add(path);
    for (const path of newest) closed.add(path);
    if (chain !== undefined) advance(chains, chainKey(camera, stream), chain);
  }
  for (const path of options.openRuns) if (parseRunPath(path) !== undefined) paths.add(path);

  const recovery = new VolumeRecovery(options);
  let batch: string[] = [];
  for (const path of paths) {
    batch.push(path);
    if (batch.length < RUNS_PER_SYNC) continue;
    await recovery.run(batch);
    batch = [];
  }
  await recovery.run(batch);
  for (const run of recovery.runs) {
    advance(chains, chainKey(run.camera, run.stream), chainOfReport(run));
  }
  for (const path of recovery.closed) closed.add(path);
  const known = [...closed].flatMap((path) => {
    onProgress?.();
    return readClosed(disk, volume, path) ?? [];
  });
  const elapsedMs = clock.monotonic() - startedAt;
  return {
    summary: { ...recovery.counts, left: recovery.left, examined: paths.size, elapsedMs },
    runs: [...known, ...recovery.runs],
    gone: recovery.gone,
    chains,
  };
}

/** What became of runs that were closed one by one. */
export interface RecoveredRuns {
  readonly runs: readonly RunReport[];
  /** Paths of those that are not there, or held nothing and were removed. */
  readonly gone: readonly string[];
  /** Those that could not be understood and were left as they are, in words. */
  readonly left: readonly string[];
}

/** Closes single runs that their writer has given up, while it records on. */
export async function recoverRuns(
  options: Omit<RecoverOptions, 'openRuns'>,
  paths: readonly string[],
): Promise<RecoveredRuns> {
  const recovery = new VolumeRecovery(options);
  await recovery.run(paths.filter((path) => parseRunPath(path) !== undefined));
  const { disk, volume } = options;
  const closed = recovery.closed.flatMap((path) => readClosed(disk, volume, path) ?? []);
  return { runs: [...closed, ...recovery.runs], gone: recovery.gone, left: recovery.left };
}

class VolumeRecovery {
  readonly runs: RunReport[] = [];
  readonly left: string[] = [];
  readonly gone: string[] = [];
  /** Paths of runs that turned out to be closed already. */
  readonly closed: string[] = [];
  readonly counts = { closed: 0, indexed: 0, cutBytes: 0, removed: 0 };
  readonly #options: Omit<RecoverOptions, 'openRuns'>;

  constructor(options: Omit<RecoverOptions, 'openRuns'>) {
    this.#options = options;
  }

  /** Repairs, syncs, seals, syncs: a closing line is only ever written over durable bytes. */
  async run(paths: readonly string[]): Promise<void> {
    const { disk, onProgress, sync } = this.#options;
    const repaired: RepairedRun[] = [];
    const files: FileDescriptor[] = [];
    try {
      for (const path of paths) {
        onProgress?.();
        const run = this.#repair(path);
        if (run === undefined) continue;
        repaired.push({ ...run, report: { ...run.report, path } });
        files.push(run.run, run.index);
      }
      if (repaired.length === 0) return;
      await sync.sync(files);
      for (const { index, closingLine, closingOffset } of repaired) {
        writeAll(disk, index, [closingLine], closingOffset);
      }
      await sync.sync(files);
      for (const run of repaired) {
        this.runs.push(run.report);
        this.counts.closed++;
        this.counts.indexed += run.indexed;
        this.counts.cutBytes += run.cutBytes;
        this.#tellMissing(run.report.path, run.missingBytes);
      }
    } finally {
      for (const file of files) disk.close(file);
    }
  }

  #tellMissing(path: string, bytes: number): void {
    if (bytes === 0) return;
    this.left.push(`${path}: ${bytes} acknowledged bytes are gone; the disk did not keep them.`);
  }

  #repair(path: string): RepairedRun | undefined {
    const { disk, volume, logger } = this.#options;
    const absolute = join(volume, path);
    try {
      const repair = repairRun(disk, absolute);
      if (repair.outcome === 'repaired') return repair.run;
      if (repair.outcome === 'removed') {
        disk.remove(absolute);
        disk.remove(indexPathOf(absolute));
        this.counts.removed++;
        this.gone.push(path);
        this.#tellMissing(path, repair.missingBytes);
      } else if (repair.outcome === 'closed') {
        this.closed.push(path);
      } else {
        this.left.push(`${path}: ${repair.why}`);
      }
    } catch (error) {
      // A hint of the catalogue whose file is gone is no fault of the volume.
      if (systemErrorCode(error) === 'ENOENT') {
        this.gone.push(path);
        return undefined;
      }
      logger.error({ path, error }, 'A recording could not be repaired; it is left as it is.');
      this.left.push(`${path}: ${messageOf(error)}`);
    }
    return undefined;
  }
}

function readClosed(disk: Disk, volume: string, path: string): RunReport | undefined {
  try {
    return readIndexedRun(disk, volume, path)?.run;
  } catch {
    // A newer version's, or damaged: `vms check` tells of it.
    return undefined;
  }
}

function advance(chains: Map<string, ChainHead>, key: string, head: ChainHead): void {
  if ((chains.get(key)?.fileNumber ?? 0) < head.fileNumber) chains.set(key, head);
}
