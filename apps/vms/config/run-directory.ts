import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

/**
 * Where the sockets and lock files of one data directory live: `/tmp/vms-<uid>-<hash>`. Not inside
 * of the data directory, because the path of a Unix socket has 107 bytes at the most.
 */
export interface RunDirectory {
  readonly path: string;
  /** Hub of the bus. */
  readonly busSocket: string;
  /** Frames of ingest. */
  readonly framesSocket: string;
  /** The configuration in force, for the processes of a launcher. */
  readonly configuration: string;
  /** Held by the process of that name while it lives. */
  lockFile(name: string): string;
}

const HASH_CHARACTERS = 12;

/** Names the run directory of a data directory, for who runs this or another user; makes nothing. */
export function runDirectoryOf(
  dataDirectory: string,
  parent = '/tmp',
  uid = process.getuid?.() ?? 0,
): RunDirectory {
  const hash = createHash('sha256').update(dataDirectory).digest('hex').slice(0, HASH_CHARACTERS);
  const path = join(parent, `vms-${uid}-${hash}`);
  return {
    path,
    busSocket: join(path, 'bus.sock'),
    framesSocket: join(path, 'frames.sock'),
    configuration: join(path, 'configuration.yaml'),
    lockFile: (name) => join(path, `${name}.lock`),
  };
}

/**
 * Makes the run directory. /tmp belongs to everybody: one that another user made, or may enter, is
 * refused.
 * @throws CliError `launcher.run-directory-unsafe`
 */
export function makeRunDirectory({ path }: RunDirectory): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  const isOurs = stat.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid);
  if (isOurs && (stat.mode & 0o077) === 0) return;
  throw new CliError('launcher.run-directory-unsafe', {
    happened: `${path} should hold the sockets of this system, but other users may enter it.`,
    kept: 'Nothing was started.',
    remedy: `Remove it (rm -r ${path}) and start again.`,
  });
}
