export type HealthStatus = 'ok' | 'degraded' | 'failing';

/** What `/health` tells of a service: the worst of its checks, and each check in words. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

export interface HealthCheck {
  readonly status: HealthStatus;
  /** What a person reads. */
  readonly message?: string;
  /** For programs, such as when a certificate expires. */
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Every service is a function `create<Name>(config, deps)` that returns this. */
export interface Service {
  readonly name: string;
  /** Resolves when the service takes work (sockets bound, state recovered). */
  start(): Promise<void>;
  /** Closes everything that start opened, within bounded time. Safe to call twice. */
  stop(): Promise<void>;
  health(): HealthReport;
}

const ORDER: readonly HealthStatus[] = ['ok', 'degraded', 'failing'];

/** A report whose status is the worst of its checks. */
export function healthOf(checks: Record<string, HealthCheck>): HealthReport {
  let worst = 0;
  for (const check of Object.values(checks)) worst = Math.max(worst, ORDER.indexOf(check.status));
  return { status: ORDER[worst] ?? 'failing', checks };
}
