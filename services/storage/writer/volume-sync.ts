import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { SyncMode } from '@vms/format/volume-identity.ts';
import type { Disk, FileDescriptor } from '../disk/disk.ts';
import { StorageError } from '../storage-error.ts';

/** Makes durable what was written to a volume. */
export interface VolumeSync {
  readonly mode: SyncMode;
  /**
   * Resolves when everything written to `files` before the call is durable. After a rejection the
   * state of those bytes is unknown and must not be asked for again: the kernel reports an error once.
   *
   * @throws StorageError `storage.sync-failed`.
   */
  sync(files: readonly FileDescriptor[]): Promise<void>;
  close(): void;
}

/** fdatasync of every file: for few cameras, and for file systems shared with others. */
export function fdatasyncEach(disk: Disk): VolumeSync {
  return {
    mode: 'fdatasync',
    async sync(files) {
      let failed: unknown;
      for (const file of files) {
        try {
          disk.datasync(file);
        } catch (error) {
          failed ??= error;
        }
      }
      if (failed !== undefined) {
        throw new StorageError('storage.sync-failed', 'The disk did not keep what was written.', {
          cause: failed,
        });
      }
    },
    close() {},
  };
}

/** A line in, one `syncfs` of the file system that holds the file `$0`, a word out. */
const LOOP = 'while read -r _; do if sync -f "$0"; then echo ok; else echo failed; fi; done';

/**
 * One `syncfs` for the whole volume, by a child process that lives as long as the writer: no native
 * code, and a hung disk blocks the child instead of the writer's thread.
 *
 * @param anchor a file on the volume (its identity file): where it is gone, syncing fails.
 */
export function syncfsLoop(anchor: string): VolumeSync {
  return new SyncfsLoop(anchor);
}

class SyncfsLoop implements VolumeSync {
  readonly mode = 'syncfs';
  readonly #anchor: string;
  #child: ChildProcess | undefined;
  #lines: Interface | undefined;
  #waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(anchor: string) {
    this.#anchor = anchor;
  }

  sync(): Promise<void> {
    if (this.#waiting !== undefined) {
      return Promise.reject(failed('a sync is still under way'));
    }
    this.#child ??= this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child?.stdin?.write('\n');
    });
  }

  close(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#lines?.close();
    child?.stdin?.end();
    this.#settle(failed('the writer is stopping'));
  }

  #start(): ChildProcess {
    const child = spawn('sh', ['-c', LOOP, this.#anchor], { stdio: ['pipe', 'pipe', 'ignore'] });
    const gone = (what: string) => (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#settle(failed(what));
    };
    child.on('error', gone('the sync process could not be started'));
    child.on('exit', gone('the sync process ended'));
    child.stdin?.on('error', gone('the sync process ended'));
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', (line) => {
      this.#settle(line === 'ok' ? undefined : failed('the disk did not keep what was written'));
    });
    return child;
  }

  #settle(error: Error | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(error);
  }
}

function failed(what: string): StorageError {
  return new StorageError('storage.sync-failed', `A sync of the volume failed: ${what}.`);
}
