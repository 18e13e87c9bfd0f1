import type { Role } from '@vms/auth/authorize.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import type { Kysely } from 'kysely';
import type { ApiSchema, UserRow } from '../database/schema.ts';
import type { GrantRevocations } from '../grants/grant-revocations.ts';
import { roleOf } from './role.ts';
import { endedSession, type VerifiedUser } from './session-store.ts';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly passwordChangedAt: EpochMs;
  /** The password is still the one that was printed at the first start. */
  readonly mustChoosePassword: boolean;
}

/** Users of the installation. */
export class UserStore {
  readonly #queries: Kysely<ApiSchema>;
  readonly #revocations: GrantRevocations;

  constructor(queries: Kysely<ApiSchema>, revocations: GrantRevocations) {
    this.#queries = queries;
    this.#revocations = revocations;
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

  /**
   * Sets a new password and ends every session of the user but one.
   *
   * @param user with the hash that was just verified, or none where the old password does not matter
   * @returns false where the hash has changed meanwhile; then nothing is done
   */
  async changePassword(
    { id, passwordHash: verifiedHash }: Pick<VerifiedUser, 'id'> & Partial<VerifiedUser>,
    passwordHash: string,
    keepSession: string,
    now: EpochMs,
  ): Promise<boolean> {
    return this.#revocations.ending(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('user')
        .set({
          password_hash: passwordHash,
          password_changed_at: Math.floor(now),
          must_choose_password: 0,
        })
        .where('id', '=', id)
        .$if(verifiedHash !== undefined, (query) =>
          query.where('password_hash', '=', verifiedHash ?? ''),
        )
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return { ended: [], result: false };
      const ended = await transaction
        .deleteFrom('session')
        .where('user_id', '=', id)
        .where('id_hash', '!=', keepSession)
        .returning(['id_hash', 'user_id'])
        .execute();
      return { ended: ended.map(endedSession), result: true };
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
    passwordChangedAt: row.password_changed_at,
    mustChoosePassword: row.must_choose_password === 1,
  };
}
