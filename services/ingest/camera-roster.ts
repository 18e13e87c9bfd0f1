import type { Bus, Unsubscribe } from '@vms/bus/bus.ts';
import type { CameraAssignment } from '@vms/common/camera.ts';
import type { Clock, EpochMs, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { CameraDirectory } from './camera-directory.ts';
import { type CameraList, readRoster, writeRoster } from './roster-file.ts';

/** Milliseconds between two questions to the API: an event may be lost. */
export const REFRESH_INTERVAL_MS = 30_000;
/** Milliseconds between two questions while the API has never answered. */
export const FIRST_RETRY_MS = 1_000;
/** Questions without an answer that are not logged at a start: the API is the last to be there. */
export const UNTOLD_FIRST_TRIES = 10;

/** Who takes changes of the list. */
export interface RosterHandler {
  /** New cameras, in the order of the list. */
  onAdded(cameras: readonly CameraAssignment[]): void;
  onChanged(camera: CameraAssignment): void;
  onRemoved(camera: CameraAssignment): void;
}

export interface CameraRosterOptions {
  readonly directory: CameraDirectory;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** File of the last known list. */
  readonly path: string;
  readonly handler: RosterHandler;
  /** Gives a camera without the secrets that an older version left in its addresses; undefined for none. */
  readonly seal?: ((camera: CameraAssignment) => CameraAssignment | undefined) | undefined;
}

/**
 * The cameras of this instance. The API's list is asked for on `camera.changed` and every 30 s; until
 * it answers, the last known one counts. What does not change is not touched.
 */
export class CameraRoster {
  readonly #options: CameraRosterOptions;
  readonly #cameras = new Map<string, CameraAssignment>();
  #revision: string | undefined;
  #timer: Timer | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #answeredAt: EpochMs | undefined;
  #failure: string | undefined;
  /** Questions without an answer since the last one with. */
  #failedTries = 0;
  #fileFailure: string | undefined;

  constructor(options: CameraRosterOptions) {
    this.#options = options;
  }

  get cameras(): ReadonlyMap<string, CameraAssignment> {
    return this.#cameras;
  }

  /** When the API last answered; undefined before it did. */
  get answeredAt(): EpochMs | undefined {
    return this.#answeredAt;
  }

  /** Why the API's list is not known right now. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Why the list could not be kept. */
  get fileFailure(): string | undefined {
    return this.#fileFailure;
  }

  /** Takes up the last known list at once, then asks the API without waiting for it. */
  async start(): Promise<void> {
    const { path, bus, logger } = this.#options;
    try {
      const known = await readRoster(path);
      if (known !== undefined) await this.#takeKnown(known);
    } catch (error) {
      this.#fileFailure = messageOf(error);
      logger.error({ error }, 'The last known list of cameras is of no use; waiting for the API.');
    }
    this.#unsubscribe = bus.subscribe('camera.changed', () => void this.refresh());
    void this.refresh();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#timer?.cancel();
    await this.#refreshing;
  }

  async #takeKnown(known: CameraList): Promise<void> {
    const { seal = () => undefined } = this.#options;
    const sealed = known.cameras.map(seal);
    const cameras = known.cameras.map((camera, index) => sealed[index] ?? camera);
    this.#apply({ ...known, cameras });
    if (sealed.some((camera) => camera !== undefined)) await this.#keep({ ...known, cameras });
  }

  /** Asks the API now; one question at a time, and once more where something changed meanwhile. */
  refresh(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#refreshing !== undefined) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#timer?.cancel();
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = undefined;
      if (this.#stopped) return;
      const wait = this.#answeredAt === undefined ? FIRST_RETRY_MS : REFRESH_INTERVAL_MS;
      this.#timer = this.#options.clock.after(wait, () => void this.refresh());
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    do {
      this.#again = false;
      await this.#ask();
    } while (this.#again && !this.#stopped);
  }

  async #ask(): Promise<void> {
    const { directory, clock, logger } = this.#options;
    let list: CameraList;
    try {
      list = await directory.list();
    } catch (error) {
      const untold = this.#answeredAt === undefined ? UNTOLD_FIRST_TRIES : 0;
      if (this.#failedTries++ === untold) {
        logger.warn({ error: messageOf(error) }, 'The API does not give the list of cameras.');
      }
      this.#failure = messageOf(error);
      return;
    }
    this.#failure = undefined;
    this.#failedTries = 0;
    this.#answeredAt = clock.now();
    if (this.#stopped) return;
    const isKept = list.revision === this.#revision && this.#fileFailure === undefined;
    this.#apply(list);
    if (!isKept) await this.#keep(list);
  }

  async #keep(list: CameraList): Promise<void> {
    try {
      await writeRoster(this.#options.path, list);
      this.#fileFailure = undefined;
    } catch (error) {
      if (this.#fileFailure === undefined) {
        this.#options.logger.error({ error }, 'The list of cameras could not be kept.');
      }
      this.#fileFailure = messageOf(error);
    }
  }

  #apply(list: CameraList): void {
    const { handler } = this.#options;
    this.#revision = list.revision;
    const wanted = new Map(list.cameras.map((camera) => [camera.id, camera]));
    for (const [id, camera] of this.#cameras) {
      if (wanted.has(camera.id)) continue;
      this.#cameras.delete(id);
      handler.onRemoved(camera);
    }
    const added: CameraAssignment[] = [];
    for (const [id, camera] of wanted) {
      const before = this.#cameras.get(id);
      this.#cameras.set(id, camera);
      if (before === undefined) added.push(camera);
      else if (JSON.stringify(before) !== JSON.stringify(camera)) handler.onChanged(camera);
    }
    if (added.length > 0) handler.onAdded(added);
  }
}
