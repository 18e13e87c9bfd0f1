import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { systemErrorCode } from '@vms/common/errors.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import { replaceFile } from '@vms/files/replace-file.ts';
import type { SystemIdentity } from './volume-owner.ts';

/** In `storage.dataPath`: what this system calls itself on the volumes that it writes to. */
const SYSTEM_ID_FILE = 'system-id';

/** Undefined where it never wrote to a volume. */
export async function readSystemId(dataPath: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataPath, SYSTEM_ID_FILE), 'utf8')).trim();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads who this system is, or makes it up at its first start. */
export async function openSystemIdentity(
  dataPath: string,
  random: RandomBytes,
): Promise<SystemIdentity> {
  let system = await readSystemId(dataPath);
  if (system === undefined || system === '') {
    system = newId('sys', random);
    await replaceFile(join(dataPath, SYSTEM_ID_FILE), `${system}\n`);
  }
  return { system, host: hostname(), dataPath: resolve(dataPath) };
}
