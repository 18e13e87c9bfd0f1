import { isCameraId } from '@vms/common/ids.ts';
import { z } from 'zod';
import { MAX_CURSOR_CHARACTERS } from './bounds.ts';

/** Shapes that several routes share. Instants are ISO 8601 in UTC on the way out. */

/** An instant with its zone, on the way in; becomes epoch milliseconds. */
export const instantInput = z.iso
  .datetime({
    offset: true,
    error: 'must be an ISO 8601 instant with zone, such as 2026-01-31T12:00:00Z',
  })
  .meta({ examples: ['2026-01-31T12:00:00Z'] });

export const instant = z.string().meta({ format: 'date-time' });

export const cursorInput = z
  .string()
  .min(1)
  .max(MAX_CURSOR_CHARACTERS)
  .regex(/^[A-Za-z0-9_.:~=-]+$/, 'is not a cursor of this API')
  .describe('`nextCursor` of the page before');

export const nextCursor = z.string().nullable().describe('Of the next page; null at the end');

export const cameraId = z
  .string()
  .refine(isCameraId, 'is not the id of a camera')
  .meta({ examples: ['cam_abcdefghijklmnop'] });

/** Ids of recordings are made by storage: opaque, safe in a path. */
export const recordingId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'is not the id of a recording');

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().describe('Stable; docs/api/errors.md explains each'),
    remedy: z.string().optional(),
    kept: z.string().optional(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string(), code: z.string().optional() }))
      .optional(),
    retryAfterSeconds: z.number().optional(),
  })
  .describe('Problem details (RFC 9457)')
  .meta({ id: 'Problem' });

const problemAnswer = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: problem } },
};

/** The answers of a route: what it gives when all is well, and a problem otherwise. */
export function answers<Status extends number, Schema extends z.ZodType>(
  status: Status,
  schema: Schema,
): Record<Status, Schema> {
  return { [status]: schema, default: problemAnswer } as unknown as Record<Status, Schema>;
}

/** Of an answer without a body. */
export const nothing = z.null().describe('No content');

/** `2026-01-31T12:00:00.000Z` */
export function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
