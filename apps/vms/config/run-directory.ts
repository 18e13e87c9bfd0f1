import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { RUN_DIRECTORY_TEXTS } from './config-texts.ts';

/**
 * Where the sockets and lock files of one data directory live: `<parent>/vms-<uid>-<hash>`, with
 * `/tmp` as the parent where `VMS_RUN_DIR` names no other. Not inside of the data directory, because
 * the path of a Unix socket has at most 107 bytes.
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
/** `sun_path` of unix(7), less the NUL at its end. */
const MAX_SOCKET_PATH_BYTES = 107;

/** Names the run directory of a data directory, for who runs this or another user; makes nothing. */
export function runDirectoryOf(
  dataDirectory: string,
  parent: string,
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
 * Makes the run directory. /tmp is everybody's: one that another user made, or may enter, is
 * refused.
 * @throws CliError `launcher.run-directory-unsafe`, `launcher.run-directory-too-long`
 */
export function makeRunDirectory({ path, framesSocket }: RunDirectory): void {
  const bytes = Buffer.byteLength(framesSocket);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    throw new CliError('launcher.run-directory-too-long', RUN_DIRECTORY_TEXTS.tooLong, {
      values: { socket: framesSocket, bytes, max: MAX_SOCKET_PATH_BYTES },
    });
  }
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
