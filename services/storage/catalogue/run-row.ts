import type { Kysely, Selectable } from 'kysely';
import type { RunReport } from '../writer/control-messages.ts';
import type { CatalogueSchema, RunTable } from './schema.ts';

/** A run as the catalogue has it. */
export type RunRow = Selectable<RunTable>;

/** Adds a row, or replaces it. */
export async function putRow(queries: Kysely<CatalogueSchema>, row: RunTable): Promise<void> {
  await queries
    .insertInto('run')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

export function rowOf(volume: string, run: RunReport, open: boolean): RunTable {
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
