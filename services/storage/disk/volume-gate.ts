import type { Clock } from '@vms/common/clock.ts';
import { PlaybackError } from '../playback-error.ts';

/** What one gate lets onto each volume. */
export interface GateLimits {
  /** Calls that may be under way. Each holds a thread of the process's pool, on a hung disk for good. */
  readonly underWay: number;
  /** Calls that may wait for their turn; further ones are refused at once. */
  readonly waiting: number;
}

/** Playback, export and the watch that recordings decode. */
export const READ_LIMITS: GateLimits = { underWay: 4, waiting: 256 };
/** Deleting, free space, identity and listings: a gate of its own, so that readers never hold it up. */
export const UPKEEP_LIMITS: GateLimits = { underWay: 2, waiting: 64 };
/** Threads that a hung volume can hold: the pool must have these for every volume, and some to spare. */
export const MAX_THREADS_PER_VOLUME = READ_LIMITS.underWay + UPKEEP_LIMITS.underWay;
/** Milliseconds after which a caller is told that the volume is busy, waiting or reading. */
export const CALL_TIMEOUT_MS = 10_000;

interface Waiting {
  start(): void;
}

interface VolumeReads {
  underWay: number;
  readonly waiting: Set<Waiting>;
}

/** Lets few calls at a time onto each volume, so that a hung disk cannot take the process with it. */
export class VolumeGate {
  readonly #clock: Clock;
  readonly #limits: GateLimits;
  readonly #volumes = new Map<string, VolumeReads>();

  constructor(clock: Clock, limits: GateLimits = READ_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Calls to the volume that have begun and not ended. */
  underWay(volume: string): number {
    return this.#volumes.get(volume)?.underWay ?? 0;
  }

  /**
   * Runs `read` when its turn comes. Where it takes over CALL_TIMEOUT_MS from now, the caller gets
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
      const timer = this.#clock.after(CALL_TIMEOUT_MS, () => {
        reads.waiting.delete(waiting);
        reject(busy(volume));
      });
      if (reads.underWay < this.#limits.underWay) waiting.start();
      else if (reads.waiting.size < this.#limits.waiting) reads.waiting.add(waiting);
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
