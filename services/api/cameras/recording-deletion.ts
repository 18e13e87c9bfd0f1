import type { Client } from '@connectrpc/connect';
import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import type { Kysely } from 'kysely';
import {
  DELETION_RETRY_FIRST_MS,
  DELETION_RETRY_LONGEST_MS,
  DELETION_SETTLED_MS,
  DELETION_TIMEOUT_MS,
} from '../bounds.ts';
import type { ApiSchema, RecordingDeletionRow } from '../database/schema.ts';

export interface RecordingDeletionOptions {
  readonly queries: Kysely<ApiSchema>;
  readonly storage: Client<typeof StorageService>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Deletes the recordings of cameras that are gone. What is to be done stands in the database since
 * the camera was deleted, and stays there until storage has done it: at once, and once more when
 * every service has surely heard of it, for what was still recorded in between. Where storage is away
 * it is tried again, with growing waits, also after a restart.
 */
export class RecordingDeletion {
  readonly #options: RecordingDeletionOptions;
  /** When this process did the first deletion of a camera, on the clock that never steps. */
  readonly #doneOnce = new Map<string, MonotonicMs>();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #runAgain = false;
  #failures = 0;
  #pending = 0;
  #stopped = false;

  constructor(options: RecordingDeletionOptions) {
    this.#options = options;
  }

  /** Cameras whose recordings are still to be deleted, where storage did not do as asked. */
  get failing(): number {
    return this.#failures > 0 ? this.#pending : 0;
  }

  /** Looks at what is to be done now; returns at once. */
  wake(): void {
    if (this.#stopped) return;
    this.#timer?.cancel();
    if (this.#running !== undefined) {
      this.#runAgain = true;
      return;
    }
    this.#running = this.#run().catch((error: unknown) => {
      this.#options.logger.error({ error }, 'Pending deletions of recordings cannot be read.');
    });
    void this.#running.then(() => {
      this.#running = undefined;
      if (this.#runAgain) {
        this.#runAgain = false;
        this.wake();
      }
    });
  }

  /** Waits for a call under way, within its timeout. What is left stays in the database. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#runAgain = false;
    this.#timer?.cancel();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { queries, clock, logger } = this.#options;
    const rows = await queries.selectFrom('recording_deletion').selectAll().execute();
    const waits: number[] = [];
    let failure: unknown;
    this.#pending = rows.length;
    for (const row of rows) {
      if (this.#stopped) return;
      const settlesInMs = this.#settlesInMs(row);
      if (settlesInMs > 0) waits.push(settlesInMs);
      if (settlesInMs > 0 && this.#doneOnce.has(row.camera_id)) continue;
      try {
        await this.#delete(row, settlesInMs <= 0);
      } catch (error) {
        failure = error;
      }
    }
    if (failure === undefined) {
      this.#failures = 0;
    } else {
      const growing = DELETION_RETRY_FIRST_MS * 2 ** this.#failures++;
      const waitMs = Math.min(growing, DELETION_RETRY_LONGEST_MS);
      waits.push(waitMs);
      logger.warn(
        { error: messageOf(failure), pending: this.#pending, waitMs },
        'The recordings of a deleted camera are still there; deleting them is tried again.',
      );
    }
    if (waits.length === 0 || this.#stopped) return;
    this.#timer = clock.after(Math.min(...waits), () => this.wake());
  }

  /** By the wall clock, which a restart survives, or by the clock that never steps. */
  #settlesInMs(row: RecordingDeletionRow): number {
    const { clock } = this.#options;
    const doneAt = this.#doneOnce.get(row.camera_id) ?? clock.monotonic();
    return (
      DELETION_SETTLED_MS - Math.max(clock.now() - row.requested_at, clock.monotonic() - doneAt)
    );
  }

  async #delete({ camera_id: cameraId }: RecordingDeletionRow, settled: boolean): Promise<void> {
    const { queries, storage, logger } = this.#options;
    const answer = await storage.deleteRecordings({ cameraId }, { timeoutMs: DELETION_TIMEOUT_MS });
    logger.info(
      { camera: cameraId, runs: answer.deletedRuns, bytes: Number(answer.deletedBytes) },
      'The recordings of a deleted camera were deleted.',
    );
    if (!settled) {
      this.#doneOnce.set(cameraId, this.#options.clock.monotonic());
      return;
    }
    await queries.deleteFrom('recording_deletion').where('camera_id', '=', cameraId).execute();
    this.#doneOnce.delete(cameraId);
    this.#pending--;
  }
}
