import { hkdfSync, randomBytes } from 'node:crypto';
import { fastifyCookie } from '@fastify/cookie';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEVICE_COOKIE_LIFE_MS } from './bounds.ts';
import type { User } from './user-store.ts';

export const DEVICE_COOKIE = 'vms_device';

const KEY_CONTEXT = 'vms device cookie v1';
const KEY_BYTES = 32;
const DEVICE_BYTES = 16;

/**
 * Marks browsers in which a user has signed in (OWASP, device cookies), so that guessing from elsewhere
 * does not hold them up. It gives no access. Another password makes all of them unknown.
 */
export class DeviceCookie {
  readonly #key: Buffer;
  readonly #random: RandomBytes;

  constructor(masterKey: Uint8Array, random: RandomBytes = randomBytes) {
    this.#key = Buffer.from(hkdfSync('sha256', masterKey, '', KEY_CONTEXT, KEY_BYTES));
    this.#random = random;
  }

  /** What the request's device counts as, where this user has signed in on it; else undefined. */
  deviceOf(request: FastifyRequest, user: User | undefined): string | undefined {
    const given = fastifyCookie.parse(request.headers.cookie ?? '')[DEVICE_COOKIE];
    if (given === undefined || user === undefined) return undefined;
    const { valid, value } = fastifyCookie.unsign(given, this.#key);
    return valid && value?.startsWith(`${subjectOf(user)}.`) ? value : undefined;
  }

  set(request: FastifyRequest, reply: FastifyReply, user: User): void {
    const device = Buffer.from(this.#random(DEVICE_BYTES)).toString('base64url');
    const value = fastifyCookie.sign(`${subjectOf(user)}.${device}`, this.#key);
    void reply.setCookie(DEVICE_COOKIE, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      maxAge: DEVICE_COOKIE_LIFE_MS / 1000,
    });
  }
}

function subjectOf({ id, passwordChangedAt }: User): string {
  return `${id}.${passwordChangedAt}`;
}
