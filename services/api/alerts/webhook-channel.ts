import { createHmac } from 'node:crypto';
import type { Clock } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import { VERSION } from '@vms/common/version.ts';
import { isoOf } from '../schemas.ts';
import { viewOf } from './alert-schemas.ts';
import { WEBHOOK_TIMEOUT_MS } from './bounds.ts';
import { type AlertChannel, type AlertMessage, DeliveryError } from './channel.ts';
import type { WebhookConfig } from './config.ts';
import { readSecretFile } from './secret-file.ts';

/** Statuses that ask to come back later (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). */
const LATER: readonly number[] = [408, 425, 429];
/** A secret of a webhook service as it shows it: base64 behind this prefix. */
const ENCODED_SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

export interface WebhookOptions {
  readonly clock: Clock;
  /** Default WEBHOOK_TIMEOUT_MS. */
  readonly timeoutMs?: number;
}

/**
 * Posts each message as JSON, signed as Standard Webhooks 1.0 has it (standardwebhooks.com): headers
 * `webhook-id`, `webhook-timestamp` (seconds, of the attempt) and `webhook-signature`. Any address may
 * be posted to, private ones and this machine too: it stands in the operator's own file, which nobody
 * changes over the network. (An address that comes over the network must be checked by
 * @vms/http/address-class.ts first.) Redirects are not followed, and only the status of an answer is read.
 */
export function createWebhookChannel(config: WebhookConfig, options: WebhookOptions): AlertChannel {
  const { id, url, secretFile } = config;
  const { clock, timeoutMs = WEBHOOK_TIMEOUT_MS } = options;
  const { origin, host } = new URL(url);
  return {
    id,
    kind: 'webhook',
    // Paths and queries of webhooks often are secrets.
    target: origin,
    maxMessages: 1,
    gatherMs: 0,
    maxPerHour: Number.POSITIVE_INFINITY,
    async send(deliveryId, messages, signal) {
      for (const message of messages) {
        const body = bodyOf(message);
        const timestamp = Math.floor(clock.now() / 1000);
        const secret = secretFile === undefined ? undefined : await readSecretFile(secretFile);
        const status = await post(url, host, {
          method: 'POST',
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          headers: {
            'content-type': 'application/json',
            'user-agent': `vms/${VERSION}`,
            'webhook-id': deliveryId,
            'webhook-timestamp': String(timestamp),
            ...(secret !== undefined && {
              'webhook-signature': signatureOf(secret, deliveryId, timestamp, body),
            }),
          },
          body,
        });
        checkStatus(status, host);
      }
    },
  };
}

/** `v1,<base64 of HMAC-SHA256 over "id.timestamp.body">` */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const encoded = ENCODED_SECRET.exec(secret)?.[1];
  const key = encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
  return `v1,${mac.digest('base64')}`;
}

function bodyOf({ id, event, at, alert }: AlertMessage): string {
  return JSON.stringify({
    type: `alert.${event}`,
    timestamp: isoOf(at),
    id,
    data: alert === null ? null : viewOf(alert),
  });
}

async function post(url: string, host: string, init: RequestInit): Promise<number> {
  try {
    const answer = await fetch(url, init);
    await answer.body?.cancel();
    return answer.status;
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    const code = cause instanceof Error ? systemErrorCode(cause.cause) : undefined;
    const why = isLate ? 'does not answer in time' : `cannot be reached (${code ?? 'no answer'})`;
    throw new DeliveryError(
      'alert.delivery-failed',
      {
        happened: `The webhook at ${host} ${why}.`,
        kept: 'The message is kept and tried again.',
        remedy: 'Check that the receiver runs and that this machine reaches it.',
      },
      { cause },
    );
  }
}

/** @throws DeliveryError unless it is 2xx */
function checkStatus(status: number, host: string): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new DeliveryError('alert.delivery-refused', {
      happened: `The webhook at ${host} redirects elsewhere (${status}), which is not followed.`,
      remedy: 'Put the address that it redirects to into alerts.webhooks.',
    });
  }
  const isRefused = status >= 400 && status < 500 && !LATER.includes(status);
  throw new DeliveryError(isRefused ? 'alert.delivery-refused' : 'alert.delivery-failed', {
    happened: `The webhook at ${host} answers ${status}.`,
    remedy: isRefused
      ? 'Check its address, and the secret with which messages are signed.'
      : 'Look at the receiver; the message is kept and tried again.',
  });
}
