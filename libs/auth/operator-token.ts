import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '@vms/common/clock.ts';

/** What a token of the local operator begins with: tells secret scanners and the API what it is. */
export const OPERATOR_TOKEN_PREFIX = 'vmsop_';
/** Milliseconds that a token is good for: it is made for one request. */
export const OPERATOR_TOKEN_LIFE_MS = 60_000;

const KEY_CONTEXT = 'vms local operator v1';
const KEY_BYTES = 32;
/** `<expiry, epoch milliseconds>.<HMAC-SHA-256, base64url>` */
const TOKEN = /^vmsop_(\d{1,16})\.([A-Za-z0-9_-]{43})$/;

/**
 * Shows the API that who asks can read the secrets of its data directory: whoever can has everything
 * anyway. Nothing is stored, and what leaks of a request is worth nothing a minute later.
 *
 * @param masterKey of the installation's secrets; the key that signs is derived from it.
 */
export function signOperatorToken(masterKey: Uint8Array, now: EpochMs): string {
  const expiresAt = String(Math.floor(now) + OPERATOR_TOKEN_LIFE_MS);
  return `${OPERATOR_TOKEN_PREFIX}${expiresAt}.${mac(masterKey, expiresAt).toString('base64url')}`;
}

/** Whether a token was made with this key, and not over a minute ago. */
export function isOperatorToken(masterKey: Uint8Array, token: string, now: EpochMs): boolean {
  const [, expiresAt, given] = TOKEN.exec(token) ?? [];
  if (expiresAt === undefined || given === undefined) return false;
  const expected = mac(masterKey, expiresAt);
  const bytes = Buffer.from(given, 'base64url');
  if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) return false;
  const left = Number(expiresAt) - now;
  return left > 0 && left <= OPERATOR_TOKEN_LIFE_MS;
}

function mac(masterKey: Uint8Array, expiresAt: string): Buffer {
  const key = hkdfSync('sha256', masterKey, new Uint8Array(0), KEY_CONTEXT, KEY_BYTES);
  return createHmac('sha256', Buffer.from(key)).update(expiresAt).digest();
}
