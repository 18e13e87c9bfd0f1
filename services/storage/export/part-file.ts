import { access, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { ExportError } from './export-error.ts';
import { createExportFile, type ExportFile } from './export-file.ts';

/** What a file is called until it is whole. */
const PART_EXTENSION = '.part';
/** File systems without hard links answer so: FAT of USB sticks, some network shares. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK']);

/** A file that gets its name when it is whole, and never takes that of another. */
export class PartFile {
  readonly path: string;
  readonly file: ExportFile;
  #isOpen = true;

  private constructor(path: string, file: ExportFile) {
    this.path = path;
    this.file = file;
  }

  /** @throws ExportError `export.exists`, `export.cannot-write` */
  static async create(path: string): Promise<PartFile> {
    if (await exists(path)) throw taken(path);
    try {
      return new PartFile(path, await createExportFile(path + PART_EXTENSION));
    } catch (cause) {
      if (systemErrorCode(cause) === 'EEXIST') throw taken(path + PART_EXTENSION);
      throw cannotWrite(path, cause);
    }
  }

  /** Makes what was written durable. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    await this.file.sync();
    this.#isOpen = false;
    await this.file.close();
  }

  /** Gives the file its name. @throws ExportError `export.exists`, `export.cannot-write` */
  async publish(): Promise<void> {
    await this.close();
    const part = this.path + PART_EXTENSION;
    try {
      await link(part, this.path);
      await unlink(part);
    } catch (cause) {
      if (systemErrorCode(cause) === 'EEXIST') throw taken(this.path);
      if (!NO_LINKS.has(systemErrorCode(cause))) throw cannotWrite(this.path, cause);
      if (await exists(this.path)) throw taken(this.path);
      await rename(part, this.path);
    }
    await syncFolder(dirname(this.path));
  }

  /** Removes what there is of it under its unfinished name. Never fails. */
  async discard(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      await this.file.close().catch(() => {});
    }
    await unlink(this.path + PART_EXTENSION).catch(() => {});
  }
}

/** An error of writing, in words. */
export function cannotWrite(path: string, cause: unknown): ExportError {
  const code = systemErrorCode(cause);
  const remedy =
    code === 'ENOSPC'
      ? 'Make room there, or choose another place.'
      : code === 'EFBIG'
        ? 'The file system takes no larger files (FAT32 takes 4 GB): export less at a time, or use another disk.'
        : 'Check the folder and its rights, or choose another place.';
  return new ExportError(
    'export.cannot-write',
    {
      happened: `${path} cannot be written: ${messageOf(cause)}.`,
      kept: 'The recordings were not touched.',
      remedy,
    },
    { cause },
  );
}

function taken(path: string): ExportError {
  return new ExportError('export.exists', {
    happened: `There is a file ${path} already.`,
    kept: 'It was not changed.',
    remedy: 'Choose another name, or move it away.',
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Some file systems sync no folders; the file itself is durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch(() => {});
  } finally {
    await folder.close();
  }
}
