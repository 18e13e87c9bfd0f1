import { messageOf } from '@vms/common/errors.ts';
import type { Disk } from '../disk/disk.ts';
import type { Catalogue } from './catalogue.ts';
import { type IndexedRun, readIndexedRun } from './read-run.ts';
import { walkVolume } from './walk-volume.ts';

export interface ReindexReport {
  /** Rows that the catalogue has now of this volume. */
  readonly runs: number;
  /** Files that could not be taken in, one line each. */
  readonly skipped: readonly string[];
}

/**
 * Rebuilds the rows of one volume in the catalogue from the files, which stay as they are. A run
 * without a closing line is taken in as open: the volume's writer closes it at its next start.
 *
 * @param volume its id and path.
 */
export async function reindexVolume(
  disk: Disk,
  catalogue: Catalogue,
  volume: { readonly id: string; readonly path: string },
): Promise<ReindexReport> {
  const skipped: string[] = [];
  // All of it first: a disk that gives an error leaves the catalogue as it was.
  const runs = [...indexedRuns(disk, volume.path, skipped)];
  await catalogue.replaceVolume(volume.id, runs);
  return { runs: runs.length, skipped };
}

/** The runs of a volume as their indexes describe them; what cannot be read is added to `skipped`. */
export function* indexedRuns(disk: Disk, volume: string, skipped: string[]): Generator<IndexedRun> {
  for (const day of walkVolume(disk, volume)) {
    for (const path of day.withoutIndex) {
      skipped.push(`${path}: its index is missing; it is made again when the system starts.`);
    }
    for (const path of day.runs) {
      try {
        const run = readIndexedRun(disk, volume, path);
        if (run === undefined) skipped.push(`${path}: its index cannot be read.`);
        else yield run;
      } catch (error) {
        skipped.push(`${path}: ${messageOf(error)}`);
      }
    }
  }
}
