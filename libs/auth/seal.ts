import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { RandomBytes } from '@vms/common/ids.ts';
import { AuthError } from './auth-error.ts';

/** Bytes of a key that seals. */
export const SEAL_KEY_BYTES = 32;
/** NIST SP 800-38D §8.2.2: a random 96-bit nonce is good for 2^32 seals under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/**
 * Encrypts and authenticates a text with AES-256-GCM: `v1.<base64url of nonce, tag, ciphertext>`.
 * `aad` binds it to its place (`camera:<id>:password`), so that a sealed value moved to another row
 * does not open.
 */
export function seal(
  key: Uint8Array,
  plain: string,
  aad: string,
  random: RandomBytes = randomBytes,
): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(aad, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const bytes = Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
  return `${VERSION}.${bytes.toString('base64url')}`;
}

/**
 * The text that was sealed.
 * @throws AuthError `auth.seal-broken` where key, place or bytes are not those of the seal.
 */
export function unseal(key: Uint8Array, sealed: string, aad: string): string {
  try {
    if (!sealed.startsWith(`${VERSION}.`)) throw new RangeError('unknown version');
    const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64url');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    if (tag.length !== TAG_BYTES) throw new RangeError('too short');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(aad, 'utf8'));
    decipher.setAuthTag(tag);
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  } catch (cause) {
    throw new AuthError(
      'auth.seal-broken',
      {
        happened: 'A stored password cannot be opened with the master key of this installation.',
        remedy:
          'Enter the password again, or put back the secrets folder that belongs to the data.',
      },
      { cause },
    );
  }
}

/** What a camera's password is bound to: every service seals and opens it with this. */
export function cameraPasswordAad(cameraId: string): string {
  return `camera:${cameraId}:password`;
}
