import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { AuthError } from './auth-error.ts';

/** The keys of one installation. They stand in files beside the data, never in a database. */
export interface Secrets {
  /** 32 bytes; seals camera passwords. */
  readonly masterKey: Uint8Array;
  /** What services show each other at their internal calls; 43 characters of base64url. */
  readonly internalToken: string;
  /** 32 bytes; signs media tokens. */
  readonly mediaKey: Uint8Array;
}

const KEY_BYTES = 32;
const TEXT = /^[A-Za-z0-9_-]{43}$/;

/**
 * Opens `master.key`, `internal.token` and `media.key` in a folder of rights 0700, and makes what is
 * missing (0600). Several processes may do so at once: each file appears whole or not at all, and
 * the first one wins.
 *
 * @throws AuthError `auth.secret-unusable` where a file is damaged, readable by others, or cannot be made.
 */
export async function openSecrets(
  folder: string,
  random: RandomBytes = randomBytes,
): Promise<Secrets> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(folder, messageOf(cause), 'Check the rights of the data folder.', cause);
  }
  const [masterKey, internalToken, mediaKey] = [
    await openSecret(join(folder, 'master.key'), random),
    await openSecret(join(folder, 'internal.token'), random),
    await openSecret(join(folder, 'media.key'), random),
  ];
  return {
    masterKey: Buffer.from(masterKey, 'base64url'),
    internalToken,
    mediaKey: Buffer.from(mediaKey, 'base64url'),
  };
}

/**
 * The master key of an installation, without making any: undefined where there is none yet.
 * @throws AuthError `auth.secret-unusable`, also where this user may not read it.
 */
export async function readMasterKey(folder: string): Promise<Uint8Array | undefined> {
  const path = join(folder, 'master.key');
  const text = await read(path);
  if (text === undefined) return undefined;
  return Buffer.from(checked(path, text), 'base64url');
}

async function openSecret(path: string, random: RandomBytes): Promise<string> {
  let text = await read(path);
  if (text === undefined) {
    await make(path, random);
    text = await read(path);
  }
  return checked(path, text);
}

function checked(path: string, text: string | undefined): string {
  if (text === undefined || !TEXT.test(text)) {
    throw unusable(
      path,
      'its content is not a key',
      'Put back the copy that belongs to the data. Deleting it makes a new key; every camera password must then be entered again.',
    );
  }
  return text;
}

async function read(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw unusable(path, 'other users of this machine may read it', `Run: chmod 600 ${path}`);
    }
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    if (cause instanceof AuthError) throw cause;
    throw unusable(path, messageOf(cause), 'Check its rights and its disk.', cause);
  }
}

/** Written and flushed under another name, then linked: `link` fails where somebody was first. */
async function make(path: string, random: RandomBytes): Promise<void> {
  const text = Buffer.from(random(KEY_BYTES)).toString('base64url');
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const temporary = `${path}.${process.pid}.${mark}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${text}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await link(temporary, path);
    } catch (cause) {
      if (systemErrorCode(cause) !== 'EEXIST') throw cause;
    } finally {
      await unlink(temporary);
    }
    await syncFolder(join(path, '..'));
  } catch (cause) {
    throw unusable(path, messageOf(cause), 'Check the rights and the space of its disk.', cause);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unusable(path: string, why: string, remedy: string, cause?: unknown): AuthError {
  return new AuthError(
    'auth.secret-unusable',
    { happened: `The secret ${path} cannot be used: ${why}.`, remedy },
    { cause },
  );
}
