import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@vms/common/version.ts';
import { CliError } from '../cli-error.ts';
import { systemErrorText } from '../language/system-error-texts.ts';
import { DATA_TEXTS } from './config-texts.ts';

/** Layout of the data directory that this version reads and writes. */
export const DATA_FORMAT = 1;

const VERSION_FILE = 'version.json';

/** The folders of a data directory. */
export interface DataDirectory {
  readonly path: string;
  /** Keys: passwords of cameras, internal calls, media addresses. Rights 0700. */
  readonly secrets: string;
  readonly api: string;
  readonly ingest: string;
  readonly storage: string;
  readonly stream: string;
  /** The volume that recordings go to where the configuration names none. */
  readonly defaultVolume: string;
  /** True where nothing was there before. */
  readonly isNew: boolean;
}

/** Names the folders of a data directory; touches nothing. */
export function layoutOf(path: string): Omit<DataDirectory, 'isNew'> {
  return {
    path,
    secrets: join(path, 'secrets'),
    api: join(path, 'api'),
    ingest: join(path, 'ingest'),
    storage: join(path, 'storage'),
    stream: join(path, 'stream'),
    defaultVolume: join(path, 'volumes', 'default'),
  };
}

/**
 * Opens a data directory, and makes it (rights 0750) with its version file where it is new.
 * @throws CliError `data.newer-version`, `data.damaged`, `data.unusable`; nothing was touched then.
 */
export function openDataDirectory(path: string): DataDirectory {
  const isNew = !checkDataVersion(path);
  const layout = layoutOf(path);
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 });
    const { api, defaultVolume, ingest, storage, stream } = layout;
    for (const folder of [api, ingest, storage, stream, defaultVolume]) {
      mkdirSync(folder, { recursive: true, mode: 0o750 });
    }
    if (isNew) writeVersion(path);
  } catch (cause) {
    throw new CliError('data.unusable', DATA_TEXTS.unusable, {
      cause,
      values: { path, reason: systemErrorText(cause) },
    });
  }
  return { ...layout, isNew };
}

/**
 * Whether there is a data directory that this version may use; false where there is none.
 * @throws CliError `data.newer-version`, `data.damaged`
 */
export function checkDataVersion(path: string): boolean {
  const file = join(path, VERSION_FILE);
  if (!existsSync(file)) return false;
  let format: unknown;
  let writtenBy: unknown;
  try {
    ({ format, writtenBy } = JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw damaged(file, cause);
  }
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) {
    throw damaged(file);
  }
  if (format > DATA_FORMAT) {
    const values = { path, writtenBy: String(writtenBy), format };
    throw new CliError('data.newer-version', DATA_TEXTS.newerVersion, {
      values: { ...values, version: VERSION, knownFormat: DATA_FORMAT },
    });
  }
  return true;
}

/** Written beside and renamed, so that a power cut leaves either none or a whole one. */
function writeVersion(path: string): void {
  const file = join(path, VERSION_FILE);
  const temporary = `${file}.${process.pid}`;
  const handle = openSync(temporary, 'w', 0o640);
  try {
    writeSync(handle, `${JSON.stringify({ format: DATA_FORMAT, writtenBy: VERSION })}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function damaged(file: string, cause?: unknown): CliError {
  return new CliError('data.damaged', DATA_TEXTS.damaged, {
    cause,
    values: { file, format: DATA_FORMAT },
  });
}
