import { ALERT_CODES, ALERT_KINDS, type AlertCode } from '@vms/common/alert.ts';
import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';
import { MAX_RECIPIENTS, MAX_WEBHOOKS } from './bounds.ts';
import { MAIL_LANGUAGES } from './mail/mail-text.ts';

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
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be of small letters, digits and -, 40 at most')
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

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

const mail = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .max(253)
      .meta(about('Name of the mail server.', { example: 'mail.example.org' })),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(587)
      .meta(about('Port of the mail server: 587 with starttls, 465 with tls.')),
    tls: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .meta(about('How mail is encrypted. none is allowed to this machine itself only.')),
    caFile: absolutePath.optional().meta(
      about('File (absolute path) with the certificate that signed the mail server’s own.', {
        byDefault: 'the usual authorities',
        example: '/etc/vms/mail-ca.pem',
      }),
    ),
    user: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta(about('User name at the mail server.', { example: 'vms@example.org' })),
    passwordFile: absolutePath.optional().meta(
      about('File (absolute path, rights 0600) with the password at the mail server.', {
        example: '/etc/vms/mail.password',
      }),
    ),
    from: z.email().meta(about('Sender of the mails.', { example: 'vms@example.org' })),
    to: z
      .array(z.email())
      .min(1)
      .max(MAX_RECIPIENTS)
      .meta(about('Who is told.', { example: ['duty@example.org'] })),
    language: z.enum(MAIL_LANGUAGES).default('en').meta(about('Language of the mails.')),
    gatherSeconds: z
      .int()
      .min(0)
      .max(3600)
      .default(30)
      .meta(
        about('How long an alert waits for others, to be told with them in one mail.', {
          unit: 'seconds',
        }),
      ),
    maxPerHour: z
      .int()
      .min(1)
      .max(1000)
      .default(12)
      .meta(about('Mails within an hour; what comes above it waits, and is told in one.')),
  })
  .refine(({ tls, host }) => tls !== 'none' || LOOPBACK.test(host), {
    path: ['tls'],
    error: 'must not be none: the mail server is not on this machine',
  })
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    path: ['passwordFile'],
    error: 'user and passwordFile must be given both or neither',
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
  mail: mail.optional().meta(about('Mail about alerts. Without it none is sent.')),
  opensAfterSeconds: patience('opensAfterMs')
    .prefault({})
    .meta(about('How long a trouble lasts before its alert opens, by code of the alert.')),
  closesAfterSeconds: patience('closesAfterMs')
    .prefault({})
    .meta(about('How long all is well before an alert closes, by code of the alert.')),
});

export type AlertsConfig = z.output<typeof alertsConfigSchema>;
export type WebhookConfig = AlertsConfig['webhooks'][number];
export type MailConfig = NonNullable<AlertsConfig['mail']>;
