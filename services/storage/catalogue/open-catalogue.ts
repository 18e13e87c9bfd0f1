import { existsSync, renameSync } from 'node:fs';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { DatabaseError } from '@vms/database/database-error.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import { Catalogue } from './catalogue.ts';

/** What SQLite says of a file that is damaged, or that is no database (sqlite.org/rescode.html). */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Opens the catalogue; one that is damaged (power cut, failing disk) is put aside and begun again:
 * whoever opens it takes the recordings in again, and recording waits for nobody.
 *
 * @param onPutAside told where the damaged file is now, and what is wrong with it.
 * @throws DatabaseError as {@link Catalogue.open}, except where the file is damaged.
 */
export async function openCatalogue(
  path: string,
  clock: Clock,
  onPutAside: (aside: string, why: string) => void,
): Promise<Catalogue> {
  const damage = existsSync(path) ? await findDamage(path) : undefined;
  if (damage !== undefined) onPutAside(putAside(path, clock), damage);
  return Catalogue.open(path, clock);
}

/** Renames a catalogue and what SQLite keeps beside it; gives its new path. */
export function putAside(path: string, clock: Clock): string {
  const aside = `${path}.damaged-${Math.round(clock.now())}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/** What SQLite finds wrong with a database, all of which it reads; undefined where it finds nothing. */
async function findDamage(path: string): Promise<string | undefined> {
  try {
    const database = openSqlite({ path });
    try {
      const row = database.connection.prepare('pragma quick_check(1)').get();
      const verdict = String(row?.quick_check);
      return verdict === 'ok' ? undefined : verdict;
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return messageOf(error);
  }
}

/** Not a lock, a missing right or a full disk: those end, and leave the file as it was. */
function isDamage(error: unknown): boolean {
  const cause = error instanceof DatabaseError ? error.cause : error;
  const code = (cause as { readonly errcode?: number } | undefined)?.errcode ?? 0;
  // The primary code is in the lowest byte.
  return (code & 0xff) === SQLITE_CORRUPT || (code & 0xff) === SQLITE_NOTADB;
}
