import type { Principal } from '@vms/auth/authorize.ts';
import { hashOpaqueToken, newOpaqueToken } from '@vms/auth/opaque-token.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { Kysely } from 'kysely';
import type { ApiSchema } from '../database/schema.ts';
import { sessionGrant } from '../grants/grant-origin.ts';
import type { Ended, GrantRevocations } from '../grants/grant-revocations.ts';
import {
  LAST_USE_WRITE_MS,
  MAX_SESSIONS_PER_USER,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
} from './bounds.ts';
import { roleOf } from './role.ts';

export type UserPrincipal = Extract<Principal, { kind: 'user' }>;

/** A user, with the hash that a password was just compared with. */
export interface VerifiedUser {
  readonly id: string;
  readonly passwordHash: string;
}

/** Sessions of browsers. The cookie is 256 random bits; only its hash is stored. */
export class SessionStore {
  readonly #queries: Kysely<ApiSchema>;
  readonly #revocations: GrantRevocations;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(
    queries: Kysely<ApiSchema>,
    revocations: GrantRevocations,
    clock: Clock,
    random: RandomBytes,
  ) {
    this.#queries = queries;
    this.#revocations = revocations;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Begins a session and gives what goes into the cookie; undefined where the password is not the one
   * that was verified any more. Ends what is too much.
   */
  async begin({ id: userId, passwordHash }: VerifiedUser): Promise<string | undefined> {
    const cookie = newOpaqueToken('', this.#random);
    const now = Math.floor(this.#clock.now());
    return this.#revocations.ending(async (transaction) => {
      const isStillRight = await transaction
        .selectFrom('user')
        .select('id')
        .where('id', '=', userId)
        .where('password_hash', '=', passwordHash)
        .executeTakeFirst();
      if (isStillRight === undefined) return { ended: [], result: undefined };
      const tooMany = transaction
        .selectFrom('session')
        .select('id_hash')
        .where('user_id', '=', userId)
        .orderBy('last_used_at', 'desc')
        .orderBy('id_hash')
        .limit(-1)
        .offset(MAX_SESSIONS_PER_USER - 1);
      const ended = await transaction
        .deleteFrom('session')
        .where('id_hash', 'in', tooMany)
        .returning(['id_hash', 'user_id'])
        .execute();
      await transaction
        .insertInto('session')
        .values({
          id_hash: hashOpaqueToken(cookie),
          user_id: userId,
          created_at: now,
          last_used_at: now,
        })
        .execute();
      return { ended: ended.map(endedSession), result: cookie };
    });
  }

  /** Whose session a cookie is; undefined where there is none (any more). */
  async find(cookie: string): Promise<UserPrincipal | undefined> {
    const idHash = hashOpaqueToken(cookie);
    const row = await this.#queries
      .selectFrom('session')
      .innerJoin('user', 'user.id', 'session.user_id')
      .select(['user.id', 'username', 'role', 'session.created_at', 'last_used_at'])
      .where('id_hash', '=', idHash)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const now = Math.floor(this.#clock.now());
    if (now >= row.created_at + SESSION_LIFE_MS || now >= row.last_used_at + SESSION_IDLE_MS) {
      await this.end(idHash);
      return undefined;
    }
    if (now - row.last_used_at >= LAST_USE_WRITE_MS) {
      await this.#queries
        .updateTable('session')
        .set({ last_used_at: now })
        .where('id_hash', '=', idHash)
        .execute();
    }
    const { id, username, role } = row;
    return { kind: 'user', id, username, role: roleOf(role), sessionId: idHash };
  }

  /** `sessionId` is that of the principal. Idempotent. */
  async end(sessionId: string): Promise<void> {
    await this.#revocations.ending(async (transaction) => {
      const ended = await transaction
        .deleteFrom('session')
        .where('id_hash', '=', sessionId)
        .returning(['id_hash', 'user_id'])
        .execute();
      return { ended: ended.map(endedSession), result: undefined };
    });
  }

  /** Ends what is over, so that views which nobody asks about end too. */
  async endExpired(): Promise<void> {
    const now = Math.floor(this.#clock.now());
    const expired = this.#queries
      .selectFrom('session')
      .select('id_hash')
      .where((row) =>
        row.or([
          row('created_at', '<=', now - SESSION_LIFE_MS),
          row('last_used_at', '<=', now - SESSION_IDLE_MS),
        ]),
      );
    for (const { id_hash } of await expired.execute()) await this.end(id_hash);
  }
}

/** What tokens that were made by a session end with. */
export function endedSession(row: { readonly id_hash: string; readonly user_id: string }): Ended {
  return { grant: sessionGrant(row.id_hash), user: row.user_id };
}
