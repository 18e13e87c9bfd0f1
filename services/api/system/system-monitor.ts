import type { Client } from '@connectrpc/connect';
import type { Bus, Unsubscribe } from '@vms/bus/bus.ts';
import type { Clock, EpochMs, Timer } from '@vms/common/clock.ts';
import type { StorageService, Volume } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { RPC_TIMEOUT_MS, SYSTEM_CHECK_MS } from '../bounds.ts';
import { readHealth, type ServiceHealth } from './service-health.ts';

/** Something that a person should look at. */
export interface Alarm {
  /** Stable: `service.unreachable`, `service.failing`, `service.degraded`, `volume.<state>`, `deletion.pending`. */
  readonly code: string;
  readonly severity: 'warning' | 'critical';
  /** What it is about: the name of a service, the id of a volume. */
  readonly subject: string;
  readonly detail: string;
}

export interface SystemState {
  readonly services: readonly ServiceHealth[];
  readonly volumes: readonly Volume[];
  readonly alarms: readonly (Alarm & { readonly since: EpochMs })[];
}

export interface SystemMonitorOptions {
  readonly storage: Client<typeof StorageService>;
  /** Where the other services listen, by name. */
  readonly serviceUrls: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly bus: Bus;
  /** How this service itself is. */
  readonly self: () => ServiceHealth;
  /** Deleted cameras whose recordings are still there, where storage did not do as asked. */
  readonly failingDeletions: () => number;
}

/** Looks at the other services and volumes now and then, and remembers since when an alarm is on. */
export class SystemMonitor {
  readonly #options: SystemMonitorOptions;
  readonly #since = new Map<string, EpochMs>();
  #timer: Timer | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #looking: Promise<SystemState> | undefined;
  #services: readonly ServiceHealth[] = [];

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
    this.#timer?.cancel();
    this.#unsubscribe?.();
    await this.#looking;
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
    const { storage, serviceUrls, self } = this.#options;
    const [others, volumes] = await Promise.all([
      Promise.all(Object.entries(serviceUrls).map(([name, url]) => readHealth(name, url))),
      storage.listVolumes({}, { timeoutMs: RPC_TIMEOUT_MS }).then(
        (answer) => answer.volumes,
        () => [],
      ),
    ]);
    this.#services = others;
    const services = [self(), ...this.#services];
    return { services, volumes, alarms: this.#alarms(services, volumes) };
  }

  #alarms(services: readonly ServiceHealth[], volumes: readonly Volume[]): SystemState['alarms'] {
    const { clock, failingDeletions } = this.#options;
    const now = clock.now();
    const alarms = [
      ...services.flatMap(alarmOfService),
      ...volumes.flatMap(alarmOfVolume),
      ...alarmOfDeletions(failingDeletions()),
    ];
    const keys = new Set(alarms.map(keyOf));
    for (const key of this.#since.keys()) if (!keys.has(key)) this.#since.delete(key);
    return alarms.map((alarm) => {
      const since = this.#since.get(keyOf(alarm)) ?? now;
      this.#since.set(keyOf(alarm), since);
      return { ...alarm, since };
    });
  }
}

function keyOf({ code, subject }: Alarm): string {
  return `${code} ${subject}`;
}

function alarmOfService({ name, status, detail }: ServiceHealth): Alarm[] {
  // What this service says of itself is that others are away, and they have alarms of their own.
  if (status === 'ok' || name === 'api') return [];
  return [
    {
      code: `service.${status}`,
      severity: status === 'degraded' ? 'warning' : 'critical',
      subject: name,
      detail: detail ?? `${name} is ${status}.`,
    },
  ];
}

function alarmOfVolume({ id, state, detail }: Volume): Alarm[] {
  if (state === 'recording') return [];
  return [{ code: `volume.${state}`, severity: 'critical', subject: id, detail }];
}

function alarmOfDeletions(count: number): Alarm[] {
  if (count === 0) return [];
  return [
    {
      code: 'deletion.pending',
      severity: 'warning',
      subject: 'storage',
      detail: `The recordings of ${count} deleted ${count === 1 ? 'camera are' : 'cameras are'} still there; deleting them is tried again.`,
    },
  ];
}
