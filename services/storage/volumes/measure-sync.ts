import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '@vms/common/clock.ts';
import type { SyncMode } from '@vms/format/volume-identity.ts';

/** Files of the measurement: as many as four cameras have open. */
const FILES = 8;
/** Half a second of a camera of 4 Mbit/s. */
const BYTES_PER_FILE = 256 * 1024;
const ROUNDS = 3;
/** Files that a volume should be able to commit at each tick: those of 16 cameras. */
const EXPECTED_FILES = 32;
const SYNC_TIMEOUT_MS = 30_000;

export interface SyncMeasurement {
  readonly mode: SyncMode;
  /** Median milliseconds of one syncfs of the file system with everything that is dirty on it. */
  readonly syncfsMs: number;
  /** Median milliseconds of an fdatasync of one file. */
  readonly fdatasyncMs: number;
}

/**
 * Which way of making data durable suits a new volume. One syncfs a tick serves any number of files,
 * but also flushes whatever else is dirty on the file system; an fdatasync a file flushes only ours,
 * but one by one. Measured with what else the machine writes at the moment: syncfs unless it takes
 * longer than flushing the files of 16 cameras one by one.
 */
export async function measureSync(volume: string, clock: Clock): Promise<SyncMeasurement> {
  const folder = await mkdtemp(join(volume, '.vms-measure-'));
  try {
    const paths = Array.from({ length: FILES }, (_, i) => join(folder, String(i)));
    const fdatasync: number[] = [];
    const syncfs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await writeTo(paths);
      for (const path of paths) {
        const file = await open(path, 'r+');
        try {
          const startedAt = clock.monotonic();
          await file.datasync();
          fdatasync.push(clock.monotonic() - startedAt);
        } finally {
          await file.close();
        }
      }
      await writeTo(paths);
      const startedAt = clock.monotonic();
      await promisify(execFile)('sync', ['-f', folder], { timeout: SYNC_TIMEOUT_MS });
      syncfs.push(clock.monotonic() - startedAt);
    }
    const syncfsMs = median(syncfs);
    const fdatasyncMs = median(fdatasync);
    const mode = syncfsMs > fdatasyncMs * EXPECTED_FILES ? 'fdatasync' : 'syncfs';
    return { mode, syncfsMs, fdatasyncMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTo(paths: readonly string[]): Promise<void> {
  const bytes = Buffer.alloc(BYTES_PER_FILE, 0x5a);
  for (const path of paths) await writeFile(path, bytes);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
