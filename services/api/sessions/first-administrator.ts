import { generatePassword, hashPassword } from '@vms/auth/password.ts';
import type { Clock } from '@vms/common/clock.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import type { Kysely } from 'kysely';
import type { ApiSchema } from '../database/schema.ts';

export const FIRST_USERNAME = 'admin';

export interface FirstAdministratorOptions {
  readonly queries: Kysely<ApiSchema>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Shows a text and a password to the person who started the system; neither may reach a log. */
  readonly announce: (text: string, password: string) => void | Promise<void>;
}

/**
 * Makes the administrator of a new database with a generated password. It is shown before the row is
 * durable: after a crash in between, the next start shows another, and none is lost.
 */
export async function createFirstAdministrator(options: FirstAdministratorOptions): Promise<void> {
  const password = generatePassword(options.random);
  const passwordHash = await hashPassword(password);
  await options.announce(firstPasswordText(password), password);
  const now = Math.floor(options.clock.now());
  await options.queries
    .insertInto('user')
    .values({
      id: newId('user', options.random),
      username: FIRST_USERNAME,
      password_hash: passwordHash,
      role: 'administrator',
      created_at: now,
      password_changed_at: now,
      must_choose_password: 1,
    })
    .execute();
}

/** One line, shown once. Programs that start the system for tests read the last word. */
export function firstPasswordText(password: string): string {
  return `Sign in as ${FIRST_USERNAME} with this password (shown only now; change it in Settings): ${password}`;
}
