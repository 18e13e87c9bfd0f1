import { VmsError } from '@vms/common/errors.ts';

/** What an export raises; stable, since clients translate them. */
export type ExportErrorCode =
  /** Somebody asked it to stop. */
  | 'export.aborted'
  /** There is a file of that name. */
  | 'export.exists'
  /** The file cannot be written. */
  | 'export.cannot-write'
  /** More samples than one MP4 file takes. */
  | 'export.too-long'
  /** The encoding changes more often than MAX_EXPORT_FILES. */
  | 'export.too-many-files';

/** Why an export was not made. Nothing of it is left then. */
export class ExportError extends VmsError<ExportErrorCode> {}
