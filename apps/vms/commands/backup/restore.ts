import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { startBusHub } from '@vms/bus/hub.ts';
import { systemClock } from '@vms/common/clock.ts';
import { ConfigError } from '@vms/common/config-error.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { copiesOf } from '@vms/database/copy-before-migration.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { type Backup, decodeBackup } from '../../backup/backup-file.ts';
import { writePrivateFile } from '../../backup/private-file.ts';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { DATA_FORMAT, openDataDirectory } from '../../config/data-directory.ts';
import type { Environment } from '../../config/environment.ts';
import { makeRunDirectory, runDirectoryOf } from '../../config/run-directory.ts';
import { systemErrorText } from '../../language/system-error-texts.ts';
import { toldError } from '../../language/told-error.ts';
import { runningProcesses } from '../../system-access/lock-holders.ts';
import { dataDirectoryOf, findInstallation, type Installation } from '../installation.ts';
import { BACKUP_TEXTS } from './backup-texts.ts';

/** What SQLite keeps beside a database that was not closed. */
const DATABASE_SUFFIXES = ['', '-wal', '-shm'] as const;
const CONFIGURATION = 'vms.yaml';
/** The configuration of a back-up while it is looked at, and after it was refused, to be corrected. */
const REFUSED_CONFIGURATION = 'vms.yaml.refused';

type Options = Invocation<'backup restore'>['options'];

/** `vms backup restore`: everything is checked before anything is written. */
export async function restoreBackup(
  { words, options }: Invocation<'backup restore'>,
  context: CommandContext,
): Promise<number> {
  const { environment, terminal } = context;
  const file = resolve(words[0] ?? '');
  const data = dataDirectoryOf(options, environment);
  const backup = readBackup(file, terminal);
  if (backup.dataFormat > DATA_FORMAT) {
    const values = { file, version: backup.dataFormat, known: DATA_FORMAT };
    throw new CliError('backup.newer-version', BACKUP_TEXTS.newer, { values });
  }
  refuseWhileRunning(data, environment);
  const run = runDirectoryOf(data, environment.runParent);
  makeRunDirectory(run);
  // Holding the hub keeps the system from starting meanwhile.
  const hub = await startBusHub({ path: run.busSocket, clock: systemClock, logger: silentLogger });
  try {
    openDataDirectory(data);
    const stamp = new Date(systemClock.now()).toISOString().replaceAll(/[:.]/g, '-');
    const { databasePath } = configurationOf(backup, data, stamp, options, context).api;
    const files = withConfiguration(backup.files, options.config);
    const pathOf = (path: string): string => (isDatabase(path) ? databasePath : join(data, path));
    if (existsSync(databasePath) && !options.replace) {
      throw new CliError('backup.would-replace', BACKUP_TEXTS.wouldReplace, { values: { data } });
    }
    const replaced = [
      ...DATABASE_SUFFIXES.map((suffix) => databasePath + suffix),
      // One that stayed would keep an upgrade of the database that comes back from making its own.
      ...copiesOf(databasePath),
      ...files.map(({ path }) => pathOf(path)),
      join(data, REFUSED_CONFIGURATION),
    ].filter((path) => existsSync(path));
    for (const path of new Set(replaced)) moveAside(path, stamp);
    for (const { path, base64 } of files) {
      writePrivateFile(pathOf(path), Buffer.from(base64, 'base64'), data);
    }
    const { createdAt, madeBy, volumes } = backup;
    for (const volume of volumes) bringBackIdentity(volume, data, terminal);
    if (replaced.length > 0) terminal.say(BACKUP_TEXTS.putAside, { folder: asideName(stamp) });
    terminal.say(BACKUP_TEXTS.restored, { createdAt, data });
    terminal.result({ data, createdAt, madeBy });
  } finally {
    await hub.close();
  }
  return EXIT.ok;
}

function readBackup(file: string, terminal: Terminal): Backup {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
    if ((statSync(file).mode & 0o077) !== 0) terminal.note(BACKUP_TEXTS.openRights, { file });
  } catch (cause) {
    const values = { file, why: systemErrorText(cause) };
    throw new CliError('backup.unreadable', BACKUP_TEXTS.unreadable, { cause, values });
  }
  return decodeBackup(bytes, file);
}

/** Also where it runs as another user, as a service does. */
function refuseWhileRunning(data: string, { runParent }: Environment): void {
  const owner = statSync(data, { throwIfNoEntry: false })?.uid;
  const runs = [runDirectoryOf(data, runParent), runDirectoryOf(data, runParent, owner)];
  if (runs.every((run) => runningProcesses(run).size === 0)) return;
  throw new CliError('launcher.already-running', BACKUP_TEXTS.running, { values: { data } });
}

/**
 * The configuration that will be in force, which says where the database is. One that cannot be used
 * on this machine is told of here, while nothing is replaced yet, and left to be corrected.
 * @throws CliError `backup.configuration-refused`; of a configuration that was named, its own errors
 */
function configurationOf(
  { files }: Backup,
  data: string,
  stamp: string,
  options: Options,
  { environment, terminal }: CommandContext,
): Installation['configuration'] {
  const backedUp = files.find(({ path }) => path === CONFIGURATION);
  if (options.config !== undefined || backedUp === undefined) {
    return findInstallation({ ...options, data }, environment).configuration;
  }
  const config = join(data, REFUSED_CONFIGURATION);
  if (existsSync(config)) {
    moveAside(config, stamp);
    terminal.say(BACKUP_TEXTS.correctionsAside, { folder: join(data, asideName(stamp)) });
  }
  writePrivateFile(config, Buffer.from(backedUp.base64, 'base64'), data);
  try {
    const { configuration } = findInstallation({ ...options, data, config }, environment);
    rmSync(config);
    return configuration;
  } catch (cause) {
    const values = { why: whyRefused(cause, terminal), config };
    throw new CliError('backup.configuration-refused', BACKUP_TEXTS.refused, { cause, values });
  }
}

/** Which key, and on which line: known in English alone. */
function whyRefused(cause: unknown, terminal: Terminal): string {
  if (!(cause instanceof ConfigError)) return toldError(cause, terminal.language).happened;
  return terminal.in(BACKUP_TEXTS.detail, { detail: cause.explanation.happened });
}

/** What is written: a configuration that was named takes the place of the back-up's own. */
function withConfiguration(files: Backup['files'], config: string | undefined): Backup['files'] {
  if (config === undefined) return files;
  const base64 = readFileSync(config).toString('base64');
  return files.map((file) => (file.path === CONFIGURATION ? { ...file, base64 } : file));
}

/** Into a folder beside it, and so on the same disk. */
function moveAside(path: string, stamp: string): void {
  if (!existsSync(path)) return;
  const folder = join(dirname(path), asideName(stamp));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  renameSync(path, join(folder, basename(path)));
}

function asideName(stamp: string): string {
  return `before-restore-${stamp}`;
}

function isDatabase(path: string): boolean {
  return path.endsWith('.sqlite');
}

/** Only where recordings are there and their volume.json is not: an empty folder is no volume of ours. */
function bringBackIdentity(
  { identity, path }: Backup['volumes'][number],
  data: string,
  terminal: Terminal,
): void {
  const file = join(resolve(data, path), VOLUME_IDENTITY_FILE);
  if (existsSync(file)) {
    if (idOf(readFileSync(file, 'utf8')) !== idOf(identity)) {
      terminal.say(BACKUP_TEXTS.volumeOther, { path });
    }
    return;
  }
  const folder = dirname(file);
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  writePrivateFile(file, Buffer.from(identity), data);
  terminal.say(BACKUP_TEXTS.volumeBack, { path });
}

function idOf(identity: string): string | undefined {
  return /"id":\s*"(vol_[a-z2-7]+)"/.exec(identity)?.[1];
}
