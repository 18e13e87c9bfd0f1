import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '@vms/common/errors.ts';
import { replaceFile } from '@vms/files/replace-file.ts';
import type { FeedPosition, Revocation } from './revocation-list.ts';

/** What a service knows of the feed, from one start to the next. */
export interface KnownRevocations {
  /** Up to where the feed was read. */
  readonly position: FeedPosition;
  readonly revocations: readonly Revocation[];
}

const VERSION = 1;

/**
 * Undefined where there is no file.
 * @throws Error where it cannot be read or is not ours.
 */
export async function readRevocations(path: string): Promise<KnownRevocations | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const { position, revocations, version }: Record<string, unknown> = JSON.parse(text);
  if (version !== VERSION || typeof position !== 'number' || !Array.isArray(revocations)) {
    throw new RangeError('It is not a list of revocations of this version.');
  }
  return { position, revocations: revocations.map(revocationOf) };
}

/** Rights 0600; after a power cut either the old or the new list is there, whole. */
export function writeRevocations(path: string, known: KnownRevocations): Promise<void> {
  const text = `${JSON.stringify({ version: VERSION, ...known })}\n`;
  return replaceFile(path, text, { file: 0o600 });
}

function revocationOf(value: unknown): Revocation {
  const { action, camera, grant, madeBefore, position, user }: Record<string, unknown> =
    Object(value);
  if (
    typeof position !== 'number' ||
    typeof grant !== 'string' ||
    typeof user !== 'string' ||
    typeof camera !== 'string' ||
    typeof action !== 'string' ||
    (madeBefore !== undefined && typeof madeBefore !== 'number')
  ) {
    throw new RangeError('It holds something that is not a revocation.');
  }
  return { position, grant, user, camera, action, madeBefore };
}
