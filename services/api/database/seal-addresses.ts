import type { DatabaseSync } from 'node:sqlite';
import { sealAddressesOf } from '@vms/auth/camera-secrets.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import { copiesOf } from '@vms/database/copy-before-migration.ts';
import type { SqliteConnection } from '@vms/database/sqlite.ts';
import type { ApiSchema } from './schema.ts';

/** Counter that stands while the file is yet to be rewritten. */
const VACUUM_DUE = 'vacuum-due';

export interface SealAddressesOptions {
  readonly masterKey: Uint8Array;
  readonly logger: Logger;
  /** Default that of the system. */
  readonly random?: RandomBytes | undefined;
}

/**
 * Seals the passwords that stand in the addresses of cameras: those that an older version stored, that were
 * put back from its backup, or written by hand. Works on every schema, before the copy that is made of an
 * older one. The file is rewritten then, so that nothing of them is left in it; where that fails, it is
 * logged and tried again at the next start. At each start; without any nothing is changed.
 *
 * @returns cameras of which something was sealed
 */
export function sealStoredAddresses(
  database: SqliteConnection<ApiSchema>,
  { masterKey, logger, random }: SealAddressesOptions,
): number {
  const { connection } = database;
  const columns = connection.prepare("select name from pragma_table_info('camera')").all();
  const names = columns.map(({ name }) => String(name));
  if (!names.includes('sealed_password')) return 0;
  const hasSub = names.includes('sub_url');
  const rows = connection.prepare('select * from camera').all();
  let sealed = 0;
  connection.exec('begin immediate');
  try {
    for (const row of rows) {
      const camera = String(row.id);
      try {
        const found = sealAddressesOf(
          masterKey,
          {
            id: camera,
            url: String(row.url),
            subUrl: hasSub && row.sub_url !== null ? String(row.sub_url) : undefined,
            username: String(row.username),
            sealedPassword: String(row.sealed_password),
          },
          random,
        );
        if (found === undefined) continue;
        const { url, subUrl = null, username, sealedPassword } = found;
        const set = `url = ?, username = ?, sealed_password = ?${hasSub ? ', sub_url = ?' : ''}`;
        connection
          .prepare(`update camera set ${set} where id = ?`)
          .run(url, username, sealedPassword, ...(hasSub ? [subUrl] : []), camera);
        sealed++;
      } catch (error) {
        const why = messageOf(error);
        logger.error(
          { camera, error: why },
          'A password in the address of a camera is not sealed.',
        );
      }
    }
    if (sealed > 0) {
      connection.exec("update counter set value = value + 1 where name = 'camera-revision'");
      connection
        .prepare('insert into counter (name, value) values (?, 1) on conflict do nothing')
        .run(VACUUM_DUE);
    }
    connection.exec('commit');
  } catch (error) {
    // A full disk has rolled it back already.
    if (connection.isTransaction) connection.exec('rollback');
    throw error;
  }
  rewriteWhenDue(connection, logger);
  if (sealed === 0) return 0;
  const copies = copiesOf(database.path);
  logger.warn(
    { cameras: sealed, ...(copies.length > 0 && { copies }) },
    'Passwords in the addresses of cameras were sealed. Copies and backups made before may still hold them.',
  );
  return sealed;
}

/** What was overwritten stays in free pages and in the log until both are rewritten. */
function rewriteWhenDue(connection: DatabaseSync, logger: Logger): void {
  const due = connection.prepare('select 1 from counter where name = ?').get(VACUUM_DUE);
  if (due === undefined) return;
  try {
    connection.exec('vacuum');
    const checkpoint = connection.prepare('pragma wal_checkpoint(truncate)').get();
    if (checkpoint?.busy !== 0) throw new Error('another program is reading the database');
    connection.prepare('delete from counter where name = ?').run(VACUUM_DUE);
  } catch (error) {
    logger.error(
      { error: messageOf(error) },
      'The database could not be rewritten: passwords that were sealed may still be in its free pages. Retrying at the next start.',
    );
  }
}
