import type { Bus, Unsubscribe } from '@vms/bus/bus.ts';
import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { isCameraId } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import {
  MAX_CAMERAS,
  type RecordedCamera,
  readCameraList,
  writeCameraList,
} from './camera-list-file.ts';

/** Milliseconds between two questions to the API: an event may be lost. */
export const REFRESH_INTERVAL_MS = 30_000;
/** Milliseconds between two questions while the API has never answered. */
export const FIRST_RETRY_MS = 1_000;

/** Where the list of cameras comes from. */
export interface CameraDirectory {
  /** @throws VmsError where it cannot be reached. */
  list(): Promise<{ readonly revision: string; readonly cameras: readonly RecordedCamera[] }>;
}

/** Asks CameraDirectoryService of the API. */
export function createCameraDirectory(baseUrl: string, internalToken: string): CameraDirectory {
  const client = createRpcClient(CameraDirectoryService, { baseUrl, internalToken });
  return {
    async list() {
      const { revision, cameras } = await client.listCameras({});
      const known: RecordedCamera[] = [];
      for (const { id, enabled, retentionDays, maxBytes } of cameras.slice(0, MAX_CAMERAS)) {
        if (!isCameraId(id)) continue;
        const limit = maxBytes > 0n ? { maxBytes: Number(maxBytes) } : {};
        known.push({ id, enabled, retentionDays, ...limit });
      }
      return { revision, cameras: known };
    },
  };
}

export interface CameraListOptions {
  readonly directory: CameraDirectory;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** File of the last known list. */
  readonly path: string;
  /** The list is another one. */
  onChange(cameras: readonly RecordedCamera[]): void;
}

/**
 * The cameras that this instance records. The API's list is asked for on `camera.changed` and every
 * 30 s; until it answers, the last known one counts: recording needs no API.
 */
export class CameraList {
  readonly #options: CameraListOptions;
  #cameras: readonly RecordedCamera[] = [];
  #revision: string | undefined;
  #failure: string | undefined;
  #timer: Timer | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: CameraListOptions) {
    this.#options = options;
  }

  get cameras(): readonly RecordedCamera[] {
    return this.#cameras;
  }

  /** Whether any list is known, from the API or from the file. */
  get isKnown(): boolean {
    return this.#revision !== undefined;
  }

  /** Why the API's list is not known right now. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Takes up the last known list at once, then asks the API without waiting for it. */
  async start(): Promise<void> {
    const { path, bus, logger } = this.#options;
    try {
      const known = await readCameraList(path);
      if (known !== undefined) this.#take('last known', known);
    } catch (error) {
      logger.error({ error }, 'The last known list of cameras is of no use; waiting for the API.');
    }
    this.#unsubscribe = bus.subscribe('camera.changed', () => void this.refresh());
    void this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#unsubscribe?.();
  }

  /** Asks now; a question that comes while one is under way is asked once more after it. */
  async refresh(): Promise<void> {
    if (this.#refreshing !== undefined) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#timer?.cancel();
    this.#refreshing = this.#ask().finally(() => {
      this.#refreshing = undefined;
      if (this.#stopped) return;
      if (this.#again) {
        this.#again = false;
        void this.refresh();
        return;
      }
      const soon = this.#failure !== undefined;
      this.#timer = this.#options.clock.after(soon ? FIRST_RETRY_MS : REFRESH_INTERVAL_MS, () => {
        void this.refresh();
      });
    });
    return this.#refreshing;
  }

  async #ask(): Promise<void> {
    const { directory, path, logger } = this.#options;
    try {
      const { revision, cameras } = await directory.list();
      this.#failure = undefined;
      if (this.#stopped || revision === this.#revision) return;
      this.#take(revision, cameras);
      await writeCameraList(path, cameras).catch((error: unknown) => {
        logger.error({ error }, 'The list of cameras could not be kept for the next start.');
      });
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }

  #take(revision: string, cameras: readonly RecordedCamera[]): void {
    this.#revision = revision;
    this.#cameras = cameras;
    this.#options.onChange(cameras);
  }
}
