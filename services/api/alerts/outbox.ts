import type { Alert } from '@vms/common/alert.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import type { Kysely, Transaction } from 'kysely';
import type { ApiSchema } from '../database/schema.ts';
import { MAX_DELIVERY_AGE_MS, MAX_WAITING } from './bounds.ts';
import type { AlertMessage } from './channel.ts';

/** A message that waits for its channel. */
export interface Delivery {
  readonly message: AlertMessage;
  readonly batch: string | null;
  readonly createdAt: EpochMs;
  readonly attempts: number;
}

export interface ChannelState {
  readonly lastDeliveredAt: EpochMs | null;
  readonly lastError: string | null;
  readonly waiting: number;
}

export interface OutboxOptions {
  readonly queries: Kysely<ApiSchema>;
  readonly random: RandomBytes;
  /** Ids of the channels that are configured. */
  readonly channels: readonly string[];
}

/**
 * Messages that are still to be delivered. They are written in the transaction that opens or closes
 * their alert, so that none is lost and none is made twice; a row goes when its message has arrived.
 */
export class Outbox {
  readonly #queries: Kysely<ApiSchema>;
  readonly #random: RandomBytes;
  readonly #channels: readonly string[];

  constructor({ queries, random, channels }: OutboxOptions) {
    this.#queries = queries;
    this.#random = random;
    this.#channels = channels;
  }

  /** Forgets what waits for channels that are not configured any more. */
  async open(): Promise<void> {
    const none = ['']; // `not in ()` is no SQL of everybody's; no channel is called so.
    const channels = [...none, ...this.#channels];
    await this.#queries.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('alert_delivery').where('channel', 'not in', channels).execute();
      await transaction.deleteFrom('alert_channel').where('id', 'not in', channels).execute();
    });
  }

  /** Puts a message for every channel into the box, as part of the transaction of its alert. */
  async add(
    transaction: Transaction<ApiSchema>,
    event: 'opened' | 'closed',
    alert: Alert,
    now: EpochMs,
  ): Promise<void> {
    for (const channel of this.#channels) {
      const id = newId('dlv', this.#random);
      const at = Math.floor(now);
      const message: AlertMessage = { id, event, at, alert };
      await transaction
        .insertInto('alert_delivery')
        .values({
          id,
          channel,
          message_json: JSON.stringify(message),
          batch: null,
          created_at: at,
          attempts: 0,
        })
        .execute();
    }
  }

  /** Takes out what is too old, and the oldest of what is too much. Gives how many. */
  async expire(channel: string, now: EpochMs): Promise<number> {
    const queries = this.#queries;
    const { numDeletedRows } = await queries
      .deleteFrom('alert_delivery')
      .where('channel', '=', channel)
      .where((row) =>
        row.or([
          row('created_at', '<', Math.floor(now - MAX_DELIVERY_AGE_MS)),
          row(
            'sequence',
            'in',
            queries
              .selectFrom('alert_delivery')
              .select('sequence')
              .where('channel', '=', channel)
              .orderBy('sequence', 'desc')
              .limit(-1)
              .offset(MAX_WAITING),
          ),
        ]),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  /**
   * What goes out next: the batch that was tried already, or the first messages that wait.
   * @param limit of messages that go together
   */
  async next(channel: string, limit: number): Promise<Delivery[]> {
    const rows = await this.#queries
      .selectFrom('alert_delivery')
      .selectAll()
      .where('channel', '=', channel)
      .orderBy('sequence')
      .limit(limit)
      .execute();
    const batch = rows[0]?.batch ?? null;
    return rows
      .filter((row) => row.batch === batch)
      .map((row) => ({
        message: JSON.parse(row.message_json) as AlertMessage,
        batch: row.batch,
        createdAt: row.created_at,
        attempts: row.attempts,
      }));
  }

  /** These go out together from now on, whatever comes after them. */
  async bind(messages: readonly AlertMessage[], batch: string): Promise<void> {
    await this.#queries
      .updateTable('alert_delivery')
      .set({ batch })
      .where('id', 'in', messages.map(idOf))
      .execute();
  }

  async delivered(channel: string, messages: readonly AlertMessage[], now: EpochMs): Promise<void> {
    await this.#queries.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('alert_delivery')
        .where('id', 'in', messages.map(idOf))
        .execute();
      await note(transaction, channel, { last_delivered_at: Math.floor(now), last_error: null });
    });
  }

  /** @param givenUp takes the messages out. */
  async failed(
    channel: string,
    messages: readonly AlertMessage[],
    error: string,
    givenUp: boolean,
  ): Promise<void> {
    const ids = messages.map(idOf);
    await this.#queries.transaction().execute(async (transaction) => {
      if (givenUp) {
        await transaction.deleteFrom('alert_delivery').where('id', 'in', ids).execute();
      } else {
        await transaction
          .updateTable('alert_delivery')
          .set((row) => ({ attempts: row('attempts', '+', 1) }))
          .where('id', 'in', ids)
          .execute();
      }
      await note(transaction, channel, { last_error: error });
    });
  }

  async state(channel: string): Promise<ChannelState> {
    const row = await this.#queries
      .selectFrom('alert_channel')
      .selectAll()
      .where('id', '=', channel)
      .executeTakeFirst();
    const { waiting } = await this.#queries
      .selectFrom('alert_delivery')
      .select((select) => select.fn.countAll<number>().as('waiting'))
      .where('channel', '=', channel)
      .executeTakeFirstOrThrow();
    return {
      lastDeliveredAt: row?.last_delivered_at ?? null,
      lastError: row?.last_error ?? null,
      waiting,
    };
  }
}

async function note(
  transaction: Transaction<ApiSchema>,
  id: string,
  change: { last_delivered_at?: number; last_error: string | null },
): Promise<void> {
  await transaction
    .insertInto('alert_channel')
    .values({ id, last_delivered_at: null, ...change })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}

function idOf({ id }: AlertMessage): string {
  return id;
}
