import { existsSync } from 'node:fs';
import { openSqlite } from '@vms/database/sqlite.ts';
import type { ApiSchema } from '../database/schema.ts';

/** What a camera is called. */
export interface CameraName {
  readonly id: string;
  readonly name: string;
  /** Its own; null is the system's. */
  readonly timeZone: string | null;
}

/** The cameras in the database of a system that is stopped; none where there is no database. */
export async function readCameraNames(databasePath: string): Promise<CameraName[]> {
  if (!existsSync(databasePath)) return [];
  const database = openSqlite<ApiSchema>({ path: databasePath });
  try {
    const rows = await database.queries.selectFrom('camera').selectAll().execute();
    return rows.map(({ id, name, time_zone }) => ({ id, name, timeZone: time_zone ?? null }));
  } finally {
    await database.close();
  }
}
