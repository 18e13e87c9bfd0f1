import { ALERT_CODES, type Alert } from '@vms/common/alert.ts';
import type { HttpServer } from '@vms/http/server.ts';
import { z } from 'zod';
import { answers, cursorInput, instant, isoOf, nextCursor } from '../schemas.ts';
import { decodeCursor, encodeCursor } from './alert-cursor.ts';
import type { AlertStore } from './alert-store.ts';
import { DEFAULT_ALERT_PAGE, MAX_ALERT_PAGE } from './bounds.ts';

const alertView = z
  .object({
    id: z.string(),
    code: z.enum(ALERT_CODES).describe('Stable; docs/runbooks says what to do'),
    severity: z.enum(['warning', 'critical']),
    subject: z.object({
      kind: z.enum(['camera', 'volume', 'service', 'system']),
      id: z.string(),
      name: z.string().describe('As it was when the alert opened'),
    }),
    openedAt: instant.describe('When the trouble was first seen'),
    closedAt: instant.nullable().describe('Null while it is open'),
    detail: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'Alert' });

const alertQuery = z.strictObject({
  state: z.enum(['open', 'all']).default('open'),
  limit: z.coerce.number().int().min(1).max(MAX_ALERT_PAGE).default(DEFAULT_ALERT_PAGE),
  cursor: cursorInput.optional(),
});

export interface AlertRoutesOptions {
  readonly alerts: AlertStore;
}

/** Alerts: open ones and history. */
export function registerAlertRoutes(server: HttpServer, { alerts }: AlertRoutesOptions): void {
  server.route({
    method: 'GET',
    url: '/alerts',
    config: { action: 'alert.list' },
    schema: {
      tags: ['alerts'],
      summary: 'List alerts, newest first: those that are open, or all',
      querystring: alertQuery,
      response: answers(200, z.object({ alerts: z.array(alertView), nextCursor })),
    },
    async handler({ query }) {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
      const found = await alerts.page(query.state, query.limit + 1, after);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      return {
        alerts: page.map(viewOf),
        nextCursor: found.length > page.length && last !== undefined ? encodeCursor(last) : null,
      };
    },
  });
}

export function viewOf(alert: Alert): z.output<typeof alertView> {
  return {
    ...alert,
    openedAt: isoOf(alert.openedAt),
    closedAt: alert.closedAt === null ? null : isoOf(alert.closedAt),
    values: { ...alert.values },
  };
}
