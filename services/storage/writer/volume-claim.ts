import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import { StorageError } from '../storage-error.ts';
import {
  parseVolumeOwner,
  type SystemIdentity,
  type VolumeOwner,
  volumeInUse,
} from '../volumes/volume-owner.ts';
import { diskFailureOf } from './disk-failure.ts';

/** Milliseconds between two beats of the system that writes to a volume. */
export const BEAT_MS = 5_000;
/** Milliseconds in which another machine that is alive would have made a beat. */
export const WATCH_MS = 3 * BEAT_MS;
/** Milliseconds between two reads of the record of another machine. */
const POLL_INTERVAL_MS = 500;
/** Milliseconds in which another that has watched the same record would have written its own. */
export const CONFIRM_MS = 2_000;
/** Exit status of a writer that found another system on its volume. */
export const VOLUME_IN_USE = 76;

export interface VolumeClaimOptions {
  readonly volume: string;
  readonly self: SystemIdentity & Pick<VolumeOwner, 'bootId' | 'pid'>;
  readonly clock: Clock;
}

/**
 * Who writes to a volume, besides the lock on it: machines that share a disk over a network do not
 * always share locks. A record with a counter stands on the volume; a counter that grows is another
 * system that is alive, whatever the clocks of the two say.
 */
export class VolumeClaim {
  readonly #options: VolumeClaimOptions;
  readonly #path: string;
  #beat = 0;
  #beatAt: MonotonicMs = 0;

  constructor(options: VolumeClaimOptions) {
    this.#options = options;
    this.#path = join(options.volume, VOLUME_OWNER_FILE);
  }

  /**
   * Takes the volume, whose lock is held by now. Where a record of another machine stands on it, or one
   * that cannot be read, it is watched first for WATCH_MS. Done once the record stands there.
   *
   * @throws StorageError `storage.volume-in-use`, or `storage.volume-unusable` where a record stayed
   *   unreadable; the error of the disk where ours cannot be written.
   */
  async take(): Promise<void> {
    const { self, volume } = this.#options;
    const before = this.#look();
    const isOthers = before !== undefined && !this.#isOfThisMachine(before);
    if (isOthers) await this.#watch(before);
    this.#write();
    // Two that have watched the same record write theirs at the same time: the last one has the volume.
    if (isOthers) await this.#wait(CONFIRM_MS);
    const now = this.#read();
    if (now === undefined || !isSameWriter(now, self)) {
      throw now === undefined ? this.#unreadable('it is gone') : volumeInUse(volume, now);
    }
  }

  /**
   * Says that this system still writes. Where that cannot be written, the volume's writer reports the
   * same; another system may take the volume then, and the next beat finds its record.
   *
   * @throws StorageError `storage.volume-in-use` where another has taken the volume meanwhile; the error
   *   of the disk where the record cannot be read, which is then left as it is.
   */
  beat(): void {
    const { self, volume } = this.#options;
    const owner = this.#read();
    if (owner !== undefined && !isSameWriter(owner, self)) throw volumeInUse(volume, owner);
    try {
      this.#write();
    } catch {
      // Said above.
    }
  }

  /** The same where the last beat was BEAT_MS ago: for work that gives no timer its turn. */
  beatWhenDue(): void {
    if (this.#options.clock.monotonic() - this.#beatAt >= BEAT_MS) this.beat();
  }

  /** The volume may be taken at once. */
  release(): void {
    try {
      const owner = this.#read();
      if (owner === undefined || !isSameWriter(owner, this.#options.self)) return;
      rmSync(this.#path, { force: true });
    } catch {
      // A failing or read-only volume: another machine then watches the record for WATCH_MS.
    }
  }

  /**
   * Whether the lock, which we hold, tells that the writer of a record is gone: since its machine was
   * last started, or before that. A system that was copied to another machine has the same id.
   */
  #isOfThisMachine(owner: VolumeOwner | Error): boolean {
    if (owner instanceof Error) return false;
    const { bootId, host, system } = owner;
    const { self } = this.#options;
    return bootId === self.bootId || (system === self.system && host === self.host);
  }

  /** Until a record has stood still for WATCH_MS, or is gone. */
  async #watch(first: VolumeOwner | Error): Promise<void> {
    const { clock, volume } = this.#options;
    let before = first;
    let until = clock.monotonic() + WATCH_MS;
    while (clock.monotonic() < until) {
      await this.#wait(POLL_INTERVAL_MS);
      const now = this.#look();
      if (now === undefined) return;
      if (now instanceof Error) {
        // What could not be read may have grown: it is watched again from its next reading on.
        before = now;
      } else if (before instanceof Error) {
        if (this.#isOfThisMachine(now)) return;
        before = now;
        until = clock.monotonic() + WATCH_MS;
      } else if (!isSameWriter(now, before) || now.beat !== before.beat) {
        throw volumeInUse(volume, now);
      }
    }
    if (before instanceof Error) throw this.#unreadable(messageOf(before));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(ms, resolve);
    });
  }

  /** The record; undefined where there is none, an error where nobody can say. */
  #look(): VolumeOwner | Error | undefined {
    try {
      return this.#read();
    } catch (error) {
      return error instanceof Error ? error : new Error(messageOf(error));
    }
  }

  /** Undefined where there is no file, or what it holds is no record. */
  #read(): VolumeOwner | undefined {
    try {
      return parseVolumeOwner(readFileSync(this.#path, 'utf8'));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  #write(): void {
    this.#beatAt = this.#options.clock.monotonic();
    this.#beat++;
    const record: VolumeOwner = { ...this.#options.self, beat: this.#beat };
    const text = `${JSON.stringify(record)}\n`;
    try {
      writeFileSync(`${this.#path}.new`, text, { mode: 0o640 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      if (diskFailureOf(error) !== 'full' || !this.#overwrite(text)) throw error;
    }
  }

  /**
   * Writes over the record that is there, which takes no room: on a full volume the runs of a crash must
   * be closed before retention may delete any of them. Spaces behind a record are part of JSON.
   */
  #overwrite(text: string): boolean {
    try {
      const file = openSync(this.#path, 'r+');
      try {
        const bytes = Buffer.from(text);
        const rest = Math.max(0, fstatSync(file).size - bytes.length);
        writeSync(file, Buffer.concat([bytes, Buffer.alloc(rest, ' ')]), 0, undefined, 0);
      } finally {
        closeSync(file);
      }
      return true;
    } catch {
      return false;
    }
  }

  #unreadable(why: string): StorageError {
    return new StorageError('storage.volume-unusable', {
      happened: `${this.#path}, which says who writes to the volume, cannot be read: ${why}.`,
      kept: 'Nothing is recorded to the volume, and nothing on it was changed.',
      remedy:
        'Check the disk and its rights. If no other system uses the volume, delete that file.',
    });
  }
}

type Writer = Pick<VolumeOwner, 'system' | 'bootId' | 'pid'>;

function isSameWriter(a: Writer, b: Writer): boolean {
  return a.system === b.system && a.bootId === b.bootId && a.pid === b.pid;
}
