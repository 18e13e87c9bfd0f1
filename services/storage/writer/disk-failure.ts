import { messageOf, systemErrorCode } from '@vms/common/errors.ts';

/** What an error of the disk means for a volume. */
export type DiskFailure =
  /** No room (ENOSPC, EDQUOT): wait for room, keep what waits. */
  | 'full'
  /** Read-only, or gone: nothing on the volume can be written. */
  | 'volume'
  /** The rights of this file or its folder: the volume's, where no camera may be written (EACCES). */
  | 'denied'
  /** This file only, as far as one knows (EIO). */
  | 'file';

export function diskFailureOf(error: unknown): DiskFailure {
  switch (systemErrorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'full';
    case 'EROFS':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
    case 'ENOTCONN':
    case 'EMFILE':
    case 'ENFILE':
      return 'volume';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    default:
      return 'file';
  }
}

/** An error of the disk in words for a person. */
export function describeDiskError(error: unknown): string {
  switch (systemErrorCode(error)) {
    case 'ENOSPC':
      return 'The volume is full.';
    case 'EDQUOT':
      return 'The quota of the volume is used up.';
    case 'EROFS':
      return 'The volume is mounted read-only, often after an error of the disk.';
    case 'EIO':
      return 'The disk reports an input/output error.';
    case 'EACCES':
    case 'EPERM':
      return 'The program may not write to the volume.';
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open: raise the limit of open files (LimitNOFILE).';
    default:
      return `The volume cannot be written: ${messageOf(error).replace(/\.$/, '')}.`;
  }
}

/** A failed sync in words: it concerns everything since the last acknowledgement. */
export function describeSyncFailure(error: unknown): string {
  return `${describeDiskError(error)} What was not acknowledged may be lost; new files are begun.`;
}
