import {
  type FeedPosition,
  MAX_REVOCATIONS,
  REVOCATION_LIFE_MS,
  type Revocable,
  type Revocation,
  RevocationList,
} from '@vms/auth/revocation-list.ts';
import type { Clock } from '@vms/common/clock.ts';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ApiSchema, GrantRevocationRow } from '../database/schema.ts';

/** Revocations in one answer of the feed. */
export const MAX_REVOCATIONS_READ = 1_000;

/** Position of the last revocation, and of the last that was deleted for its age. */
const LAST = 'grant-revocation';
const FORGOTTEN = 'grant-revocation-forgotten';

/** What ends: every token that has all that is named. */
export interface Ended {
  readonly grant?: string;
  readonly user?: string;
  readonly camera?: string;
  readonly action?: string;
  /** What is named may come back, so that only tokens made until now end. Default false. */
  readonly untilNow?: boolean;
}

/**
 * The durable list of what ended of the grants that media tokens are made from, written in the same
 * transaction as what ended them. Services read it by position (RevocationService); an event wakes them.
 */
export class GrantRevocations {
  readonly #queries: Kysely<ApiSchema>;
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #listeners = new Set<(isRevoked: (token: Revocable) => boolean) => void>();
  #last: FeedPosition = 0;

  /** @param limit rows that are kept; default MAX_REVOCATIONS */
  constructor(queries: Kysely<ApiSchema>, clock: Clock, limit = MAX_REVOCATIONS) {
    this.#queries = queries;
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Goes on where the process before ended. */
  async load(): Promise<void> {
    this.#last = Math.max(this.#last, await readCounter(this.#queries, LAST));
  }

  /** For a token that is made for whoever is identified now: what is revoked later is after it. */
  currentPosition(): FeedPosition {
    this.#last = Math.max(this.#last, Math.floor(this.#clock.now()));
    return this.#last;
  }

  /** Calls back after each commit; gives what ends that. */
  onRevoked(listener: (isRevoked: (token: Revocable) => boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a token has ended since it was made. */
  async isRevoked(token: Revocable): Promise<boolean> {
    const rows = await this.#queries
      .selectFrom('grant_revocation')
      .selectAll()
      .where('position', '>', token.position)
      .execute();
    const list = new RevocationList();
    for (const row of rows) list.add(revocationOf(row));
    return list.isRevoked(token);
  }

  /** Does `work` in a transaction, and makes what it says has ended durable in the same. */
  async ending<Result>(
    work: (
      transaction: Transaction<ApiSchema>,
    ) => Promise<{ readonly ended: readonly Ended[]; readonly result: Result }>,
  ): Promise<Result> {
    const made = new RevocationList();
    const answer = await this.#queries.transaction().execute(async (transaction) => {
      const { ended, result } = await work(transaction);
      for (const each of ended) made.add(await this.#insert(transaction, each));
      return result;
    });
    if (made.size > 0) {
      for (const listener of this.#listeners) listener((token) => made.isRevoked(token));
    }
    return answer;
  }

  /** At most MAX_REVOCATIONS_READ of what was revoked after a position, oldest first. */
  async read(after: FeedPosition) {
    const rows = await this.#queries
      .selectFrom('grant_revocation')
      .selectAll()
      .where('position', '>', after)
      .orderBy('position')
      .limit(MAX_REVOCATIONS_READ + 1)
      .execute();
    return {
      revocations: rows.slice(0, MAX_REVOCATIONS_READ).map(revocationOf),
      more: rows.length > MAX_REVOCATIONS_READ,
      // Read last: where it grew meanwhile the rows above are more than it says, never less.
      keptSince: await readCounter(this.#queries, FORGOTTEN),
    };
  }

  async #insert(transaction: Transaction<ApiSchema>, ended: Ended): Promise<Revocation> {
    const now = Math.floor(this.#clock.now());
    this.#last = Math.max(this.#last, now, await readCounter(transaction, LAST)) + 1;
    const row: GrantRevocationRow = {
      position: this.#last,
      grant_id: ended.grant ?? '',
      user_id: ended.user ?? '',
      camera_id: ended.camera ?? '',
      action: ended.action ?? '',
      made_before: ended.untilNow === true ? this.#last : null,
    };
    await transaction.insertInto('grant_revocation').values(row).execute();
    await writeCounter(transaction, LAST, this.#last);
    const forgotten = await transaction
      .deleteFrom('grant_revocation')
      .where('position', '<=', now - REVOCATION_LIFE_MS)
      .returning('position')
      .execute();
    if (forgotten.length > 0) {
      const position = Math.max(...forgotten.map((each) => each.position));
      await writeCounter(transaction, FORGOTTEN, position);
    }
    await this.#compact(transaction);
    return revocationOf(row);
  }

  /**
   * Where there are too many, one takes the place of all of the user with the most, whose older tokens
   * end. Those of everybody end where the most name no user, as of deleted cameras, or no user has two.
   */
  async #compact(transaction: Transaction<ApiSchema>): Promise<void> {
    const { count } = await transaction
      .selectFrom('grant_revocation')
      .select((row) => row.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count <= this.#limit) return;
    const most = await transaction
      .selectFrom('grant_revocation')
      .select((row) => ['user_id', row.fn.countAll<number>().as('rows')])
      .groupBy('user_id')
      .orderBy('rows', 'desc')
      .executeTakeFirstOrThrow();
    // One for one would make no room. What names no user is only covered by what ends everybody's.
    const user = most.rows > 1 ? most.user_id : '';
    await transaction
      .deleteFrom('grant_revocation')
      .$if(user !== '', (query) => query.where('user_id', '=', user))
      .execute();
    await this.#insert(transaction, { user, untilNow: true });
  }
}

async function readCounter(queries: Kysely<ApiSchema>, name: string): Promise<FeedPosition> {
  const row = await queries
    .selectFrom('counter')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value ?? 0;
}

async function writeCounter(
  transaction: Transaction<ApiSchema>,
  name: string,
  value: FeedPosition,
): Promise<void> {
  await sql`insert into counter (name, value) values (${name}, ${value})
    on conflict (name) do update set value = excluded.value`.execute(transaction);
}

function revocationOf(row: GrantRevocationRow): Revocation {
  return {
    position: row.position,
    grant: row.grant_id,
    user: row.user_id,
    camera: row.camera_id,
    action: row.action,
    madeBefore: row.made_before ?? undefined,
  };
}
