import type { Migration } from '@vms/database/migrations.ts';
import { sql } from 'kysely';

/** A run. Everything in it can be read from its files again (reindex.ts). */
export interface RunTable {
  /** `run_…`, from the file's segment UID. */
  id: string;
  volume: string;
  /** Below the volume. */
  path: string;
  camera: string;
  stream: string;
  file_number: number;
  /** Epoch milliseconds. */
  start: number;
  /** Epoch milliseconds; of the last known frame while open. */
  end: number;
  /** 1 while its writer has it open, or it waits for recovery. */
  open: number;
  bytes: number;
  fragments: number;
  frames: number;
  video_codec: string;
  audio_codec: string;
  width: number;
  height: number;
  previous_hash: string;
  last_hash: string;
}

/** A volume that was seen: where its identity file is gone, the disk is missing, not new. */
export interface VolumeTable {
  id: string;
  path: string;
  /** Epoch milliseconds; 0 until all that was recorded on it is in the catalogue. */
  first_seen: number;
}

/** Where a camera is recorded; stays until somebody moves it. */
export interface HomeTable {
  camera: string;
  volume: string;
}

/**
 * Totals of the runs of a camera stream on a volume, kept by triggers with every change of a run: what
 * is asked for every few seconds must not read every run there is.
 */
export interface RecordedTable {
  volume: string;
  camera: string;
  stream: string;
  runs: number;
  bytes: number;
  /** Milliseconds from start to end of the longest run that there ever was. */
  longest_ms: number;
}

export interface CatalogueSchema {
  run: RunTable;
  recorded: RecordedTable;
  volume: VolumeTable;
  home: HomeTable;
}

export const CATALOGUE_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'runs, volumes, homes of cameras',
    async up(queries) {
      await queries.schema
        .createTable('run')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('volume', 'text', (column) => column.notNull())
        .addColumn('path', 'text', (column) => column.notNull())
        .addColumn('camera', 'text', (column) => column.notNull())
        .addColumn('stream', 'text', (column) => column.notNull())
        .addColumn('file_number', 'integer', (column) => column.notNull())
        .addColumn('start', 'real', (column) => column.notNull())
        .addColumn('end', 'real', (column) => column.notNull())
        .addColumn('open', 'integer', (column) => column.notNull())
        .addColumn('bytes', 'integer', (column) => column.notNull())
        .addColumn('fragments', 'integer', (column) => column.notNull())
        .addColumn('frames', 'integer', (column) => column.notNull())
        .addColumn('video_codec', 'text', (column) => column.notNull())
        .addColumn('audio_codec', 'text', (column) => column.notNull())
        .addColumn('width', 'integer', (column) => column.notNull())
        .addColumn('height', 'integer', (column) => column.notNull())
        .addColumn('previous_hash', 'text', (column) => column.notNull())
        .addColumn('last_hash', 'text', (column) => column.notNull())
        .execute();
      await queries.schema
        .createIndex('run_by_time')
        .on('run')
        .columns(['camera', 'start', 'id'])
        .execute();
      await queries.schema
        .createIndex('run_by_number')
        .on('run')
        .columns(['camera', 'stream', 'volume', 'file_number'])
        .execute();
      await queries.schema
        .createIndex('run_by_path')
        .on('run')
        .columns(['volume', 'path'])
        .unique()
        .execute();
      await queries.schema
        .createTable('volume')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('path', 'text', (column) => column.notNull())
        .addColumn('first_seen', 'integer', (column) => column.notNull())
        .execute();
      await queries.schema
        .createTable('home')
        .addColumn('camera', 'text', (column) => column.primaryKey())
        .addColumn('volume', 'text', (column) => column.notNull())
        .execute();
    },
  },
  {
    version: 2,
    name: 'totals of what is recorded, indexes for open runs and chains',
    async up(queries) {
      await queries.schema
        .createTable('recorded')
        .addColumn('volume', 'text', (column) => column.notNull())
        .addColumn('camera', 'text', (column) => column.notNull())
        .addColumn('stream', 'text', (column) => column.notNull())
        .addColumn('runs', 'integer', (column) => column.notNull())
        .addColumn('bytes', 'integer', (column) => column.notNull())
        .addColumn('longest_ms', 'real', (column) => column.notNull())
        .addPrimaryKeyConstraint('recorded_key', ['camera', 'stream', 'volume'])
        .execute();
      await sql`insert into recorded (volume, camera, stream, runs, bytes, longest_ms)
        select volume, camera, stream, count(*), sum(bytes), max(max("end" - start, 0))
        from run group by volume, camera, stream`.execute(queries);
      const add = sql`insert into recorded (volume, camera, stream, runs, bytes, longest_ms)
        values (new.volume, new.camera, new.stream, 1, new.bytes, max(new."end" - new.start, 0))
        on conflict (camera, stream, volume) do update set
          runs = runs + 1,
          bytes = bytes + excluded.bytes,
          longest_ms = max(longest_ms, excluded.longest_ms);`;
      const ofOld = sql`camera = old.camera and stream = old.stream and volume = old.volume`;
      const take = sql`update recorded set runs = runs - 1, bytes = bytes - old.bytes
        where ${ofOld};`;
      await sql`create trigger run_added after insert on run begin ${add} end`.execute(queries);
      await sql`create trigger run_changed after update on run begin ${take} ${add} end`.execute(
        queries,
      );
      await sql`create trigger run_removed after delete on run begin ${take}
        delete from recorded where ${ofOld} and runs = 0; end`.execute(queries);
      await sql`create index run_open_by_camera on run (camera) where open = 1`.execute(queries);
      await sql`create index run_open_by_volume on run (volume) where open = 1`.execute(queries);
      await queries.schema
        .createIndex('run_by_chain')
        .on('run')
        .columns(['camera', 'stream', 'file_number'])
        .execute();
      await queries.schema.createIndex('run_by_end').on('run').columns(['end']).execute();
    },
  },
];
