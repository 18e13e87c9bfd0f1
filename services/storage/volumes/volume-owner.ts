import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import { VOLUME_LOCK_FILE, VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import { z } from 'zod';
import { StorageError } from '../storage-error.ts';

/** Exit status of flock where another holds the lock. */
export const LOCK_TAKEN = 75;
/** Milliseconds after which the question whether a lock is held is given up. */
const PROBE_TIMEOUT_MS = 3_000;

const ownerSchema = z.object({
  system: z.string().min(1).max(64),
  host: z.string().max(256),
  bootId: z.string().max(64),
  pid: z.int(),
  dataPath: z.string().max(4096),
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
 * undefined where nobody does, it is this system itself, or it does not say who it is.
 */
export async function findOtherOwner(
  volume: string,
  system: string | undefined,
  clock: Clock,
): Promise<VolumeOwner | undefined> {
  const owner = await readVolumeOwner(volume);
  if (owner === undefined || owner.system === system) return undefined;
  return (await isLocked(join(volume, VOLUME_LOCK_FILE), clock)) ? owner : undefined;
}

export async function readVolumeOwner(volume: string): Promise<VolumeOwner | undefined> {
  try {
    return parseVolumeOwner(await readFile(join(volume, VOLUME_OWNER_FILE), 'utf8'));
  } catch {
    return undefined;
  }
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

/** By a child process: a hung disk hangs that alone. */
function isLocked(path: string, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const args = ['--nonblock', '--conflict-exit-code', String(LOCK_TAKEN), path, 'true'];
    const child = spawn('flock', args, { stdio: 'ignore' });
    const timer = clock.after(PROBE_TIMEOUT_MS, () => {
      child.kill('SIGKILL');
      child.unref();
      resolve(false);
    });
    const end = (status: number | null): void => {
      timer.cancel();
      resolve(status === LOCK_TAKEN);
    };
    child.once('error', () => end(null));
    child.once('exit', end);
  });
}
