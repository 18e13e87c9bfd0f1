import { StorageError } from '../storage-error.ts';

/** Where a page of runs ended: the last run's start and id. */
export interface RunCursor {
  readonly start: number;
  readonly id: string;
}

export function encodeCursor({ start, id }: RunCursor): string {
  return Buffer.from(JSON.stringify([start, id])).toString('base64url');
}

/** @throws StorageError `storage.bad-request` for what encodeCursor did not give. */
export function decodeCursor(text: string): RunCursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string') {
      return { start: value[0], id: value[1] };
    }
  } catch {
    // Told below, as any other wrong cursor.
  }
  throw new StorageError('storage.bad-request', {
    happened: 'The cursor is not one that this list gave.',
    remedy: 'Begin again without a cursor.',
  });
}
