import type { Clock, EpochMs, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { RecordedCamera } from '../cameras/camera-list-file.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { RunRow } from '../catalogue/run-row.ts';
import type { StorageMetrics } from '../storage-metrics.ts';
import type { ClockGuard } from './clock-guard.ts';
import type { RecordingFiles } from './recording-files.ts';

/** Milliseconds between two rounds. */
export const ROUND_MS = 10_000;
/** Bytes that an emergency round frees at least where nothing is to be kept free. */
export const MIN_EMERGENCY_BYTES = 64 * 1024 * 1024;
/** Runs that one round deletes of a volume at most; the next goes on. */
export const MAX_DELETIONS_PER_ROUND = 1_000;

const DAY_MS = 24 * 3600_000;

/** A volume as retention needs it. */
export interface RetentionVolume {
  readonly id: string | undefined;
  readonly config: { readonly path: string };
  readonly space: { readonly totalBytes: number; readonly freeBytes: number };
  readonly minFreeBytes: number;
  retry(): void;
}

export interface RetentionDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StorageMetrics;
  readonly catalogue: Catalogue;
  readonly files: RecordingFiles;
  readonly guard: ClockGuard;
  volumes(): readonly RetentionVolume[];
  /** The cameras as far as known; undefined before any list is. */
  cameras(): readonly RecordedCamera[] | undefined;
  /** Of cameras that are in no list any more. */
  readonly orphanRetentionDays: number;
}

type Reason = 'age' | 'camera-limit' | 'space' | 'full';

/**
 * Deletes what need not be kept: by age, by a camera's own limit, and the oldest while a volume has
 * less room than it should. Always the run that was recorded first of a camera stream (by file
 * number, so that a stepped clock cannot change the order), never an open one; the file goes before
 * its row. A volume that does not answer holds up no other.
 */
export class Retention {
  readonly #deps: RetentionDeps;
  readonly #busy = new Set<string>();
  readonly #failures = new Map<string, string>();
  readonly #rounds = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.clock.every(ROUND_MS, () => void this.run());
    void this.run();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all(this.#rounds);
  }

  health(): HealthCheck {
    for (const [volume, text] of this.#failures) {
      return { status: 'degraded', message: `Old recordings of ${volume} stay: ${text}` };
    }
    if (!this.#deps.guard.isTrusted()) {
      return {
        status: 'degraded',
        message:
          'The clock is over a day ahead of the newest recording. Nothing is deleted by age until it has gone on steadily for a day.',
      };
    }
    return { status: 'ok' };
  }

  /** One round over all volumes, but those where the one before goes on: a slow one holds up no other. */
  async run(): Promise<void> {
    const round = this.#run();
    this.#rounds.add(round);
    try {
      await round;
    } finally {
      this.#rounds.delete(round);
    }
  }

  /** The writer of a volume has no room: frees some at once, then lets it try again. */
  async makeRoom(volume: RetentionVolume): Promise<void> {
    const { totalBytes } = volume.space;
    const wanted = Math.max(volume.minFreeBytes, MIN_EMERGENCY_BYTES, totalBytes / 100);
    await this.#exclusively(volume, async (id) => {
      // Whatever the file system says is free, it has just refused to write: free something.
      await this.#takeOldest(volume, id, Math.min(wanted, totalBytes / 2), 'full');
    });
    volume.retry();
  }

  async #run(): Promise<void> {
    await Promise.all(
      this.#deps.volumes().map((volume) =>
        this.#exclusively(volume, async (id) => {
          await this.#takeAged(volume, id);
          await this.#takeBeyondLimits(volume, id);
          const missing = volume.minFreeBytes - volume.space.freeBytes;
          if (volume.space.totalBytes > 0 && missing > 0) {
            await this.#takeOldest(volume, id, missing, 'space');
          }
        }),
      ),
    );
  }

  async #exclusively(volume: RetentionVolume, task: (id: string) => Promise<void>): Promise<void> {
    const { id } = volume;
    if (id === undefined || this.#busy.has(id)) return;
    this.#busy.add(id);
    try {
      await task(id);
      this.#failures.delete(id);
    } catch (error) {
      this.#failures.set(id, messageOf(error));
      this.#deps.logger.error({ volume: id, error }, 'Old recordings could not be deleted.');
    } finally {
      this.#busy.delete(id);
    }
  }

  async #takeAged(volume: RetentionVolume, id: string): Promise<void> {
    const { catalogue, clock, guard } = this.#deps;
    const cameras = this.#deps.cameras();
    if (cameras === undefined || !guard.isTrusted()) return;
    const days = new Map<string, number>(
      cameras.map((camera) => [camera.id, camera.retentionDays]),
    );
    const now = clock.now();
    const isAged = (run: RunRow): boolean => {
      const keep = days.get(run.camera) ?? this.#deps.orphanRetentionDays;
      return run.end < now - keep * DAY_MS;
    };
    const queue = await OldestFirst.open(catalogue, id);
    for (let deleted = 0; deleted < MAX_DELETIONS_PER_ROUND; deleted++) {
      const run = await queue.take(isAged);
      if (run === undefined) return;
      await this.#remove(volume, run, 'age');
    }
  }

  async #takeBeyondLimits(volume: RetentionVolume, id: string): Promise<void> {
    const { catalogue } = this.#deps;
    const limits = (this.#deps.cameras() ?? []).filter(({ maxBytes }) => maxBytes !== undefined);
    if (limits.length === 0) return;
    const recorded = new Map<string, number>();
    for (const { camera, bytes } of await catalogue.recordedBytes()) {
      recorded.set(camera, (recorded.get(camera) ?? 0) + bytes);
    }
    for (const { id: camera, maxBytes = Number.POSITIVE_INFINITY } of limits) {
      let bytes = recorded.get(camera) ?? 0;
      if (bytes <= maxBytes) continue;
      const queue = await OldestFirst.open(catalogue, id);
      while (bytes > maxBytes) {
        const first = await queue.take((run) => run.camera === camera);
        if (first === undefined) break;
        await this.#remove(volume, first, 'camera-limit');
        bytes -= first.bytes;
      }
    }
  }

  async #takeOldest(
    volume: RetentionVolume,
    id: string,
    bytes: number,
    reason: Reason,
  ): Promise<void> {
    const { catalogue, logger } = this.#deps;
    const queue = await OldestFirst.open(catalogue, id);
    let freed = 0;
    for (let deleted = 0; freed < bytes && deleted < MAX_DELETIONS_PER_ROUND; deleted++) {
      const run = await queue.take(() => true);
      if (run === undefined) break;
      await this.#remove(volume, run, reason);
      freed += run.bytes;
    }
    if (freed > 0) logger.warn({ volume: id, freed, reason }, 'The oldest recordings went.');
  }

  async #remove(volume: RetentionVolume, run: RunRow, reason: Reason): Promise<void> {
    const { catalogue, files, metrics, logger } = this.#deps;
    await files.removeRun(volume.config.path, run.path);
    await catalogue.remove(run.id);
    metrics.deletedRuns.inc({ volume: run.volume, reason });
    metrics.deletedBytes.inc({ volume: run.volume, reason }, run.bytes);
    logger.debug({ camera: run.camera, path: run.path, reason }, 'A recording was deleted.');
  }
}

/** The runs of a volume, the first of each camera stream merged by their end. */
class OldestFirst {
  readonly #catalogue: Catalogue;
  #heads: RunRow[];
  #taken: RunRow | undefined;

  private constructor(catalogue: Catalogue, heads: RunRow[]) {
    this.#catalogue = catalogue;
    this.#heads = heads;
  }

  static async open(catalogue: Catalogue, volume: string): Promise<OldestFirst> {
    return new OldestFirst(catalogue, await catalogue.firstRuns(volume));
  }

  /**
   * Takes out the oldest head that may go. The one before must be deleted from the catalogue by now:
   * its place is taken by the next of its stream.
   */
  async take(mayGo: (run: RunRow) => boolean): Promise<RunRow | undefined> {
    let first: RunRow | undefined;
    let end: EpochMs = Number.POSITIVE_INFINITY;
    await this.#refill();
    for (const run of this.#heads) {
      if (run.end >= end || !mayGo(run)) continue;
      first = run;
      end = run.end;
    }
    this.#taken = first;
    return first;
  }

  async #refill(): Promise<void> {
    const taken = this.#taken;
    if (taken === undefined) return;
    this.#taken = undefined;
    this.#heads = this.#heads.filter((run) => run !== taken);
    const next = await this.#catalogue.firstRun(taken.volume, taken.camera, taken.stream);
    if (next !== undefined) this.#heads.push(next);
  }
}
