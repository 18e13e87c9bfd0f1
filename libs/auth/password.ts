import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { RandomBytes } from '@vms/common/ids.ts';
import { AuthError } from './auth-error.ts';
import { type HashLane, HashSlots } from './hash-slots.ts';

/** Characters of the longest password that is hashed; longer ones only cost time. */
export const MAX_PASSWORD_CHARACTERS = 1024;
/** Hashes under way at a time in this process: bounds memory to 2 × 19 MiB and the thread pool. */
export const MAX_HASHES_AT_ONCE = 2;
/** Of those, hashes for who has shown nothing yet. */
export const MAX_STRANGER_HASHES_AT_ONCE = 1;
/** Hashes that may wait, of those who are known and of the others each: 2 s of work. */
export const MAX_HASHES_WAITING = 100;

/**
 * OWASP Password Storage: argon2id with 19 MiB, 2 passes, 1 lane. About 20 ms of a core. argon2id is
 * the default algorithm of the package; its type is a const enum, which type stripping cannot import.
 */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;

/** 31 characters that nobody confuses when copying: without 0 O 1 l I and the like. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GENERATED_GROUPS = 5;
const GENERATED_GROUP_CHARACTERS = 4;

const slots = new HashSlots({
  atOnce: MAX_HASHES_AT_ONCE,
  strangersAtOnce: MAX_STRANGER_HASHES_AT_ONCE,
  waiting: MAX_HASHES_WAITING,
});

/**
 * A PHC string `$argon2id$…` with its own salt.
 * @throws AuthError `auth.password-too-long`, `auth.too-many-hashes`
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.length > MAX_PASSWORD_CHARACTERS) {
    throw new AuthError('auth.password-too-long', {
      happened: `The password is longer than ${MAX_PASSWORD_CHARACTERS} characters.`,
      remedy: 'Choose a shorter one.',
    });
  }
  return slots.run('known', () => hash(password, COST));
}

/**
 * Whether the password is that of the PHC string; false too where the string is no argon2 hash.
 * @throws AuthError `auth.too-many-hashes`
 */
export async function verifyPassword(
  phc: string,
  password: string,
  lane: HashLane,
): Promise<boolean> {
  if (password.length > MAX_PASSWORD_CHARACTERS) return false;
  return slots.run(lane, async () => {
    try {
      return await verify(phc, password);
    } catch {
      return false;
    }
  });
}

/** A password such as `k7wq-m2ht-…`: 20 characters of 31, 99 bits. */
export function generatePassword(random: RandomBytes = randomBytes): string {
  const groups: string[] = [];
  for (let i = 0; i < GENERATED_GROUPS; i++) {
    groups.push(randomText(GENERATED_GROUP_CHARACTERS, random));
  }
  return groups.join('-');
}

function randomText(characters: number, random: RandomBytes): string {
  const fair = 256 - (256 % ALPHABET.length);
  let text = '';
  while (text.length < characters) {
    for (const byte of random(characters)) {
      if (byte < fair && text.length < characters) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}
