import { rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '@vms/common/errors.ts';
import { indexPathOf } from '@vms/format/paths.ts';

/** Deleting recordings; an interface, so that tests need no disk. */
export interface RecordingFiles {
  /** Removes a run, its index, and the day's folder with the last of them. Twice is no error. */
  removeRun(volume: string, path: string): Promise<void>;
  /** Removes everything recorded of a camera. */
  removeCamera(volume: string, camera: string): Promise<void>;
}

/** The machine's own file systems. */
export const systemRecordingFiles: RecordingFiles = {
  async removeRun(volume, path) {
    // The run first: an index without a run is small, and told of; the other way round it is lost.
    await unlinkIfThere(join(volume, path));
    await unlinkIfThere(indexPathOf(join(volume, path)));
    const day = dirname(join(volume, path));
    for (const folder of [day, dirname(day)]) {
      try {
        await rmdir(folder);
      } catch {
        // Not empty: other recordings of the day, or of the camera.
        return;
      }
    }
  },
  async removeCamera(volume, camera) {
    await rm(join(volume, camera), { recursive: true, force: true });
  },
};

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}
