import type { Migration } from '@vms/database/migrations.ts';

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
  first_seen: number;
}

/** Where a camera is recorded; stays until somebody moves it. */
export interface HomeTable {
  camera: string;
  volume: string;
}

export interface CatalogueSchema {
  run: RunTable;
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
];
