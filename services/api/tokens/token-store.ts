import type { Principal } from '@vms/auth/authorize.ts';
import { hashOpaqueToken, newOpaqueToken } from '@vms/auth/opaque-token.ts';
import type { Clock } from '@vms/common/clock.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import type { Kysely } from 'kysely';
import { ApiError } from '../api-error.ts';
import type { ApiSchema } from '../database/schema.ts';
import type { GrantRevocations } from '../grants/grant-revocations.ts';
import { LAST_USE_WRITE_MS, MAX_TOKENS_PER_USER } from '../sessions/bounds.ts';
import { roleOf } from '../sessions/role.ts';

export type TokenPrincipal = Extract<Principal, { kind: 'token' }>;

/** What begins every API token, so that secret scanners know it. */
export const TOKEN_PREFIX = 'vms_';

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** Tokens for programs. Shown once; only their hash is stored. */
export class TokenStore {
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

  /** @throws ApiError `token.limit-reached` */
  async create(userId: string, name: string): Promise<ApiToken & { readonly token: string }> {
    const token = newOpaqueToken(TOKEN_PREFIX, this.#random);
    const id = newId('tok', this.#random);
    const createdAt = Math.floor(this.#clock.now());
    await this.#queries.transaction().execute(async (transaction) => {
      const { count } = await transaction
        .selectFrom('api_token')
        .select((row) => row.fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      if (count >= MAX_TOKENS_PER_USER) {
        throw new ApiError('token.limit-reached', {
          happened: `One user has ${MAX_TOKENS_PER_USER} API tokens at most.`,
          remedy: 'Delete one that is not used any more.',
        });
      }
      await transaction
        .insertInto('api_token')
        .values({
          id,
          user_id: userId,
          name,
          token_hash: hashOpaqueToken(token),
          created_at: createdAt,
          last_used_at: null,
        })
        .execute();
    });
    return { id, name, createdAt, lastUsedAt: null, token };
  }

  async list(userId: string): Promise<ApiToken[]> {
    const rows = await this.#queries
      .selectFrom('api_token')
      .select(['id', 'name', 'created_at', 'last_used_at'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
    }));
  }

  /** Whether there was one. */
  async delete(userId: string, id: string): Promise<boolean> {
    return this.#revocations.ending(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('api_token')
        .where('user_id', '=', userId)
        .where('id', '=', id)
        .executeTakeFirst();
      const result = numDeletedRows > 0n;
      return { ended: result ? [{ grant: id, user: userId }] : [], result };
    });
  }

  async find(token: string): Promise<TokenPrincipal | undefined> {
    const row = await this.#queries
      .selectFrom('api_token')
      .innerJoin('user', 'user.id', 'api_token.user_id')
      .select(['api_token.id', 'user_id', 'username', 'role', 'last_used_at'])
      .where('token_hash', '=', hashOpaqueToken(token))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const now = Math.floor(this.#clock.now());
    if (row.last_used_at === null || now - row.last_used_at >= LAST_USE_WRITE_MS) {
      await this.#queries
        .updateTable('api_token')
        .set({ last_used_at: now })
        .where('id', '=', row.id)
        .execute();
    }
    const { id, user_id: userId, username, role } = row;
    return { kind: 'token', id, userId, username, role: roleOf(role) };
  }
}
