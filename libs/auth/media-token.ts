import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '@vms/common/clock.ts';
import { type CameraId, isCameraId } from '@vms/common/ids.ts';
import { AuthError } from './auth-error.ts';

export const MEDIA_ACTIONS = ['play', 'download', 'export'] as const;
export type MediaAction = (typeof MEDIA_ACTIONS)[number];

/** What the bearer of a media path may fetch. */
export interface MediaGrant {
  readonly camera: CameraId;
  readonly action: MediaAction;
  /** Only this run; undefined is any. */
  readonly run?: string | undefined;
  /** Only what was recorded in [from, to); undefined is no bound. */
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
  readonly expiresAt: EpochMs;
}

/** Characters of the longest token that is looked at. */
export const MAX_MEDIA_TOKEN_CHARACTERS = 1024;
/** Milliseconds that a token may be good for at the most. */
export const MAX_MEDIA_TOKEN_LIFE_MS = 24 * 3600_000;

const MAC_CONTEXT = 'vms media token v1\n';

/** `<base64url of JSON>.<base64url of HMAC-SHA-256>`: safe as one segment of a path. */
export function signMediaToken(key: Uint8Array, grant: MediaGrant): string {
  const payload = Buffer.from(
    JSON.stringify({
      c: grant.camera,
      a: grant.action,
      r: grant.run,
      f: grant.from,
      t: grant.to,
      e: Math.round(grant.expiresAt),
    }),
  ).toString('base64url');
  return `${payload}.${mac(key, payload).toString('base64url')}`;
}

/**
 * The grant of a token. The signature is checked before anything in it is looked at.
 * @throws AuthError `auth.media-token-invalid`, `auth.media-token-expired`
 */
export function verifyMediaToken(key: Uint8Array, token: string, now: EpochMs): MediaGrant {
  const dot = token.indexOf('.');
  if (token.length > MAX_MEDIA_TOKEN_CHARACTERS || dot < 1) throw invalid();
  const payload = token.slice(0, dot);
  const expected = mac(key, payload);
  const given = Buffer.from(token.slice(dot + 1), 'base64url');
  // The text too must be the one that was signed: base64url has several texts for the same bytes.
  if (given.toString('base64url') !== token.slice(dot + 1)) throw invalid();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid();
  const grant = parse(payload);
  if (grant.expiresAt <= now) {
    throw new AuthError('auth.media-token-expired', {
      happened: 'The address of this recording has expired.',
      remedy: 'Open the recording again from its page.',
    });
  }
  if (grant.expiresAt > now + MAX_MEDIA_TOKEN_LIFE_MS) throw invalid();
  return grant;
}

function mac(key: Uint8Array, payload: string): Buffer {
  return createHmac('sha256', key).update(MAC_CONTEXT).update(payload).digest();
}

function parse(payload: string): MediaGrant {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
  const { c: camera, a, r: run, f: from, t: to, e: expiresAt } = fields;
  const action = MEDIA_ACTIONS.find((known) => known === a);
  if (
    typeof camera !== 'string' ||
    !isCameraId(camera) ||
    action === undefined ||
    typeof expiresAt !== 'number' ||
    (run !== undefined && typeof run !== 'string') ||
    (from !== undefined && typeof from !== 'number') ||
    (to !== undefined && typeof to !== 'number')
  ) {
    throw invalid();
  }
  return { camera, action, run, from, to, expiresAt };
}

function invalid(): AuthError {
  return new AuthError('auth.media-token-invalid', {
    happened: 'The address of this recording is not valid.',
    remedy: 'Open the recording again from its page.',
  });
}
