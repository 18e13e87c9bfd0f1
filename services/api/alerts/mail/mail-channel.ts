import { readFile } from 'node:fs/promises';
import { messageOf } from '@vms/common/errors.ts';
import { createTransport } from 'nodemailer';
import { MAIL_TIMEOUT_MS, MAX_MAIL_ALERTS } from '../bounds.ts';
import { type AlertChannel, DeliveryError } from '../channel.ts';
import type { MailConfig } from '../config.ts';
import { readSecretFile } from '../secret-file.ts';
import { mailText } from './mail-text.ts';

/** Id of the one mail channel. */
export const MAIL_CHANNEL = 'mail';

export interface MailOptions {
  /** In which times are told. */
  readonly timeZone: string;
  /** Of each step: connecting, greeting, silence. Default MAIL_TIMEOUT_MS. */
  readonly timeoutMs?: number;
}

/** Sends what has gathered in a while as one mail of plain text by SMTP (RFC 5321). */
export function createMailChannel(config: MailConfig, options: MailOptions): AlertChannel {
  const { from, to, language } = config;
  return {
    id: MAIL_CHANNEL,
    kind: 'mail',
    target: to.join(', '),
    maxMessages: MAX_MAIL_ALERTS,
    gatherMs: config.gatherSeconds * 1000,
    maxPerHour: config.maxPerHour,
    async send(id, messages, signal) {
      const transport = await open(config, options.timeoutMs ?? MAIL_TIMEOUT_MS);
      const abort = (): void => transport.close();
      signal.addEventListener('abort', abort, { once: true });
      try {
        await transport.sendMail({
          from,
          to,
          ...mailText(messages, language, options.timeZone),
          // The same at every attempt: mail servers drop what they have seen.
          messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
          headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834 §5
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (cause) {
        throw failureOf(cause, config);
      } finally {
        signal.removeEventListener('abort', abort);
        transport.close();
      }
    },
  };
}

async function open(config: MailConfig, timeoutMs: number) {
  const { host, port, tls, caFile, user, passwordFile } = config;
  const pass = passwordFile === undefined ? undefined : await readSecretFile(passwordFile);
  return createTransport({
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user !== undefined && pass !== undefined && { auth: { user, pass } }),
    tls: {
      minVersion: 'TLSv1.2',
      ...(caFile !== undefined && { ca: await readAuthority(caFile) }),
    },
    connectionTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DeliveryError(
      'alert.secret-unusable',
      {
        happened: `The certificate in ${path} cannot be read: ${messageOf(cause)}.`,
        remedy: 'Check its name and its rights.',
      },
      { cause },
    );
  }
}

/** What a step of SMTP means for a person, by the codes of nodemailer. */
const STEPS: Readonly<Record<string, string>> = {
  EAUTH: 'does not accept the user name and password',
  ECONNECTION: 'cannot be reached',
  EDNS: 'is not known by that name',
  EENVELOPE: 'does not accept the sender or the recipients',
  EMESSAGE: 'does not accept the message',
  ESOCKET: 'cannot be reached, or its certificate is not trusted',
  ETIMEDOUT: 'does not answer in time',
  ETLS: 'offers no encryption that can be trusted',
};

/** Never repeats what the server said: it may say back what it was told. */
function failureOf(cause: unknown, { host, port }: MailConfig): DeliveryError {
  const { code = '', responseCode = 0 } = Object(cause) as {
    code?: string;
    responseCode?: number;
  };
  const isRefused = (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500;
  const step = STEPS[code] ?? 'does not take the mail';
  return new DeliveryError(
    isRefused ? 'alert.delivery-refused' : 'alert.delivery-failed',
    {
      happened: `The mail server ${host}:${port} ${step}${responseCode > 0 ? ` (${responseCode})` : ''}.`,
      remedy: 'Check alerts.mail in vms.yaml and the mail server; the mail is tried again.',
    },
    { cause },
  );
}
