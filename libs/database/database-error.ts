import { VmsError } from '@vms/common/errors.ts';

/** Every code that this library raises. */
export type DatabaseErrorCode =
  | 'database.newer-schema'
  | 'database.cannot-open'
  | 'database.migration-failed';

/** What went wrong with a database file, with what was kept and what to do. */
export class DatabaseError extends VmsError<DatabaseErrorCode> {}
