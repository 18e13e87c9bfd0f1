import type { Clock } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { RecordingFiles } from './retention/recording-files.ts';
import { StorageError } from './storage-error.ts';

/** Milliseconds that a writer has to close a file that is to be deleted. */
export const CLOSE_TIMEOUT_MS = 10_000;
const POLL_MS = 100;

export interface DeletionDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly catalogue: Catalogue;
  readonly files: RecordingFiles;
  /** Volumes that are there. */
  volumes(): readonly {
    readonly id: string | undefined;
    readonly config: { readonly path: string };
  }[];
  /** Cameras that are being deleted have changed: tell the writers. */
  assign(): Promise<void>;
  /** Nothing of the camera is left; it may go to any volume. */
  onDeleted(camera: string): void;
}

/**
 * Deletes everything recorded of a camera: has its writer close the open file, removes the files,
 * then the rows. While it goes on, the camera is not recorded; afterwards it is again, where it is
 * still in the list.
 */
export class Deletion {
  readonly #deps: DeletionDeps;
  readonly #cameras = new Map<string, number>();

  constructor(deps: DeletionDeps) {
    this.#deps = deps;
  }

  /** Whether a camera must not be recorded now. */
  isDeleting(camera: string): boolean {
    return this.#cameras.has(camera);
  }

  /** @throws StorageError `storage.volume-unusable` where its writer does not close the file. */
  async delete(camera: string): Promise<{ runs: number; bytes: number }> {
    this.#cameras.set(camera, (this.#cameras.get(camera) ?? 0) + 1);
    try {
      await this.#deps.assign();
      await this.#untilClosed(camera);
      return await this.#remove(camera);
    } finally {
      const left = (this.#cameras.get(camera) ?? 1) - 1;
      if (left > 0) this.#cameras.set(camera, left);
      else this.#cameras.delete(camera);
      await this.#deps.assign();
    }
  }

  async #remove(camera: string): Promise<{ runs: number; bytes: number }> {
    const { catalogue, files, logger } = this.#deps;
    const removed = { runs: 0, bytes: 0 };
    let failed: unknown;
    for (const { id, config } of this.#deps.volumes()) {
      if (id === undefined) continue;
      try {
        // The whole folder: what the catalogue does not know goes as well.
        await files.removeCamera(config.path, camera);
      } catch (error) {
        // A hung disk does not keep what is on the others.
        failed ??= error;
        continue;
      }
      const { runs, bytes } = await catalogue.removeAll({ volume: id, camera });
      removed.runs += runs;
      removed.bytes += bytes;
    }
    if (failed !== undefined) throw failed;
    const left = await catalogue.countRuns(camera);
    if (left > 0) {
      throw new StorageError('storage.volume-missing', {
        happened: `${left} recordings of the camera are on a volume that is not there.`,
        kept: 'Those on the other volumes were deleted.',
        remedy: 'Mount the disk, and delete again.',
      });
    }
    await catalogue.removeHome(camera);
    this.#deps.onDeleted(camera);
    logger.info({ camera, ...removed }, 'The recordings of a camera were deleted.');
    return removed;
  }

  async #untilClosed(camera: string): Promise<void> {
    const { clock, catalogue } = this.#deps;
    const deadline = clock.monotonic() + CLOSE_TIMEOUT_MS;
    while (await catalogue.hasOpenRun(camera)) {
      if (clock.monotonic() > deadline) {
        throw new StorageError('storage.volume-unusable', {
          happened:
            'The file that is being recorded could not be closed; its disk does not answer.',
          kept: 'Nothing was deleted.',
          remedy: 'Try again when the volume records again.',
        });
      }
      await new Promise<void>((resolve) => {
        clock.after(POLL_MS, resolve);
      });
    }
  }
}
