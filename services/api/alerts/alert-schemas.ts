import { ALERT_CODES, type Alert } from '@vms/common/alert.ts';
import { z } from 'zod';
import { instant, isoOf, nextCursor } from '../schemas.ts';

export const alertView = z
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

export type AlertView = z.output<typeof alertView>;

export const alertPage = z.object({ alerts: z.array(alertView), nextCursor });

export function viewOf(alert: Alert): AlertView {
  return {
    ...alert,
    openedAt: isoOf(alert.openedAt),
    closedAt: alert.closedAt === null ? null : isoOf(alert.closedAt),
    values: { ...alert.values },
  };
}
