import { ALERT_CODES, ALERT_KINDS, type AlertCode } from '@vms/common/alert.ts';
import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';

/** Seconds that any patience may be: a day. */
const MAX_PATIENCE_SECONDS = 86_400;

/** Seconds by code of the alert. */
function patience(kind: 'opensAfterMs' | 'closesAfterMs') {
  const seconds = (code: AlertCode) => {
    const usual = ALERT_KINDS[code][kind] / 1000;
    return z
      .number()
      .min(0)
      .max(MAX_PATIENCE_SECONDS)
      .optional()
      .meta(about('', { unit: 'seconds', byDefault: String(usual), example: usual }));
  };
  return z.strictObject(
    Object.fromEntries(ALERT_CODES.map((code) => [code, seconds(code)])) as Record<
      AlertCode,
      z.ZodOptional<z.ZodNumber>
    >,
  );
}

/** `alerts` in vms.yaml. */
export const alertsConfigSchema = z.strictObject({
  opensAfterSeconds: patience('opensAfterMs')
    .prefault({})
    .meta(about('How long a trouble lasts before its alert opens, by code of the alert.')),
  closesAfterSeconds: patience('closesAfterMs')
    .prefault({})
    .meta(about('How long all is well before an alert closes, by code of the alert.')),
});

export type AlertsConfig = z.output<typeof alertsConfigSchema>;
