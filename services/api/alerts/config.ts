import { ALERT_CODES, ALERT_KINDS, type AlertCode } from '@vms/common/alert.ts';
import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';
import { MAX_WEBHOOKS } from './bounds.ts';

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

const absolutePath = z.string().startsWith('/', 'must be an absolute path');

const webhook = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be of small letters, digits and -, 40 at the most')
    .refine((id) => id !== 'mail', 'must not be “mail”: that is the mail')
    .meta(
      about('Its name in the page and the log. What waits to be delivered goes by it.', {
        example: 'duty',
      }),
    ),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
      error: 'must not carry a user name or password',
    })
    .meta(
      about('Address that messages are posted to as JSON. It may be in a private network.', {
        example: 'https://alerts.example.org/vms',
      }),
    ),
  secretFile: absolutePath
    .optional()
    .meta(
      about(
        'File (absolute path, rights 0600) with the secret that messages are signed with, as Standard Webhooks has it.',
        { byDefault: 'messages are not signed', example: '/etc/vms/webhook.secret' },
      ),
    ),
});

/** `alerts` in vms.yaml. */
export const alertsConfigSchema = z.strictObject({
  webhooks: z
    .array(webhook)
    .max(MAX_WEBHOOKS)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
      error: 'must have an id each, all different',
    })
    .default([])
    .meta(about('Programs that are told of every alert that opens or closes.')),
  opensAfterSeconds: patience('opensAfterMs')
    .prefault({})
    .meta(about('How long a trouble lasts before its alert opens, by code of the alert.')),
  closesAfterSeconds: patience('closesAfterMs')
    .prefault({})
    .meta(about('How long all is well before an alert closes, by code of the alert.')),
});

export type AlertsConfig = z.output<typeof alertsConfigSchema>;
export type WebhookConfig = AlertsConfig['webhooks'][number];
