import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { isCameraId, newId, type RandomBytes } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import { replaceFile } from '@vms/files/replace-file.ts';
import { VOLUME_IDENTITY_FILE, VOLUME_LOCK_FILE, VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import {
  encodeVolumeIdentity,
  parseVolumeIdentity,
  type VolumeIdentity,
} from '@vms/format/volume-identity.ts';
import type { VolumeConfig } from '../config.ts';
import { StorageError } from '../storage-error.ts';
import { measureSync } from './measure-sync.ts';

/** What an empty volume may hold: a new ext4 file system, and what a first start left behind. */
const HARMLESS = new Set([
  'lost+found',
  VOLUME_LOCK_FILE,
  VOLUME_OWNER_FILE,
  `${VOLUME_OWNER_FILE}.new`,
  `${VOLUME_IDENTITY_FILE}.new`,
]);

export interface OpenVolumeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: RandomBytes;
  /** Whether recordings were ever made at this path: then an empty folder is a missing disk. */
  readonly isKnown: boolean;
}

/**
 * Reads the identity of a volume, or makes one where the folder is there, empty and never seen before.
 *
 * @throws StorageError `storage.volume-missing`, `storage.volume-not-empty`, `storage.volume-unusable`;
 *   FormatError `format.newer-version`, `format.malformed`.
 */
export async function openVolume(
  config: VolumeConfig,
  deps: OpenVolumeDeps,
): Promise<VolumeIdentity> {
  const { path } = config;
  try {
    return parseVolumeIdentity(await readFile(join(path, VOLUME_IDENTITY_FILE), 'utf8'), path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code !== 'ENOENT') throw unusable(path, error);
  }
  if (deps.isKnown) throw missing(path);
  return makeVolume(config, deps);
}

async function makeVolume(config: VolumeConfig, deps: OpenVolumeDeps): Promise<VolumeIdentity> {
  const { path, tickMs } = config;
  const { clock, logger, random } = deps;
  let names: string[];
  try {
    names = (await readdir(path)).filter(
      (name) => !HARMLESS.has(name) && !name.startsWith('.vms-measure-'),
    );
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw unusable(path, error);
    throw new StorageError('storage.volume-missing', {
      happened: `The folder of the volume ${path} does not exist.`,
      kept: 'Nothing was recorded there.',
      remedy: 'Mount the disk, or make the folder.',
    });
  }
  if (names.some(isCameraId)) throw missing(path);
  if (names.length > 0) {
    throw new StorageError('storage.volume-not-empty', {
      happened: `The folder ${path} is no volume yet and is not empty (${names.slice(0, 3).join(', ')}).`,
      kept: 'Nothing in it was touched.',
      remedy: 'Choose an empty folder for recordings.',
    });
  }
  try {
    const { mode, syncfsMs, fdatasyncMs } = await measureSync(path, clock);
    const identity: VolumeIdentity = {
      id: newId('vol', random),
      createdAt: new Date(clock.now()).toISOString(),
      tickMs,
      sync: mode,
    };
    await replaceFile(join(path, VOLUME_IDENTITY_FILE), encodeVolumeIdentity(identity));
    logger.info({ volume: identity.id, path, mode, syncfsMs, fdatasyncMs }, 'A volume was made.');
    return identity;
  } catch (error) {
    throw unusable(path, error);
  }
}

function missing(path: string): StorageError {
  return new StorageError('storage.volume-missing', {
    happened: `The volume ${path} is not there: its ${VOLUME_IDENTITY_FILE} is missing.`,
    kept: 'Nothing is recorded to the empty folder; recordings on the disk are as they were.',
    remedy: 'Mount the disk again; recording continues automatically.',
  });
}

function unusable(path: string, cause: unknown): StorageError {
  return new StorageError(
    'storage.volume-unusable',
    {
      happened: `The volume ${path} cannot be used: ${messageOf(cause)}.`,
      remedy: 'Check the disk, and the rights of the folder.',
    },
    { cause },
  );
}
