import { invalidRequest } from '@vms/http/problem.ts';
import { z } from 'zod';
import type { CameraPosition } from './camera-store.ts';

const position = z.tuple([z.string(), z.string()]);

/** Opaque to clients: base64url of JSON. Good for any later list, whatever was deleted meanwhile. */
export function encodeCursor({ name, id }: CameraPosition): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

/** @throws HttpError `http.invalid-request` */
export function decodeCursor(cursor: string): CameraPosition {
  try {
    const [name, id] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { name, id };
  } catch {
    throw invalidRequest([{ path: 'query.cursor', message: 'is not a cursor of this list' }]);
  }
}
