import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup } from 'node:sqlite';
import { messageOf } from '@vms/common/errors.ts';
import { DatabaseError } from './database-error.ts';
import { type Migration, schemaVersion } from './migrations.ts';
import { makePrivate, restrict } from './private-files.ts';
import type { SqliteConnection } from './sqlite.ts';

/** Where the copy of a database is that was made before it left a schema. */
export function copyPathOf(databasePath: string, schema: number): string {
  return `${databasePath}.schema-${schema}`;
}

/** Paths of the copies that stand beside a database: they belong to that one, and to no other. */
export function copiesOf(databasePath: string): string[] {
  const folder = dirname(databasePath);
  if (!existsSync(folder)) return [];
  const start = `${basename(databasePath)}.schema-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .map((name) => join(folder, name));
}

/**
 * Copies a database that is about to be changed by `migrations`, so that the version of the program
 * before can go on with it. A new one, and one that is up to date, need none.
 *
 * Copies that were made before are kept from the eyes of others, too.
 *
 * @returns the path of the copy, if one was made.
 * @throws DatabaseError `database.migration-failed` where it cannot be copied; nothing was changed.
 */
export async function copyBeforeMigration<Schema>(
  database: SqliteConnection<Schema>,
  migrations: readonly Migration[],
): Promise<string | undefined> {
  for (const copy of copiesOf(database.path)) restrict(copy);
  const from = await schemaVersion(database);
  if (from === 0 || from >= migrations.length) return undefined;
  const path = copyPathOf(database.path, from);
  // The first one counts: a later one may hold what a start that was broken off has left.
  if (existsSync(path)) return path;
  const temporary = `${path}.${process.pid}`;
  try {
    // Made before, so that nobody else may read it while it is written.
    makePrivate(temporary);
    await backup(database.connection, temporary);
    renameSync(temporary, path);
    return path;
  } catch (cause) {
    rmSync(temporary, { force: true, recursive: true });
    throw new DatabaseError(
      'database.migration-failed',
      {
        happened: `The database ${database.path} could not be copied before its change from schema ${from} to ${migrations.length}: ${messageOf(cause)}.`,
        kept: 'Nothing in it was changed.',
        remedy: 'Check the free space and the rights of its folder, then start again.',
      },
      { cause },
    );
  }
}
