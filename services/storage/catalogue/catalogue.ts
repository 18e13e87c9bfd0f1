import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, EpochMs } from '@vms/common/clock.ts';
import { migrate } from '@vms/database/migrations.ts';
import { openSqlite, type SqliteConnection } from '@vms/database/sqlite.ts';
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import type { Acknowledgement, RunReport } from '../writer/control-messages.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { CATALOGUE_MIGRATIONS, type CatalogueSchema, type RunTable } from './schema.ts';

/** A run as the catalogue has it. */
export type RunRow = Selectable<RunTable>;

/** Runs of one page at the most. */
export const MAX_PAGE_RUNS = 500;
export const DEFAULT_PAGE_RUNS = 100;
/** Runs that one time line is made of. */
export const MAX_SPAN_RUNS = 50_000;

/** What is recorded, without a hole of the resolution asked for. */
export interface Span {
  readonly start: EpochMs;
  end: EpochMs;
}

export interface RunQuery {
  readonly camera: string;
  readonly stream?: string;
  /** 0 is no bound. */
  readonly from: EpochMs;
  /** 0 is no bound. */
  readonly to: EpochMs;
}

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

  /** All runs of a volume at once, replacing what was known of it; gives how many. */
  async replaceVolume(
    volume: string,
    runs: Iterable<{ readonly run: RunReport; readonly open: boolean }>,
  ): Promise<number> {
    return this.#queries.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('run').where('volume', '=', volume).execute();
      let count = 0;
      for (const { run, open } of runs) {
        await putRow(transaction, rowOf(volume, run, open));
        count++;
      }
      return count;
    });
  }

  /** More of an open run is durable. */
  acknowledge(volume: string, progress: Progress): void {
    this.#progress.set(progress.run, { ...progress, volume });
  }

  async remove(id: string): Promise<void> {
    await this.#queries.deleteFrom('run').where('id', '=', id).execute();
    this.#progress.delete(id);
  }

  /** Runs that overlap [from, to), by start. */
  async list(
    query: RunQuery & { readonly limit: number; readonly cursor?: string },
  ): Promise<{ runs: RunRow[]; nextCursor: string }> {
    const limit = Math.min(Math.max(1, query.limit), MAX_PAGE_RUNS);
    let select = this.#overlapping(query).limit(limit + 1);
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
    const rows = await this.#overlapping(query)
      .clearSelect()
      .select(['id', 'start', 'end', 'open', 'bytes', 'fragments', 'frames', 'last_hash'])
      .limit(MAX_SPAN_RUNS)
      .execute();
    const spans: Span[] = [];
    for (const row of rows) {
      const end = this.#progress.get(row.id)?.end ?? row.end;
      if (query.from > 0 && end < query.from) continue;
      const start = Math.max(row.start, query.from);
      const until = query.to > 0 ? Math.min(end, query.to) : end;
      const last = spans.at(-1);
      if (last !== undefined && start - last.end <= query.resolutionMs) {
        last.end = Math.max(last.end, until);
      } else {
        spans.push({ start, end: until });
      }
    }
    return spans;
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
      .selectFrom('run')
      .select(['camera', 'stream'])
      .distinct()
      .where('volume', '=', volume)
      .execute();
    const runs: RunRow[] = [];
    for (const { camera, stream } of streams) {
      const run = await this.firstRun(volume, camera, stream);
      if (run !== undefined) runs.push(run);
    }
    return runs;
  }

  /** All runs of a camera, oldest file first. */
  async runsOf(camera: string): Promise<RunRow[]> {
    const rows = await this.#queries
      .selectFrom('run')
      .selectAll()
      .where('camera', '=', camera)
      .orderBy('file_number')
      .execute();
    return rows.map((row) => this.#current(row));
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
      .selectFrom('run')
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
    return { bytes: row?.bytes ?? 0, from: row?.from ?? undefined };
  }

  /** End of the newest recording of all; undefined where there is none. */
  async newestEnd(): Promise<EpochMs | undefined> {
    const row = await this.#queries
      .selectFrom('run')
      .select((select) => select.fn.max('end').as('end'))
      .executeTakeFirst();
    return row?.end ?? undefined;
  }

  async volumes(): Promise<{ id: string; path: string }[]> {
    return this.#queries.selectFrom('volume').select(['id', 'path']).execute();
  }

  /** Remembers a volume; false where it was known, whatever its path then. */
  async addVolume(id: string, path: string, now: EpochMs): Promise<boolean> {
    const known = (await this.volumes()).some((volume) => volume.id === id);
    await this.#queries
      .insertInto('volume')
      .values({ id, path, first_seen: Math.floor(now) })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ path }))
      .execute();
    return !known;
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

  #overlapping({ camera, stream, from, to }: RunQuery) {
    let select = this.#queries
      .selectFrom('run')
      .selectAll()
      .where('camera', '=', camera)
      .orderBy('start')
      .orderBy('id');
    if (stream !== undefined) select = select.where('stream', '=', stream);
    if (to > 0) select = select.where('start', '<', to);
    if (from > 0) {
      select = select.where((where: ExpressionBuilder<CatalogueSchema, 'run'>) =>
        where.or([where('end', '>', from), where('open', '=', 1)]),
      );
    }
    return select;
  }

  /** A row with what is newer in memory. */
  #current(row: RunRow): RunRow {
    const progress = this.#progress.get(row.id);
    if (progress === undefined) return row;
    const { end, bytes, fragments, frames, hash } = progress;
    return { ...row, end, bytes, fragments, frames, last_hash: hash };
  }
}

async function putRow(queries: Kysely<CatalogueSchema>, row: RunTable): Promise<void> {
  await queries
    .insertInto('run')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

function rowOf(volume: string, run: RunReport, open: boolean): RunTable {
  return {
    id: run.id,
    volume,
    path: run.path,
    camera: run.camera,
    stream: run.stream,
    file_number: run.fileNumber,
    start: run.start,
    end: run.end,
    open: open ? 1 : 0,
    bytes: run.bytes,
    fragments: run.fragments,
    frames: run.frames,
    video_codec: run.videoCodec,
    audio_codec: run.audioCodec,
    width: run.width,
    height: run.height,
    previous_hash: run.previousHash,
    last_hash: run.lastHash,
  };
}
