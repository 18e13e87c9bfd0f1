import type { Client } from '@connectrpc/connect';
import type { Bus, Unsubscribe } from '@vms/bus/bus.ts';
import type { Alert } from '@vms/common/alert.ts';
import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { StorageService, Volume } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import type { LogLimiter } from '@vms/telemetry/log-limiter.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import { type CameraFact, findProblems, type RecordingFact } from '../alerts/find-problems.ts';
import { MIN_SYSTEM_CHECK_MS, RPC_TIMEOUT_MS, SYSTEM_CHECK_MS } from '../bounds.ts';
import type { CameraStatuses } from '../cameras/camera-status.ts';
import type { CameraStore } from '../cameras/camera-store.ts';
import { readHealth, type ServiceHealth } from './service-health.ts';

/** This service as it tells of itself. */
export type SelfHealth = Omit<ServiceHealth, 'own'>;

export interface SystemState {
  readonly services: readonly SelfHealth[];
  readonly volumes: readonly Volume[];
  /** Newest first. */
  readonly openAlerts: readonly Alert[];
}

export interface SystemMonitorOptions {
  readonly storage: Client<typeof StorageService>;
  readonly cameras: CameraStore;
  readonly statuses: CameraStatuses;
  /** Where the other services listen, by name. */
  readonly serviceUrls: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: LogLimiter;
  readonly book: AlertBook;
  /** How this service itself is. */
  readonly self: () => SelfHealth;
  /** Deleted cameras whose recordings are still there, where storage did not do as asked. */
  readonly failingDeletions: () => number;
}

/** Looks at services, volumes and cameras now and then, and lets the book of alerts judge. */
export class SystemMonitor {
  readonly #options: SystemMonitorOptions;
  #timer: Timer | undefined;
  #soon: Timer | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #looking: Promise<SystemState> | undefined;
  #services: readonly ServiceHealth[] = [];
  #stopped = false;

  constructor(options: SystemMonitorOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, bus } = this.#options;
    this.#timer = clock.every(SYSTEM_CHECK_MS, () => void this.look());
    this.#unsubscribe = bus.subscribe('storage.alarm', () => void this.look());
    void this.look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#unsubscribe?.();
    await this.#looking;
    this.#soon?.cancel();
  }

  /** The other services at the last look. */
  get services(): readonly ServiceHealth[] {
    return this.#services;
  }

  /** Looks now; those who ask at the same time share one look. Never fails. */
  look(): Promise<SystemState> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<SystemState> {
    const { storage, serviceUrls, self, book } = this.#options;
    const [others, volumes, recording] = await Promise.all([
      Promise.all(Object.entries(serviceUrls).map(([name, url]) => readHealth(name, url))),
      storage.listVolumes({}, { timeoutMs: RPC_TIMEOUT_MS }).then(
        (answer) => answer.volumes,
        () => undefined,
      ),
      storage.listRecordingStates({}, { timeoutMs: RPC_TIMEOUT_MS }).then(
        ({ states }) => new Map(states.map((state) => [state.cameraId, state])),
        () => undefined,
      ),
    ]);
    this.#services = others;
    await this.#judge(volumes, recording);
    return { services: [self(), ...others], volumes: volumes ?? [], openAlerts: book.open };
  }

  async #judge(
    volumes: readonly Volume[] | undefined,
    recording: ReadonlyMap<string, RecordingFact> | undefined,
  ): Promise<void> {
    const { book, log, clock, failingDeletions } = this.#options;
    this.#soon?.cancel();
    try {
      const cameras = await this.#cameras(recording);
      const findings = findProblems({
        now: clock.now(),
        services: this.#services,
        volumes,
        cameras,
        failingDeletions: failingDeletions(),
      });
      const endsInMs = await book.take(findings);
      if (endsInMs === undefined || this.#stopped) return;
      // A patience that ends before the next look is looked at when it does.
      this.#soon = clock.after(Math.max(endsInMs, MIN_SYSTEM_CHECK_MS), () => void this.look());
    } catch (error) {
      log.warn('alerts', { error: messageOf(error) }, 'Alerts could not be judged or written.');
    }
  }

  async #cameras(recording: ReadonlyMap<string, RecordingFact> | undefined): Promise<CameraFact[]> {
    const { cameras, statuses } = this.#options;
    const [list, statusOf] = await Promise.all([cameras.all(), statuses.read()]);
    return list.cameras.map((camera) => {
      const { id, name, enabled } = camera;
      return { id, name, enabled, status: statusOf(camera), recording: recording?.get(id) };
    });
  }
}
