import { ALERT_CODES, type AlertCode } from '@vms/common/alert.ts';
import { z } from 'zod';

/** Seconds that any patience may be: a day. */
const MAX_PATIENCE_SECONDS = 86_400;

const patience = z.strictObject(
  Object.fromEntries(
    ALERT_CODES.map((code) => [code, z.number().min(0).max(MAX_PATIENCE_SECONDS).optional()]),
  ) as Record<AlertCode, z.ZodOptional<z.ZodNumber>>,
);

/** `alerts` in vms.yaml. */
export const alertsConfigSchema = z.strictObject({
  /** Seconds that a trouble lasts before its alert opens, by code. Default: libs/common/alert.ts. */
  opensAfterSeconds: patience
    .prefault({})
    .describe('Seconds that a trouble lasts before its alert opens, by code of the alert.'),
  /** Seconds that all is well before the alert closes, by code. Default: libs/common/alert.ts. */
  closesAfterSeconds: patience
    .prefault({})
    .describe('Seconds that all is well before an alert closes, by code of the alert.'),
});

export type AlertsConfig = z.output<typeof alertsConfigSchema>;
