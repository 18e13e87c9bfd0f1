import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EpochMs } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import type { VolumeGate } from '../disk/volume-gate.ts';
import type { Catalogue } from './catalogue.ts';

/** Names in folders of a volume; an interface, so that hung disks can be tested. */
export interface FolderNames {
  /** Names in a folder; none where it does not exist. */
  names(path: string): Promise<ReadonlySet<string>>;
}

/** The machine's own file systems, a call at a time through the gate. */
export function folderNames(gate: VolumeGate, volume: string): FolderNames {
  return {
    async names(path) {
      try {
        return new Set(await gate.run(volume, () => readdir(path)));
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return new Set();
        throw error;
      }
    },
  };
}

export interface ForgetMissingOptions {
  readonly catalogue: Catalogue;
  readonly volume: { readonly id: string; readonly path: string };
  readonly camera: string;
  readonly folders: FolderNames;
  /** Whether the volume is there, now: the folder of one that was unmounted is empty, too. */
  isThere(): Promise<boolean>;
}

/** What the catalogue had of a camera, and the volume has no more. */
export interface MissingRuns {
  readonly runs: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * Takes out of the catalogue what was recorded of a camera and is not on its volume any more: a whole
 * folder may have been deleted. Goes through it a day at a time; removes nothing unless the volume is
 * there afterwards.
 */
export async function forgetMissing(
  options: ForgetMissingOptions,
): Promise<MissingRuns | undefined> {
  const { catalogue, volume, camera, folders, isThere } = options;
  const missing: string[] = [];
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let after = '';
  for (;;) {
    const rows = await catalogue.pathsOf(volume.id, camera, after);
    // Folders are listed after their rows were read: a run that was begun in between is never missing.
    let folder = '';
    let names: ReadonlySet<string> = new Set();
    for (const row of rows) {
      after = row.path;
      if (dirname(row.path) !== folder) {
        folder = dirname(row.path);
        names = await folders.names(join(volume.path, folder));
      }
      if (names.has(basename(row.path))) continue;
      missing.push(row.id);
      from = Math.min(from, row.start);
      to = Math.max(to, row.end);
    }
    if (rows.length === 0) break;
  }
  if (missing.length === 0 || !(await isThere())) return undefined;
  for (const id of missing) await catalogue.remove(id);
  return { runs: missing.length, from, to };
}
