import type { Role } from '@vms/auth/authorize.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import type { Kysely } from 'kysely';
import type { ApiSchema, UserRow } from '../database/schema.ts';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  readonly passwordHash: string;
  /** The password is still the one that was printed at the first start. */
  readonly mustChoosePassword: boolean;
}

/** Users of the installation. */
export class UserStore {
  readonly #queries: Kysely<ApiSchema>;

  constructor(queries: Kysely<ApiSchema>) {
    this.#queries = queries;
  }

  async isEmpty(): Promise<boolean> {
    const row = await this.#queries.selectFrom('user').select('id').limit(1).executeTakeFirst();
    return row === undefined;
  }

  async byName(username: string): Promise<User | undefined> {
    return userOf(
      await this.#queries
        .selectFrom('user')
        .selectAll()
        .where('username', '=', username)
        .executeTakeFirst(),
    );
  }

  async byId(id: string): Promise<User | undefined> {
    return userOf(
      await this.#queries.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst(),
    );
  }

  /** Sets a new password and ends every session of the user but one. */
  async changePassword(
    id: string,
    passwordHash: string,
    keepSession: string,
    now: EpochMs,
  ): Promise<void> {
    await this.#queries.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('user')
        .set({
          password_hash: passwordHash,
          password_changed_at: Math.floor(now),
          must_choose_password: 0,
        })
        .where('id', '=', id)
        .execute();
      await transaction
        .deleteFrom('session')
        .where('user_id', '=', id)
        .where('id_hash', '!=', keepSession)
        .execute();
    });
  }
}

function userOf(row: UserRow | undefined): User | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    username: row.username,
    role: roleOf(row.role),
    passwordHash: row.password_hash,
    mustChoosePassword: row.must_choose_password === 1,
  };
}

/** @throws RangeError where the database names a role that this version does not know: deny. */
export function roleOf(text: string): Role {
  if (text === 'administrator') return text;
  throw new RangeError(`The role “${text}” is unknown.`);
}
