import { readdir, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '@vms/common/errors.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import type { VolumeGate } from '../disk/volume-gate.ts';

/** Deleting recordings; an interface, so that tests need no disk. */
export interface RecordingFiles {
  /** Removes a run, its index, and the day's folder with the last of them. Twice is no error. */
  removeRun(volume: string, path: string): Promise<void>;
  /** Removes everything recorded of a camera. */
  removeCamera(volume: string, camera: string): Promise<void>;
}

/** The calls to the disk that deleting makes; an interface, so that hung disks can be tested. */
export interface FolderCalls {
  readdir(path: string): Promise<readonly { readonly name: string; isDirectory(): boolean }[]>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
}

const systemCalls: FolderCalls = {
  readdir: (path) => readdir(path, { withFileTypes: true }),
  unlink,
  rmdir,
};

/**
 * Deletes on the machine's own file systems: one call after the other (a recursive `rm` makes many at
 * once), each through the gate, so that a hung disk is reported and holds few threads.
 */
export function createRecordingFiles(gate: VolumeGate, calls = systemCalls): RecordingFiles {
  const removeFile = (volume: string, path: string): Promise<void> =>
    unlessGone(gate.run(volume, () => calls.unlink(path)));
  const removeTree = async (volume: string, folder: string): Promise<void> => {
    const entries = await unlessGone(gate.run(volume, () => calls.readdir(folder)));
    if (entries === undefined) return;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      await (entry.isDirectory() ? removeTree(volume, path) : removeFile(volume, path));
    }
    await unlessGone(gate.run(volume, () => calls.rmdir(folder)));
  };
  return {
    async removeRun(volume, path) {
      // The run first: an index without a run is small, and reported; the other way round it is lost.
      await removeFile(volume, join(volume, path));
      await removeFile(volume, indexPathOf(join(volume, path)));
      const day = dirname(join(volume, path));
      for (const folder of [day, dirname(day)]) {
        try {
          await gate.run(volume, () => calls.rmdir(folder));
        } catch {
          // Not empty: other recordings of the day, or of the camera.
          return;
        }
      }
    },
    removeCamera: (volume, camera) => removeTree(volume, join(volume, camera)),
  };
}

async function unlessGone<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
