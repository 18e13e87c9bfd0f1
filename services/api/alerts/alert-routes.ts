import type { HttpServer } from '@vms/http/server.ts';
import { z } from 'zod';
import { answers, cursorInput } from '../schemas.ts';
import { decodeCursor, encodeCursor } from './alert-cursor.ts';
import { alertPage, viewOf } from './alert-schemas.ts';
import type { AlertStore } from './alert-store.ts';
import { DEFAULT_ALERT_PAGE, MAX_ALERT_PAGE } from './bounds.ts';

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
      response: answers(200, alertPage),
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
