import { join } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import { VOLUME_LOCK_FILE, VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import { z } from 'zod';
import { StorageError } from '../storage-error.ts';
import { probeVolume } from './probe-volume.ts';

/** Exit status of flock where another holds the lock. */
export const LOCK_TAKEN = 75;
/** Characters of the id of a system, and of the id of a boot. */
const MAX_ID_CHARACTERS = 64;
/** Characters of a host name: those of DNS have up to 253. */
const MAX_HOST_CHARACTERS = 256;
/** Characters of a path (PATH_MAX of Linux). */
const MAX_PATH_CHARACTERS = 4096;
/** Bytes that are read of a record: the longest one, with every character of its path escaped. */
const MAX_OWNER_BYTES = 32 * 1024;

const ownerSchema = z.object({
  system: z.string().min(1).max(MAX_ID_CHARACTERS),
  host: z.string().max(MAX_HOST_CHARACTERS),
  bootId: z.string().max(MAX_ID_CHARACTERS),
  pid: z.int(),
  dataPath: z.string().max(MAX_PATH_CHARACTERS),
  /** Goes up every few seconds. */
  beat: z.int(),
});

/** The system that writes to a volume, as `.vms-owner` in its root says. */
export type VolumeOwner = z.output<typeof ownerSchema>;

/** Who a system says it is. */
export type SystemIdentity = Pick<VolumeOwner, 'system' | 'host' | 'dataPath'>;

/** Undefined where the text is no record: then nobody says that the volume is in use. */
export function parseVolumeOwner(text: string): VolumeOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * The other system of this machine, or of one that shares its locks, that writes to a volume now;
 * undefined where nobody does, it is this system itself, it does not say who it is, or the volume has not
 * responded within PROBE_TIMEOUT_MS to each of the two questions.
 */
export async function findOtherOwner(
  volume: string,
  system: string | undefined,
  clock: Clock,
): Promise<VolumeOwner | undefined> {
  const path = join(volume, VOLUME_OWNER_FILE);
  const record = await probeVolume('head', ['-c', String(MAX_OWNER_BYTES), '--', path], clock);
  const owner = parseVolumeOwner(record?.output ?? '');
  if (owner === undefined || owner.system === system) return undefined;
  const lock = ['--nonblock', '--conflict-exit-code', String(LOCK_TAKEN)];
  const args = [...lock, join(volume, VOLUME_LOCK_FILE), 'true'];
  return (await probeVolume('flock', args, clock))?.status === LOCK_TAKEN ? owner : undefined;
}

/** In words, for the state of a volume. */
export function volumeInUse(path: string, owner: VolumeOwner): StorageError {
  const { host, pid, dataPath } = owner;
  return new StorageError('storage.volume-in-use', {
    happened: `The volume ${path} is in use by another system: process ${pid} on ${host}, with its data in ${dataPath}.`,
    kept: 'This system records nothing to it. The other system is not affected.',
    remedy: 'Stop the other system, or choose another folder in storage.volumes.',
  });
}
