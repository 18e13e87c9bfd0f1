import {
  type Alert,
  type AlertSeverity,
  type AlertSubjectKind,
  type AlertValues,
  isAlertCode,
} from '@vms/common/alert.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import type { Kysely } from 'kysely';
import type { AlertRow, ApiSchema } from '../database/schema.ts';
import { MAX_ALERT_AGE_MS, MAX_CLOSED_ALERTS } from './bounds.ts';
import type { Outbox } from './outbox.ts';

/** What becomes of alerts in one step. */
export interface AlertChanges {
  readonly opened: readonly Alert[];
  /** With `closedAt`. */
  readonly closed: readonly Alert[];
}

/** Where a page of alerts ended. */
export interface AlertPosition {
  readonly openedAt: EpochMs;
  readonly id: string;
}

/** Alerts in the database: those that are open, and a bounded history. */
export class AlertStore {
  readonly #queries: Kysely<ApiSchema>;

  readonly #outbox: Outbox | undefined;

  /** @param outbox gets a message of every change; default none. */
  constructor(queries: Kysely<ApiSchema>, outbox?: Outbox) {
    this.#queries = queries;
    this.#outbox = outbox;
  }

  /**
   * Writes what has changed, and the messages that tell of it, all or nothing. What is too old or too
   * much of the history goes.
   */
  async apply({ opened, closed }: AlertChanges, now: EpochMs): Promise<void> {
    await this.#queries.transaction().execute(async (transaction) => {
      for (const alert of opened) {
        await transaction.insertInto('alert').values(rowOf(alert)).execute();
        await this.#outbox?.add(transaction, 'opened', alert, now);
      }
      for (const alert of closed) {
        await transaction
          .updateTable('alert')
          .set({ closed_at: alert.closedAt })
          .where('id', '=', alert.id)
          .execute();
        await this.#outbox?.add(transaction, 'closed', alert, now);
      }
      await transaction
        .deleteFrom('alert')
        .where('closed_at', '<', Math.floor(now - MAX_ALERT_AGE_MS))
        .execute();
      await transaction
        .deleteFrom('alert')
        .where(
          'id',
          'in',
          transaction
            .selectFrom('alert')
            .select('id')
            .where('closed_at', 'is not', null)
            .orderBy('closed_at', 'desc')
            .orderBy('id', 'desc')
            .limit(-1)
            .offset(MAX_CLOSED_ALERTS),
        )
        .execute();
    });
  }

  /** Newest first. */
  async open(): Promise<Alert[]> {
    const rows = await this.#queries
      .selectFrom('alert')
      .selectAll()
      .where('closed_at', 'is', null)
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.flatMap(alertOf);
  }

  /** Open and closed ones, newest first. */
  async page(
    state: 'open' | 'all',
    limit: number,
    after: AlertPosition | undefined,
  ): Promise<Alert[]> {
    let query = this.#queries.selectFrom('alert').selectAll();
    if (state === 'open') query = query.where('closed_at', 'is', null);
    if (after !== undefined) {
      query = query.where((row) =>
        row.or([
          row('opened_at', '<', after.openedAt),
          row.and([row('opened_at', '=', after.openedAt), row('id', '<', after.id)]),
        ]),
      );
    }
    const rows = await query
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.flatMap(alertOf);
  }

  /** How often an alert of this code and subject opened since then. */
  async openings({ code, subject }: Alert, since: EpochMs): Promise<number> {
    const { count } = await this.#queries
      .selectFrom('alert')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('code', '=', code)
      .where('subject_id', '=', subject.id)
      .where('opened_at', '>', Math.floor(since))
      .executeTakeFirstOrThrow();
    return count;
  }
}

function rowOf(alert: Alert): AlertRow {
  return {
    id: alert.id,
    code: alert.code,
    subject_kind: alert.subject.kind,
    subject_id: alert.subject.id,
    subject_name: alert.subject.name,
    severity: alert.severity,
    detail: alert.detail,
    value_json: JSON.stringify(alert.values),
    opened_at: alert.openedAt,
    closed_at: alert.closedAt,
  };
}

/** A code of another version of the program is left out. */
function alertOf(row: AlertRow): Alert[] {
  if (!isAlertCode(row.code)) return [];
  return [
    {
      id: row.id,
      code: row.code,
      severity: row.severity as AlertSeverity,
      subject: {
        kind: row.subject_kind as AlertSubjectKind,
        id: row.subject_id,
        name: row.subject_name,
      },
      openedAt: row.opened_at,
      closedAt: row.closed_at,
      detail: row.detail,
      values: JSON.parse(row.value_json) as AlertValues,
    },
  ];
}
