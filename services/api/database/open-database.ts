import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import { copyBeforeMigration } from '@vms/database/copy-before-migration.ts';
import { migrate, schemaVersion } from '@vms/database/migrations.ts';
import { openSqlite, type SqliteConnection } from '@vms/database/sqlite.ts';
import { API_MIGRATIONS } from './migrations.ts';
import type { ApiSchema } from './schema.ts';
import { sealStoredAddresses } from './seal-addresses.ts';

export interface OpenDatabaseDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seals what older versions left in the clear; without it that stays. */
  readonly secrets?: { readonly masterKey: Uint8Array } | undefined;
  readonly random?: RandomBytes | undefined;
}

/**
 * Opens the control database and brings it to the schema of this version; an older one is copied
 * beside it first.
 * @throws DatabaseError
 */
export async function openApiDatabase(
  path: string,
  { clock, logger, secrets, random }: OpenDatabaseDeps,
): Promise<SqliteConnection<ApiSchema>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const database = openSqlite<ApiSchema>({ path });
  try {
    // Of a newer version nothing is changed.
    const isKnown = (await schemaVersion(database)) <= API_MIGRATIONS.length;
    if (secrets !== undefined && isKnown) {
      const { masterKey } = secrets;
      sealStoredAddresses(database, { masterKey, logger, random });
    }
    const copy = await copyBeforeMigration(database, API_MIGRATIONS);
    const { from, to } = await migrate(database, API_MIGRATIONS, clock);
    if (copy !== undefined) {
      logger.info({ from, to, copy }, 'The database was brought to the schema of this version.');
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
