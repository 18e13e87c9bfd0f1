import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Rights of the file, and of its folder where that is made. */
export interface FileRights {
  /** Default 0640: the group of the system may read it. */
  readonly file?: number;
  /** Default 0750. */
  readonly folder?: number;
}

/**
 * Replaces a small file as a whole: written beside, synced, renamed, the name synced. After a power cut
 * either the old or the new one is there.
 * @throws Error of the file system
 */
export async function replaceFile(
  path: string,
  content: string,
  { file: fileMode = 0o640, folder: folderMode = 0o750 }: FileRights = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: folderMode });
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', fileMode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
