import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { messageOf } from '@vms/common/errors.ts';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { DatabaseError } from './database-error.ts';
import { makePrivate } from './private-files.ts';

const IN_MEMORY = ':memory:';

/** How long a statement waits for another process's lock (node:sqlite's own default is 0). */
export const BUSY_TIMEOUT_MS = 5000;

export interface SqliteOptions {
  /** The file, made when absent; `:memory:` for a database that lives in this process only. */
  readonly path: string;
  /** Opens an existing file without the right to change it. Default false. */
  readonly readOnly?: boolean;
}

/** An open SQLite file: the typed query builder, and the connection below it for what has no builder. */
export interface SqliteConnection<Schema> {
  readonly path: string;
  readonly queries: Kysely<Schema>;
  readonly connection: DatabaseSync;
  /** Closes the file; the write-ahead log is folded into it. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens a SQLite file the way the product needs it: write-ahead log, `synchronous=FULL` (a commit
 * that has returned survives a power cut; NORMAL loses the last ones), foreign keys enforced. Only the
 * owner may read the file and what stands beside it, also where they had wider rights.
 *
 * Calls are synchronous below the promises: keep long queries off a media process's event loop.
 *
 * @throws DatabaseError `database.cannot-open` where the file is no database or cannot be opened.
 */
export function openSqlite<Schema>(options: SqliteOptions): SqliteConnection<Schema> {
  const { path, readOnly = false } = options;
  let connection: DatabaseSync | undefined;
  try {
    if (!readOnly && path !== IN_MEMORY) makePrivate(path);
    connection = new DatabaseSync(path, {
      readOnly,
      timeout: BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    });
    if (!readOnly) connection.exec('pragma journal_mode = wal');
    connection.exec('pragma synchronous = full');
    // Reads page 1, so that a file which is no database is told of here and not at the first query.
    connection.prepare('select count(*) from sqlite_schema').get();
  } catch (cause) {
    connection?.close();
    throw new DatabaseError(
      'database.cannot-open',
      {
        happened: `The database ${path} cannot be opened: ${messageOf(cause)}.`,
        kept: 'Nothing in it was changed.',
        remedy: 'Check that the file exists, is a SQLite database and may be read and written.',
      },
      { cause },
    );
  }
  const opened = connection;
  const queries = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: new NodeSqliteDatabase(opened) }),
  });
  return {
    path,
    queries,
    connection: opened,
    async close() {
      await queries.destroy();
      if (opened.isOpen) opened.close();
    },
  };
}

/** node:sqlite behind the few calls of better-sqlite3 that Kysely's SqliteDialect makes. */
class NodeSqliteDatabase implements SqliteDatabase {
  readonly #connection: DatabaseSync;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.#connection.prepare(sql);
    return {
      // A statement that yields columns is one that reads (select, or anything with `returning`).
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters.map(bindable)),
      run: (parameters) => statement.run(...parameters.map(bindable)),
      iterate: (parameters) => statement.iterate(...parameters.map(bindable)),
    };
  }

  close(): void {
    if (this.#connection.isOpen) this.#connection.close();
  }
}

/** SQLite has no booleans: they are 0 and 1. `undefined` in a query is a mistake and is refused. */
function bindable(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (
    value === null ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'string' ||
    value instanceof Uint8Array
  ) {
    return value;
  }
  throw new TypeError(`A ${typeof value} cannot be stored in SQLite.`);
}
