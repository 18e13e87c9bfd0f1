import { hashPassword } from '@vms/auth/password.ts';
import type { Clock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ApiError } from '../api-error.ts';
import { openApiDatabase } from '../database/open-database.ts';
import { GrantRevocations } from '../grants/grant-revocations.ts';
import { checkPasswordStrength } from './password-strength.ts';
import { type User, UserStore } from './user-store.ts';

/** Who gets which password. */
export interface PasswordReset {
  readonly username: string;
  readonly password: string;
}

/**
 * Gives a user another password without the current one, and ends all sessions of the user.
 * @throws ApiError `user.not-found`, `auth.password-too-weak`; AuthError `auth.password-too-long`
 */
export async function resetPassword(
  users: UserStore,
  { username, password }: PasswordReset,
  clock: Clock,
): Promise<User> {
  const user = await users.byName(username);
  if (user === undefined) {
    throw new ApiError('user.not-found', {
      happened: 'There is no user of this name.',
      remedy: 'The administrator of the first start is called admin.',
    });
  }
  checkPasswordStrength(password, user.username, 'body.password');
  await users.changePassword({ id: user.id }, await hashPassword(password), '', clock.now());
  return user;
}

/** The same in the database of a system that is stopped; whoever calls holds it stopped. */
export async function resetPasswordInDatabase(
  databasePath: string,
  reset: PasswordReset,
  clock: Clock,
): Promise<User> {
  const database = await openApiDatabase(databasePath, { clock, logger: silentLogger });
  try {
    // Written there; stream and storage read it when they start.
    const revocations = new GrantRevocations(database.queries, clock);
    return await resetPassword(new UserStore(database.queries, revocations), reset, clock);
  } finally {
    await database.close();
  }
}
