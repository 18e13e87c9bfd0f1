import { VmsError } from '@vms/common/errors.ts';

/** Every code that the storage service raises; stable, since clients translate them. */
export const STORAGE_ERROR_CODES = [
  /** The volume's identity file is not there: the disk is not mounted, or another one is. */
  'storage.volume-missing',
  /** The folder of a new volume holds something that is no recording of ours. */
  'storage.volume-not-empty',
  /** Another process holds the volume. */
  'storage.volume-in-use',
  /** The volume cannot be read or written. */
  'storage.volume-unusable',
  /** No such recording. */
  'storage.run-not-found',
  /** A sync failed: what was not acknowledged may be lost. */
  'storage.sync-failed',
  /** A question that cannot be answered as asked (bad cursor, bad range). */
  'storage.bad-request',
] as const;
export type StorageErrorCode = (typeof STORAGE_ERROR_CODES)[number];

/** What the storage service raises. */
export class StorageError extends VmsError<StorageErrorCode> {}
