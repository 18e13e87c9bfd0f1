import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { backup } from 'node:sqlite';
import type { ApiSchema } from '@vms/api/database/schema.ts';
import { systemClock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { VERSION } from '@vms/common/version.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { type Backup, encodeBackup } from '../../backup/backup-file.ts';
import { writePrivateFile } from '../../backup/private-file.ts';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import { DATA_FORMAT } from '../../config/data-directory.ts';
import { findInstallation, type Installation } from '../installation.ts';
import { BACKUP_TEXTS } from './backup-texts.ts';

/** Keys of an installation; the last is there only where the gateway made its certificate. */
const SECRETS = [
  'secrets/master.key',
  'secrets/internal.token',
  'secrets/media.key',
  'secrets/gateway-tls/made-here.pem',
] as const;

/** `vms backup create`: everything but recordings in one file, also while the system runs. */
export async function createBackup(
  { words, options }: Invocation<'backup create'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const file = resolve(words[0] ?? '');
  const installation = findInstallation(options, environment);
  const { configuration, dataDirectory } = installation;
  if (!existsSync(configuration.api.databasePath)) {
    throw new CliError('cli.usage', BACKUP_TEXTS.nothing, { values: { data: dataDirectory } });
  }
  if (existsSync(file)) throw new CliError('cli.usage', BACKUP_TEXTS.exists, { values: { file } });
  const { bytes: database, ...counts } = await copyDatabase(configuration.api.databasePath);
  const configFile = options.config ?? join(dataDirectory, 'vms.yaml');
  const files = [
    { path: 'api/vms.sqlite', base64: database.toString('base64') },
    ...optional('vms.yaml', configFile),
    ...SECRETS.flatMap((path) => optional(path, join(dataDirectory, path))),
  ];
  const bytes = encodeBackup({
    dataFormat: DATA_FORMAT,
    madeBy: VERSION,
    createdAt: new Date(systemClock.now()).toISOString(),
    files,
    volumes: identitiesOf(installation),
  });
  try {
    writePrivateFile(file, bytes);
  } catch (cause) {
    const values = { why: messageOf(cause) };
    throw new CliError('backup.unwritable', BACKUP_TEXTS.unwritable, { cause, values });
  }
  terminal.say(BACKUP_TEXTS.created, { file, ...counts });
  terminal.result({ file, bytes: bytes.length, ...counts });
  return EXIT.ok;
}

/** A copy as of one moment, by SQLite's own way, which does not stop whoever writes. */
async function copyDatabase(
  path: string,
): Promise<{ bytes: Buffer; cameras: number; users: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'vms-backup-'));
  try {
    const copy = join(folder, 'vms.sqlite');
    const source = openSqlite<ApiSchema>({ path, readOnly: true });
    try {
      await backup(source.connection, copy);
    } finally {
      await source.close();
    }
    const copied = openSqlite<ApiSchema>({ path: copy });
    const count = async (table: 'camera' | 'user'): Promise<number> =>
      (await copied.queries.selectFrom(table).selectAll().execute()).length;
    const counts = { cameras: await count('camera'), users: await count('user') };
    // One file: what stands in the write-ahead log goes into it.
    copied.connection.exec('pragma journal_mode = delete');
    await copied.close();
    return { bytes: readFileSync(copy), ...counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function optional(path: string, from: string): Backup['files'] {
  return existsSync(from) ? [{ path, base64: readFileSync(from).toString('base64') }] : [];
}

function identitiesOf({ configuration }: Installation): Backup['volumes'] {
  return configuration.storage.volumes.flatMap(({ path }) => {
    const file = join(path, VOLUME_IDENTITY_FILE);
    return existsSync(file) ? [{ path, identity: readFileSync(file, 'utf8') }] : [];
  });
}
