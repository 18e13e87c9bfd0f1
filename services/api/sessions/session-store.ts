import type { Principal } from '@vms/auth/authorize.ts';
import { hashOpaqueToken, newOpaqueToken } from '@vms/auth/opaque-token.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { Kysely } from 'kysely';
import type { ApiSchema } from '../database/schema.ts';
import {
  LAST_USE_WRITE_MS,
  MAX_SESSIONS_PER_USER,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
} from './bounds.ts';
import { roleOf } from './user-store.ts';

export type UserPrincipal = Extract<Principal, { kind: 'user' }>;

/** Sessions of browsers. The cookie is 256 random bits; only its hash is stored. */
export class SessionStore {
  readonly #queries: Kysely<ApiSchema>;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(queries: Kysely<ApiSchema>, clock: Clock, random: RandomBytes) {
    this.#queries = queries;
    this.#clock = clock;
    this.#random = random;
  }

  /** Begins a session and gives what goes into the cookie. Ends what is over or too much. */
  async begin(userId: string): Promise<string> {
    const cookie = newOpaqueToken('', this.#random);
    const now = Math.floor(this.#clock.now());
    await this.#queries.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('session')
        .where((row) =>
          row.or([
            row('created_at', '<=', now - SESSION_LIFE_MS),
            row('last_used_at', '<=', now - SESSION_IDLE_MS),
          ]),
        )
        .execute();
      const tooMany = transaction
        .selectFrom('session')
        .select('id_hash')
        .where('user_id', '=', userId)
        .orderBy('last_used_at', 'desc')
        .orderBy('id_hash')
        .limit(-1)
        .offset(MAX_SESSIONS_PER_USER - 1);
      await transaction.deleteFrom('session').where('id_hash', 'in', tooMany).execute();
      await transaction
        .insertInto('session')
        .values({
          id_hash: hashOpaqueToken(cookie),
          user_id: userId,
          created_at: now,
          last_used_at: now,
        })
        .execute();
    });
    return cookie;
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
    await this.#queries.deleteFrom('session').where('id_hash', '=', sessionId).execute();
  }
}
