import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import { VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import {
  parseVolumeOwner,
  type SystemIdentity,
  type VolumeOwner,
  volumeInUse,
} from '../volumes/volume-owner.ts';

/** Milliseconds between two beats of the system that writes to a volume. */
export const BEAT_MS = 5_000;
/** Milliseconds in which another machine that is alive would have made a beat. */
export const WATCH_MS = 3 * BEAT_MS;
/** Milliseconds between two reads of the record of another machine. */
const POLL_INTERVAL_MS = 500;
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

  constructor(options: VolumeClaimOptions) {
    this.#options = options;
    this.#path = join(options.volume, VOLUME_OWNER_FILE);
  }

  /**
   * Takes the volume, whose lock is held by now. Where a record of another machine stands on it, it is
   * watched first for WATCH_MS.
   *
   * @throws StorageError `storage.volume-in-use`.
   */
  async take(): Promise<void> {
    const { clock, volume } = this.#options;
    const before = this.#read();
    if (before !== undefined && !this.#isOfThisMachine(before)) {
      const until = clock.monotonic() + WATCH_MS;
      while (clock.monotonic() < until) {
        await new Promise<void>((resolve) => {
          clock.after(POLL_INTERVAL_MS, resolve);
        });
        const now = this.#read();
        if (now === undefined) break;
        if (!isSameWriter(now, before) || now.beat !== before.beat) throw volumeInUse(volume, now);
      }
    }
    this.#write();
  }

  /**
   * Says that this system still writes.
   *
   * @throws StorageError `storage.volume-in-use` where another has taken the volume meanwhile.
   */
  beat(): void {
    const { self, volume } = this.#options;
    const owner = this.#read();
    if (owner !== undefined && !isSameWriter(owner, self)) throw volumeInUse(volume, owner);
    this.#write();
  }

  /** The volume may be taken at once. */
  release(): void {
    const owner = this.#read();
    if (owner === undefined || !isSameWriter(owner, this.#options.self)) return;
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // A failing or read-only volume: another machine then watches the record for WATCH_MS.
    }
  }

  /**
   * Whether the lock, which we hold, tells that the writer of a record is gone: since its machine was
   * last started, or before that. A system that was copied to another machine has the same id.
   */
  #isOfThisMachine({ bootId, host, system }: VolumeOwner): boolean {
    const { self } = this.#options;
    return bootId === self.bootId || (system === self.system && host === self.host);
  }

  #read(): VolumeOwner | undefined {
    try {
      return parseVolumeOwner(readFileSync(this.#path, 'utf8'));
    } catch {
      return undefined;
    }
  }

  #write(): void {
    this.#beat++;
    const record: VolumeOwner = { ...this.#options.self, beat: this.#beat };
    try {
      writeFileSync(`${this.#path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o640 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch {
      // A full or read-only volume: its writer reports that, and nobody else can write either.
    }
  }
}

type Writer = Pick<VolumeOwner, 'system' | 'bootId' | 'pid'>;

function isSameWriter(a: Writer, b: Writer): boolean {
  return a.system === b.system && a.bootId === b.bootId && a.pid === b.pid;
}
