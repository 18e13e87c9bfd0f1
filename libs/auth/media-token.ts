import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '@vms/common/clock.ts';
import { type CameraId, isCameraId, type StreamName } from '@vms/common/ids.ts';
import { AuthError } from './auth-error.ts';
import type { GrantOrigin } from './revocation-list.ts';

export const MEDIA_ACTIONS = ['play', 'download', 'export'] as const;
export type MediaAction = (typeof MEDIA_ACTIONS)[number];

/** What the bearer of a path to recorded media may fetch. */
export interface MediaGrant extends GrantOrigin {
  readonly camera: CameraId;
  readonly action: MediaAction;
  /** Only this run; undefined is any. */
  readonly run?: string | undefined;
  /** Only what was recorded in [from, to); undefined is no bound. */
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
  readonly expiresAt: EpochMs;
}

/**
 * What the bearer may watch as it happens: one stream of one camera, within one session. A live token
 * opens no recording, and a token of a recording no live view: each has its own way to be verified.
 */
export interface LiveGrant extends GrantOrigin {
  readonly action: 'live';
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Who watches, as the caller named itself; at most `MAX_VIEWER_ID_CHARACTERS`. */
  readonly viewer: string;
  /** The live session that this token belongs to; it ends with the session. */
  readonly session: string;
  readonly expiresAt: EpochMs;
}

/** Characters that a viewer's name may have, so that its token stays within the bound below. */
export const MAX_VIEWER_ID_CHARACTERS = 64;
/** Characters of the longest token that is looked at. */
export const MAX_MEDIA_TOKEN_CHARACTERS = 1024;
/** Milliseconds that a token may be good for at most. */
export const MAX_MEDIA_TOKEN_LIFE_MS = 24 * 3600_000;

const MAC_CONTEXT = 'vms media token v1\n';

/** `<base64url of JSON>.<base64url of HMAC-SHA-256>`: safe as one segment of a path. */
export function signMediaToken(key: Uint8Array, grant: MediaGrant): string {
  return sign(key, {
    c: grant.camera,
    a: grant.action,
    r: grant.run,
    ...originFields(grant),
    f: grant.from,
    t: grant.to,
    e: Math.round(grant.expiresAt),
  });
}

/** A token of the same form for a live view; also what `Authorization: Bearer` carries in WHEP. */
export function signLiveToken(key: Uint8Array, grant: LiveGrant): string {
  return sign(key, {
    c: grant.camera,
    a: grant.action,
    s: grant.stream,
    ...originFields(grant),
    v: grant.viewer,
    i: grant.session,
    e: Math.round(grant.expiresAt),
  });
}

/**
 * The grant of a token of recorded media. The signature is checked before anything in it is looked at.
 * @throws AuthError `auth.media-token-invalid` (a live token too), `auth.media-token-expired`
 */
export function verifyMediaToken(key: Uint8Array, token: string, now: EpochMs): MediaGrant {
  const fields = open(key, token);
  const { c: camera, a, r: run, f: from, t: to, e: expiresAt } = fields;
  const action = MEDIA_ACTIONS.find((known) => known === a);
  if (
    !isCamera(camera) ||
    action === undefined ||
    typeof expiresAt !== 'number' ||
    !isOptional(run, 'string') ||
    !isOptional(from, 'number') ||
    !isOptional(to, 'number')
  ) {
    throw invalid();
  }
  checkLife(expiresAt, now);
  return { camera, action, run, from, to, expiresAt, ...originOf(fields) };
}

/**
 * The grant of a token for a live view, checked as `verifyMediaToken` does.
 * @throws AuthError `auth.media-token-invalid` (a token of a recording too), `auth.media-token-expired`
 */
export function verifyLiveToken(key: Uint8Array, token: string, now: EpochMs): LiveGrant {
  const fields = open(key, token);
  const { c: camera, a: action, s: stream, v: viewer, i: session, e: expiresAt } = fields;
  if (
    !isCamera(camera) ||
    action !== 'live' ||
    (stream !== 'main' && stream !== 'sub') ||
    typeof viewer !== 'string' ||
    typeof session !== 'string' ||
    typeof expiresAt !== 'number'
  ) {
    throw invalid();
  }
  checkLife(expiresAt, now);
  return { action, camera, stream, viewer, session, expiresAt, ...originOf(fields) };
}

/** Session or API token, user, and position of the feed: short, since they stand in every address. */
function originFields({ grant, position, user }: GrantOrigin): Record<string, string | number> {
  return { g: grant, u: user, p: position };
}

function originOf({ g: grant, p: position, u: user }: Record<string, unknown>): GrantOrigin {
  if (typeof grant !== 'string' || typeof user !== 'string' || typeof position !== 'number') {
    throw invalid();
  }
  return { grant, user, position };
}

function sign(key: Uint8Array, fields: Record<string, string | number | undefined>): string {
  const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${payload}.${mac(key, payload).toString('base64url')}`;
}

/** The fields of a token whose signature is right. */
function open(key: Uint8Array, token: string): Record<string, unknown> {
  const dot = token.indexOf('.');
  if (token.length > MAX_MEDIA_TOKEN_CHARACTERS || dot < 1) throw invalid();
  const payload = token.slice(0, dot);
  const expected = mac(key, payload);
  const given = Buffer.from(token.slice(dot + 1), 'base64url');
  // The text too must be the one that was signed: base64url has several texts for the same bytes.
  if (given.toString('base64url') !== token.slice(dot + 1)) throw invalid();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid();
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
}

function mac(key: Uint8Array, payload: string): Buffer {
  return createHmac('sha256', key).update(MAC_CONTEXT).update(payload).digest();
}

function isCamera(value: unknown): value is CameraId {
  return typeof value === 'string' && isCameraId(value);
}

function isOptional(value: unknown, type: 'string'): value is string | undefined;
function isOptional(value: unknown, type: 'number'): value is number | undefined;
function isOptional(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type;
}

function checkLife(expiresAt: EpochMs, now: EpochMs): void {
  if (expiresAt <= now) {
    throw new AuthError('auth.media-token-expired', {
      happened: 'The address of this video has expired.',
      remedy: 'Open it again from its page.',
    });
  }
  if (expiresAt > now + MAX_MEDIA_TOKEN_LIFE_MS) throw invalid();
}

function invalid(): AuthError {
  return new AuthError('auth.media-token-invalid', {
    happened: 'The address of this video is not valid.',
    remedy: 'Open it again from its page.',
  });
}
