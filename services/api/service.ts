import { randomBytes } from 'node:crypto';
import type { Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import {
  type HealthCheck,
  type HealthReport,
  healthOf,
  type Service,
} from '@vms/common/lifecycle.ts';
import type { SqliteConnection } from '@vms/database/sqlite.ts';
import { checkExposure } from '@vms/http/exposure.ts';
import { type ListeningAddress, listen } from '@vms/http/listen.ts';
import type { HttpServer } from '@vms/http/server.ts';
import { setUpDemoCamera } from './cameras/demo-camera.ts';
import { type Components, createComponents } from './components.ts';
import type { ApiConfig } from './config.ts';
import { openApiDatabase } from './database/open-database.ts';
import type { ApiSchema } from './database/schema.ts';
import type { ApiDeps } from './deps.ts';
import { createApiServer } from './server.ts';
import { SESSION_SWEEP_MS } from './sessions/bounds.ts';
import { createFirstAdministrator } from './sessions/first-administrator.ts';

export type { ApiDeps } from './deps.ts';

export interface ApiService extends Service {
  /** Takes the keys over that are marked as live; all others need a restart. */
  reconfigure(config: ApiConfig): void;
  /** Where it listens, once started. */
  readonly address: ListeningAddress | undefined;
}

/** The REST API and the camera directory. See README.md. */
export function createApi(config: ApiConfig, deps: ApiDeps): ApiService {
  return new Api(config, deps);
}

interface Running {
  readonly database: SqliteConnection<ApiSchema>;
  readonly parts: Components;
  readonly server: HttpServer;
  sweep?: Timer;
}

class Api implements ApiService {
  readonly name = 'api';
  #config: ApiConfig;
  readonly #deps: ApiDeps;
  #running: Running | undefined;
  #address: ListeningAddress | undefined;
  #stopping: Promise<void> | undefined;
  #isSweeping = false;

  constructor(config: ApiConfig, deps: ApiDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  get address(): ListeningAddress | undefined {
    return this.#address;
  }

  async start(): Promise<void> {
    const { host, port, allowInsecureRemote } = this.#config;
    checkExposure({ host, allowInsecureRemote, key: 'api', logger: this.#deps.logger });
    const database = await openApiDatabase(this.#config.databasePath, this.#deps);
    try {
      const parts = createComponents(this.#config, this.#deps, database, () => {
        const { status, checks } = this.health();
        const detail = Object.values(checks).flatMap((check) => check.message ?? []);
        return { name: 'api', status, detail: detail.length > 0 ? detail.join(' ') : null };
      });
      await this.#firstRun(database, parts);
      await parts.book.load();
      await parts.revocations.load();
      const server = await createApiServer(
        () => this.#config,
        this.#deps,
        parts,
        () => this.health(),
      );
      this.#running = { database, parts, server };
      this.#address = await listen(server, { host, port, key: 'api.port' });
      await parts.couriers.start();
      parts.monitor.start();
      const sweep = this.#deps.clock.every(SESSION_SWEEP_MS, () => void this.#endExpired(parts));
      this.#running.sweep = sweep;
      parts.deletion.wake();
      this.#deps.logger.info({ url: this.#address.url }, 'The API listens.');
    } catch (error) {
      if (this.#running === undefined) await database.close();
      else await this.stop();
      throw error;
    }
  }

  reconfigure(config: ApiConfig): void {
    this.#config = config;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  health(): HealthReport {
    const running = this.#running;
    if (running === undefined) {
      return healthOf({ database: { status: 'failing', message: 'The API is not running.' } });
    }
    const checks: Record<string, HealthCheck> = { database: databaseCheck(running.database) };
    for (const { name, status, detail } of running.parts.monitor.services) {
      if (name === 'gateway') continue; // The API needs nothing of it; it asks after the API.
      // The API itself works without them, for what needs none of them.
      checks[name] =
        status === 'unreachable'
          ? { status: 'degraded', message: detail ?? `${name} does not answer.` }
          : { status: 'ok' };
    }
    return healthOf(checks);
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.sweep?.cancel();
    await running.server.close();
    await Promise.all([running.parts.monitor.stop(), running.parts.deletion.stop()]);
    await running.parts.couriers.stop();
    running.parts.log.close();
    await running.database.close();
    this.#running = undefined;
    this.#address = undefined;
  }

  async #endExpired({ sessions }: Components): Promise<void> {
    // Not again while one is under way: a slow disk must not pile them up.
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      await sessions.endExpired();
    } catch (error) {
      this.#deps.logger.error({ error }, 'Expired sessions could not be ended.');
    } finally {
      this.#isSweeping = false;
    }
  }

  /** The demo camera goes before the administrator: who is there marks the first run as done. */
  async #firstRun({ queries }: SqliteConnection<ApiSchema>, parts: Components): Promise<void> {
    const { clock, random = randomBytes, announceFirstPassword: announce } = this.#deps;
    const isNew = await parts.users.isEmpty();
    await setUpDemoCamera({
      cameras: parts.cameras,
      demo: this.#config.demo,
      isNew,
      retentionDays: this.#config.defaultRetentionDays,
    });
    if (isNew) await createFirstAdministrator({ queries, clock, random, announce });
  }
}

function databaseCheck({ connection }: SqliteConnection<ApiSchema>): HealthCheck {
  try {
    connection.prepare('select 1').get();
    return { status: 'ok' };
  } catch (error) {
    return { status: 'failing', message: `The database does not answer: ${messageOf(error)}.` };
  }
}
