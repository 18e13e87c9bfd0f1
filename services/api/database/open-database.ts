import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import { copyBeforeMigration } from '@vms/database/copy-before-migration.ts';
import { migrate } from '@vms/database/migrations.ts';
import { openSqlite, type SqliteConnection } from '@vms/database/sqlite.ts';
import { API_MIGRATIONS } from './migrations.ts';
import type { ApiSchema } from './schema.ts';

/**
 * Opens the control database and brings it to the schema of this version; an older one is copied
 * beside it first.
 * @throws DatabaseError
 */
export async function openApiDatabase(
  path: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<SqliteConnection<ApiSchema>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const database = openSqlite<ApiSchema>({ path });
  try {
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
