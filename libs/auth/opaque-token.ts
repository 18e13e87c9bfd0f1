import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '@vms/common/ids.ts';

const TOKEN_BYTES = 32;

/** An unguessable text of 256 bits in base64url, behind a prefix that tells secret scanners what it is. */
export function newOpaqueToken(prefix: string, random: RandomBytes = randomBytes): string {
  return `${prefix}${Buffer.from(random(TOKEN_BYTES)).toString('base64url')}`;
}

/**
 * What is stored of an opaque token: SHA-256 in hex. With 256 random bits there is nothing to guess,
 * so that no slow hash is needed, and the look-up is by an index.
 */
export function hashOpaqueToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
