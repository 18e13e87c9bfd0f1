import { invalidRequest } from '@vms/http/problem.ts';
import { z } from 'zod';
import type { AlertPosition } from './alert-store.ts';

const position = z.tuple([z.int(), z.string()]);

/** Opaque to clients: base64url of JSON. */
export function encodeCursor({ openedAt, id }: AlertPosition): string {
  return Buffer.from(JSON.stringify([openedAt, id])).toString('base64url');
}

/** @throws HttpError `http.invalid-request` */
export function decodeCursor(cursor: string): AlertPosition {
  try {
    const text = Buffer.from(cursor, 'base64url').toString();
    const [openedAt, id] = position.parse(JSON.parse(text));
    return { openedAt, id };
  } catch {
    throw invalidRequest([{ path: 'query.cursor', message: 'is not a cursor of this list' }]);
  }
}
