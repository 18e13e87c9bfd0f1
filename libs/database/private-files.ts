import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { systemErrorCode } from '@vms/common/errors.ts';

/** Of what only its owner may read. */
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** What SQLite keeps beside a database; it makes them with the rights of the database. */
const BESIDE = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Sees to it that only the owner may read a database and what stands beside it, also where it was made
 * with wider rights; makes the file where there is none, so that it never has others.
 * @throws Error of the file system
 */
export function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', OWNER_ONLY));
  for (const suffix of BESIDE) restrict(`${path}${suffix}`);
}

/** Takes the rights of others away from a file, where it is there and has any. */
export function restrict(path: string): void {
  try {
    if ((statSync(path).mode & OTHERS) !== 0) chmodSync(path, OWNER_ONLY);
  } catch (error) {
    const code = systemErrorCode(error);
    // Gone meanwhile; or somebody else's, who decides about it.
    if (code !== 'ENOENT' && code !== 'EPERM') throw error;
  }
}
