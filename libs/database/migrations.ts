import type { Clock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { type Kysely, sql } from 'kysely';
import { DatabaseError } from './database-error.ts';

/** One step of a schema. A published step is never changed again: add the next. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  /** What it does, in a few words; stored with the version. */
  readonly name: string;
  up(queries: Kysely<unknown>): Promise<void>;
}

interface SchemaVersionTable {
  schema_version: { version: number; name: string; applied_at: number };
}

/**
 * Brings a database to the newest of `migrations`, all steps in one transaction: after a crash the
 * schema is either the old or the new one. One process owns and migrates a database.
 *
 * @returns the version before and after.
 * @throws DatabaseError `database.newer-schema` where a newer program made the database; it is left
 *   untouched. `database.migration-failed` where a step failed; it was rolled back.
 */
export async function migrate<Schema>(
  database: { readonly path: string; readonly queries: Kysely<Schema> },
  migrations: readonly Migration[],
  clock: Clock,
): Promise<{ from: number; to: number }> {
  migrations.forEach((migration, i) => {
    if (migration.version !== i + 1) {
      throw new RangeError(`Migration ${migration.version} (${migration.name}) is out of order.`);
    }
  });
  const queries = database.queries as unknown as Kysely<SchemaVersionTable>;
  const from = await schemaVersion(database);
  const to = migrations.length;
  if (from > to) {
    throw new DatabaseError('database.newer-schema', {
      happened: `The database ${database.path} was made by a newer version (schema ${from}; this program knows ${to}).`,
      kept: 'Nothing in it was changed.',
      remedy:
        'Start the newer version of the program, or put back the copy made before the update.',
    });
  }
  if (from === to) return { from, to };
  try {
    await queries.transaction().execute(async (transaction) => {
      await transaction.schema
        .createTable('schema_version')
        .ifNotExists()
        .addColumn('version', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('applied_at', 'integer', (column) => column.notNull())
        .execute();
      for (const migration of migrations.slice(from)) {
        await migration.up(transaction as unknown as Kysely<unknown>);
        await transaction
          .insertInto('schema_version')
          .values({
            version: migration.version,
            name: migration.name,
            applied_at: Math.floor(clock.now()),
          })
          .execute();
      }
    });
  } catch (cause) {
    throw new DatabaseError(
      'database.migration-failed',
      {
        happened: `The database ${database.path} could not be brought from schema ${from} to ${to}: ${messageOf(cause)}.`,
        kept: 'The change was rolled back; the data is as it was before.',
        remedy: 'Check the free space and the rights of its folder, then start again.',
      },
      { cause },
    );
  }
  return { from, to };
}

/** The schema version that a database has now; 0 where nothing was ever migrated. */
export async function schemaVersion<Schema>(database: {
  readonly queries: Kysely<Schema>;
}): Promise<number> {
  const queries = database.queries as unknown as Kysely<SchemaVersionTable>;
  const tables = await queries.introspection.getTables();
  if (!tables.some((table) => table.name === 'schema_version')) return 0;
  const row = await queries
    .selectFrom('schema_version')
    .select(sql<number>`max(version)`.as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}
