import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock, EpochMs } from '@vms/common/clock.ts';
import { migrate } from '@vms/database/migrations.ts';
import { openSqlite, type SqliteConnection } from '@vms/database/sqlite.ts';
import { sql } from 'kysely';
import type { Acknowledgement, RunReport } from '../writer/control-messages.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { joinSpans, type RunQuery, type Span, selectOverlapping } from './overlapping-runs.ts';
import type { IndexedRun } from './read-run.ts';
import { putRow, type RunRow, rowOf } from './run-row.ts';
import { CATALOGUE_MIGRATIONS, type CatalogueSchema } from './schema.ts';

/** Runs of one page at most. */
export const MAX_PAGE_RUNS = 500;
export const DEFAULT_PAGE_RUNS = 100;
/** Rows that one statement changes; others get their turn between two. */
const ROWS_PER_BATCH = 500;
/** Runs that one time line is made of. */
export const MAX_SPAN_RUNS = 50_000;

/** What of an open run is newer than its row. */
type Progress = Pick<
  Acknowledgement,
  'run' | 'camera' | 'end' | 'bytes' | 'fragments' | 'frames' | 'hash'
>;

/**
 * One row a run, in SQLite on the system disk. Rebuilt from the files at any time. Acknowledgements
 * are not written to it (two a second and camera): while a run is open, its progress is in memory,
 * and after a crash recovery reads it from the files.
 */
export class Catalogue {
  readonly #database: SqliteConnection<CatalogueSchema>;
  readonly #progress = new Map<string, Progress & { readonly volume: string }>();

  private constructor(database: SqliteConnection<CatalogueSchema>) {
    this.#database = database;
  }

  /** @throws DatabaseError `database.newer-schema`, `database.cannot-open`, `database.migration-failed`. */
  static async open(path: string, clock: Clock): Promise<Catalogue> {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    const database = openSqlite<CatalogueSchema>({ path });
    try {
      await migrate(database, CATALOGUE_MIGRATIONS, clock);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new Catalogue(database);
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** Adds a run, or replaces what is known of it. */
  async put(volume: string, run: RunReport, open: boolean): Promise<void> {
    await putRow(this.#queries, rowOf(volume, run, open));
    if (!open) this.#progress.delete(run.id);
  }

  /** Adds runs that are not known yet; what is known of a run stays. In batches: others get their turn. */
  async addMissing(
    volume: string,
    runs: readonly IndexedRun[],
    queries = this.#queries,
  ): Promise<void> {
    for (let at = 0; at < runs.length; at += ROWS_PER_BATCH) {
      const batch = runs.slice(at, at + ROWS_PER_BATCH);
      await queries
        .insertInto('run')
        .values(batch.map(({ run, open }) => rowOf(volume, run, open)))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await setImmediate();
    }
  }

  /** All runs of a volume, replacing what was known of it: all of that, or nothing. */
  async replaceVolume(volume: string, runs: readonly IndexedRun[]): Promise<void> {
    await this.#queries.transaction().execute(async (queries) => {
      await queries.deleteFrom('run').where('volume', '=', volume).execute();
      await this.addMissing(volume, runs, queries);
    });
    for (const [run, of] of this.#progress) if (of.volume === volume) this.#progress.delete(run);
  }

  /** More of an open run is durable. */
  acknowledge(volume: string, progress: Progress): void {
    this.#progress.set(progress.run, { ...progress, volume });
  }

  async remove(id: string): Promise<void> {
    await this.#queries.deleteFrom('run').where('id', '=', id).execute();
    this.#progress.delete(id);
  }

  async removePath(volume: string, path: string): Promise<void> {
    const row = await this.#queries
      .deleteFrom('run')
      .where('volume', '=', volume)
      .where('path', '=', path)
      .returning('id')
      .executeTakeFirst();
    if (row !== undefined) this.#progress.delete(row.id);
  }

  /** Removes all runs of a volume, or of a camera on it, in batches; gives what they were. */
  async removeAll(of: {
    readonly volume: string;
    readonly camera?: string;
  }): Promise<{ runs: number; bytes: number }> {
    const removed = { runs: 0, bytes: 0 };
    for (;;) {
      let batch = this.#queries.selectFrom('run').select('id').where('volume', '=', of.volume);
      if (of.camera !== undefined) batch = batch.where('camera', '=', of.camera);
      const rows = await this.#queries
        .deleteFrom('run')
        .where('id', 'in', batch.limit(ROWS_PER_BATCH))
        .returning(['id', 'bytes'])
        .execute();
      for (const { id, bytes } of rows) {
        removed.bytes += this.#progress.get(id)?.bytes ?? bytes;
        this.#progress.delete(id);
      }
      removed.runs += rows.length;
      if (rows.length < ROWS_PER_BATCH) return removed;
      await setImmediate();
    }
  }

  /** Runs that overlap [from, to), by start. */
  async list(
    query: RunQuery & { readonly limit: number; readonly cursor?: string },
  ): Promise<{ runs: RunRow[]; nextCursor: string }> {
    const limit = Math.min(Math.max(1, query.limit), MAX_PAGE_RUNS);
    let select = (await this.#overlapping(query)).select.limit(limit + 1);
    if (query.cursor !== undefined && query.cursor !== '') {
      const { start, id } = decodeCursor(query.cursor);
      select = select.where((where) =>
        where.or([
          where('start', '>', start),
          where.and([where('start', '=', start), where('id', '>', id)]),
        ]),
      );
    }
    const rows = await select.execute();
    const runs = rows.slice(0, limit).map((row) => this.#current(row));
    const last = runs.at(-1);
    return {
      runs,
      nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last) : '',
    };
  }

  /** A camera's run; undefined where there is none of this id, or it is another camera's. */
  async get(camera: string, id: string): Promise<RunRow | undefined> {
    const row = await this.#queries
      .selectFrom('run')
      .selectAll()
      .where('id', '=', id)
      .where('camera', '=', camera)
      .executeTakeFirst();
    return row === undefined ? undefined : this.#current(row);
  }

  /** What is recorded in [from, to), gaps shorter than `resolutionMs` not shown. */
  async spans(query: RunQuery & { readonly resolutionMs: number }): Promise<Span[]> {
    const { select } = await this.#overlapping(query);
    const rows = await select
      .clearSelect()
      .select(['id', 'start', 'end'])
      .limit(MAX_SPAN_RUNS)
      .execute();
    const ends = rows.map((row) => ({
      start: row.start,
      end: this.#progress.get(row.id)?.end ?? row.end,
    }));
    return joinSpans(ends, query);
  }

  /** Runs of a volume that are open, as far as is known. */
  async openRuns(volume: string): Promise<{ id: string; path: string }[]> {
    return this.#queries
      .selectFrom('run')
      .select(['id', 'path'])
      .where('volume', '=', volume)
      .where('open', '=', 1)
      .execute();
  }

  /** Where a camera stream's chain stands, over all volumes. */
  async chainHead(camera: string, stream: string): Promise<RunRow | undefined> {
    const row = await this.#queries
      .selectFrom('run')
      .selectAll()
      .where('camera', '=', camera)
      .where('stream', '=', stream)
      .orderBy('file_number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : this.#current(row);
  }

  /**
   * The run of a camera stream on a volume that was recorded first, open ones left out: what retention
   * may take next. By file number, not by time: a stepped clock changes times, not order.
   */
  async firstRun(volume: string, camera: string, stream: string): Promise<RunRow | undefined> {
    return this.#queries
      .selectFrom('run')
      .selectAll()
      .where('camera', '=', camera)
      .where('stream', '=', stream)
      .where('volume', '=', volume)
      .where('open', '=', 0)
      .orderBy('file_number')
      .limit(1)
      .executeTakeFirst();
  }

  /** The first run of each camera stream of a volume. */
  async firstRuns(volume: string): Promise<RunRow[]> {
    const streams = await this.#queries
      .selectFrom('recorded')
      .select(['camera', 'stream'])
      .where('volume', '=', volume)
      .execute();
    const runs: RunRow[] = [];
    for (const { camera, stream } of streams) {
      const run = await this.firstRun(volume, camera, stream);
      if (run !== undefined) runs.push(run);
    }
    return runs;
  }

  /** Whether a run of a camera is open, as far as is known. */
  async hasOpenRun(camera: string): Promise<boolean> {
    return (await this.#openRunsOf(camera)).length > 0;
  }

  /** How many runs there are of a camera, over all volumes. */
  async countRuns(camera: string): Promise<number> {
    const row = await this.#queries
      .selectFrom('recorded')
      .select((select) => select.fn.sum<number | null>('runs').as('runs'))
      .where('camera', '=', camera)
      .executeTakeFirst();
    return row?.runs ?? 0;
  }

  /** Runs of a camera on a volume by path, those behind `after`: to go through all of them in pieces. */
  async pathsOf(
    volume: string,
    camera: string,
    after: string,
  ): Promise<{ id: string; path: string; start: EpochMs; end: EpochMs }[]> {
    // Paths begin with the camera and a slash; '0' is the character behind it.
    const rows = await this.#queries
      .selectFrom('run')
      .select(['id', 'path', 'start', 'end'])
      .where('volume', '=', volume)
      .where('path', '>', after === '' ? `${camera}/` : after)
      .where('path', '<', `${camera}0`)
      .orderBy('path')
      .limit(ROWS_PER_BATCH)
      .execute();
    return rows.map((row) => ({ ...row, end: this.#progress.get(row.id)?.end ?? row.end }));
  }

  /** All runs of a volume, by path. */
  async runsOfVolume(volume: string): Promise<RunRow[]> {
    const rows = await this.#queries
      .selectFrom('run')
      .selectAll()
      .where('volume', '=', volume)
      .orderBy('path')
      .execute();
    return rows.map((row) => this.#current(row));
  }

  /** Bytes recorded, by camera and volume, what is open included. */
  async recordedBytes(): Promise<{ camera: string; volume: string; bytes: number }[]> {
    const rows = await this.#queries
      .selectFrom('recorded')
      .select(['camera', 'volume', (select) => select.fn.sum<number>('bytes').as('bytes')])
      .groupBy(['camera', 'volume'])
      .execute();
    const open = new Map<string, number>();
    for (const { volume, camera, bytes } of this.#progress.values()) {
      const key = `${volume}/${camera}`;
      open.set(key, (open.get(key) ?? 0) + bytes);
    }
    return rows.map(({ camera, volume, bytes }) => ({
      camera,
      volume,
      bytes: Number(bytes) + (open.get(`${volume}/${camera}`) ?? 0),
    }));
  }

  /** Bytes of the runs of a camera that began since then, and where the first of them began. */
  async recordedSince(
    camera: string,
    since: EpochMs,
  ): Promise<{ bytes: number; from: EpochMs | undefined }> {
    const row = await this.#queries
      .selectFrom('run')
      .select((select) => [
        select.fn.sum<number | null>('bytes').as('bytes'),
        select.fn.min('start').as('from'),
      ])
      .where('camera', '=', camera)
      .where('start', '>=', since)
      .executeTakeFirst();
    let bytes = row?.bytes ?? 0;
    // The row of an open run has the bytes of its beginning.
    for (const run of await this.#openRunsOf(camera)) {
      const progress = this.#progress.get(run.id);
      if (progress !== undefined && run.start >= since) bytes += progress.bytes - run.bytes;
    }
    return { bytes, from: row?.from ?? undefined };
  }

  /** End of the newest recording of all; undefined where there is none. */
  async newestEnd(): Promise<EpochMs | undefined> {
    const row = await this.#queries
      .selectFrom('run')
      .select((select) => select.fn.max('end').as('end'))
      .executeTakeFirst();
    return row?.end ?? undefined;
  }

  async volumes(): Promise<{ id: string; path: string; isTakenIn: boolean }[]> {
    const rows = await this.#queries.selectFrom('volume').selectAll().execute();
    return rows.map(({ id, path, first_seen }) => ({ id, path, isTakenIn: first_seen > 0 }));
  }

  /** Remembers a volume; `now` once all that was recorded on it is known here, too. */
  async addVolume(id: string, path: string, now: EpochMs | undefined): Promise<void> {
    const first_seen = Math.floor(now ?? 0);
    await this.#queries
      .insertInto('volume')
      .values({ id, path, first_seen })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ path, first_seen: sql<number>`max(first_seen, ${first_seen})` }),
      )
      .execute();
  }

  async homes(): Promise<Map<string, string>> {
    const rows = await this.#queries.selectFrom('home').selectAll().execute();
    return new Map(rows.map(({ camera, volume }) => [camera, volume]));
  }

  async setHome(camera: string, volume: string): Promise<void> {
    await this.#queries
      .insertInto('home')
      .values({ camera, volume })
      .onConflict((conflict) => conflict.column('camera').doUpdateSet({ volume }))
      .execute();
  }

  async removeHome(camera: string): Promise<void> {
    await this.#queries.deleteFrom('home').where('camera', '=', camera).execute();
  }

  get #queries(): SqliteConnection<CatalogueSchema>['queries'] {
    return this.#database.queries;
  }

  async #overlapping(query: RunQuery) {
    const open = query.from > 0 ? await this.#openRunsOf(query.camera) : [];
    const stillThen = open.filter(({ id }) => {
      return (this.#progress.get(id)?.end ?? Number.POSITIVE_INFINITY) > query.from;
    });
    return selectOverlapping(this.#queries, query, stillThen);
  }

  #openRunsOf(camera: string): Promise<{ id: string; start: EpochMs; bytes: number }[]> {
    return this.#queries
      .selectFrom('run')
      .select(['id', 'start', 'bytes'])
      .where('camera', '=', camera)
      .where('open', '=', 1)
      .execute();
  }

  /** A row with what is newer in memory. */
  #current(row: RunRow): RunRow {
    const progress = this.#progress.get(row.id);
    if (progress === undefined) return row;
    const { end, bytes, fragments, frames, hash } = progress;
    return { ...row, end, bytes, fragments, frames, last_hash: hash };
  }
}
