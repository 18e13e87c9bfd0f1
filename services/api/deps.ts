import type { Secrets } from '@vms/auth/secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { AlertsConfig } from './alerts/config.ts';

/** What the API is given by the program that runs it. */
export interface ApiDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly secrets: Secrets;
  /** `alerts` of vms.yaml. Default: its defaults. */
  readonly alerts?: AlertsConfig;
  /**
   * Shows one line with the administrator's first password to the person who started the system, and
   * is given that password by itself for an address that carries it. It is called once in the life
   * of a database, and must not write to a log.
   */
  readonly announceFirstPassword: (text: string, password: string) => void | Promise<void>;
  /** Default: the system's. */
  readonly random?: RandomBytes;
  /** Of the IANA database. Default: the system's. */
  readonly timeZone?: string;
}
