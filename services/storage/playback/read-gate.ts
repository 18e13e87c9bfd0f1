import type { Clock } from '@vms/common/clock.ts';
import { PlaybackError } from './playback-error.ts';

/**
 * Reads of one volume that may be under way. Each holds a thread of the process's pool, and on a
 * hung disk holds it for good: the pool must have this many for every volume, and some to spare.
 */
export const MAX_READS_PER_VOLUME = 4;
/** Reads of one volume that may wait for their turn; further ones are refused at once. */
export const MAX_READS_WAITING_PER_VOLUME = 256;
/** Milliseconds after which a caller is told that the volume is busy, waiting or reading. */
export const READ_TIMEOUT_MS = 10_000;

interface Waiting {
  start(): void;
}

interface VolumeReads {
  underWay: number;
  readonly waiting: Set<Waiting>;
}

/** Lets few reads at a time onto each volume, so that a hung disk cannot take the process with it. */
export class ReadGate {
  readonly #clock: Clock;
  readonly #volumes = new Map<string, VolumeReads>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads of the volume that have begun and not ended. */
  underWay(volume: string): number {
    return this.#volumes.get(volume)?.underWay ?? 0;
  }

  /**
   * Runs `read` when its turn comes. Where it takes over READ_TIMEOUT_MS from now, the caller gets
   * the error while the read keeps its place until it really ends.
   *
   * @throws PlaybackError `playback.volume-busy`, or what `read` throws.
   */
  run<Result>(volume: string, read: () => Promise<Result>): Promise<Result> {
    const reads = this.#readsOf(volume);
    return new Promise<Result>((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          reads.underWay++;
          void Promise.resolve()
            .then(read)
            .then(resolve, reject)
            .finally(() => {
              timer.cancel();
              this.#ended(volume, reads);
            });
        },
      };
      const timer = this.#clock.after(READ_TIMEOUT_MS, () => {
        reads.waiting.delete(waiting);
        reject(busy(volume));
      });
      if (reads.underWay < MAX_READS_PER_VOLUME) waiting.start();
      else if (reads.waiting.size < MAX_READS_WAITING_PER_VOLUME) reads.waiting.add(waiting);
      else {
        timer.cancel();
        reject(busy(volume));
      }
    });
  }

  #readsOf(volume: string): VolumeReads {
    let reads = this.#volumes.get(volume);
    if (reads === undefined) {
      reads = { underWay: 0, waiting: new Set() };
      this.#volumes.set(volume, reads);
    }
    return reads;
  }

  #ended(volume: string, reads: VolumeReads): void {
    reads.underWay--;
    for (const next of reads.waiting) {
      reads.waiting.delete(next);
      next.start();
      return;
    }
    if (reads.underWay === 0) this.#volumes.delete(volume);
  }
}

function busy(volume: string): PlaybackError {
  return new PlaybackError('playback.volume-busy', {
    happened: `The volume ${volume} does not answer in time.`,
    kept: 'Nothing recorded is lost by this.',
    remedy: 'Try again in a moment; if it stays so, look at the state of the volume.',
  });
}
