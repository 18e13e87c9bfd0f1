import { randomBytes } from 'node:crypto';
import type { Client } from '@connectrpc/connect';
import { systemTimeZone } from '@vms/common/time-zone.ts';
import type { SqliteConnection } from '@vms/database/sqlite.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { StreamService } from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import { LogLimiter } from '@vms/telemetry/log-limiter.ts';
import type { Kysely } from 'kysely';
import { AlertBook } from './alerts/alert-book.ts';
import { createAlertMetrics } from './alerts/alert-metrics.ts';
import { AlertStore } from './alerts/alert-store.ts';
import { alertsConfigSchema } from './alerts/config.ts';
import { Couriers } from './alerts/couriers.ts';
import { createMailChannel } from './alerts/mail/mail-channel.ts';
import { Outbox } from './alerts/outbox.ts';
import { createWebhookChannel } from './alerts/webhook-channel.ts';
import { RPC_TIMEOUT_MS } from './bounds.ts';
import { CameraStatuses } from './cameras/camera-status.ts';
import { CameraStore } from './cameras/camera-store.ts';
import { RecordingDeletion } from './cameras/recording-deletion.ts';
import type { ApiConfig } from './config.ts';
import type { ApiSchema } from './database/schema.ts';
import type { ApiDeps } from './deps.ts';
import { GrantRevocations } from './grants/grant-revocations.ts';
import { DeviceCookie } from './sessions/device-cookie.ts';
import { LoginLimiter } from './sessions/login-limiter.ts';
import { SessionStore } from './sessions/session-store.ts';
import { UserStore } from './sessions/user-store.ts';
import { type SelfHealth, SystemMonitor } from './system/system-monitor.ts';
import { TokenStore } from './tokens/token-store.ts';

/** What the routes work with, made once for an open database. */
export interface Components {
  readonly revocations: GrantRevocations;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly limiter: LoginLimiter;
  readonly devices: DeviceCookie;
  readonly cameras: CameraStore;
  readonly statuses: CameraStatuses;
  readonly deletion: RecordingDeletion;
  readonly alerts: AlertStore;
  readonly book: AlertBook;
  readonly couriers: Couriers;
  readonly monitor: SystemMonitor;
  readonly log: LogLimiter;
  readonly ingest: Client<typeof IngestService>;
  readonly storage: Client<typeof StorageService>;
  readonly stream: Client<typeof StreamService>;
}

export function createComponents(
  config: ApiConfig,
  deps: ApiDeps,
  { queries }: SqliteConnection<ApiSchema>,
  self: () => SelfHealth,
): Components {
  const { clock, logger, secrets, bus, random = randomBytes } = deps;
  const { ingestUrl, storageUrl, streamUrl, gatewayUrl } = config;
  const log = new LogLimiter(logger, clock);
  const rpc = { internalToken: secrets.internalToken, timeoutMs: RPC_TIMEOUT_MS };
  const ingest = createRpcClient(IngestService, { ...rpc, baseUrl: ingestUrl });
  const storage = createRpcClient(StorageService, { ...rpc, baseUrl: storageUrl });
  const stream = createRpcClient(StreamService, { ...rpc, baseUrl: streamUrl });
  const deletion = new RecordingDeletion({ queries, storage, clock, logger });
  const revocations = new GrantRevocations(queries, clock);
  revocations.onRevoked(() => {
    try {
      bus.publish('grant.revoked', { position: revocations.currentPosition() });
    } catch (error) {
      // An event is a wake-up call: the services read revocations every 2 s without it, too.
      logger.debug({ error }, 'The bus is unavailable.');
    }
  });
  const { masterKey } = secrets;
  const cameras = new CameraStore({ queries, revocations, clock, random, masterKey });
  const statuses = new CameraStatuses({ ingest, clock, log });
  const alerting = createAlerting(deps, queries);
  return {
    revocations,
    users: new UserStore(queries, revocations),
    sessions: new SessionStore(queries, revocations, clock, random),
    tokens: new TokenStore(queries, revocations, clock, random),
    limiter: new LoginLimiter(clock),
    devices: new DeviceCookie(masterKey, random),
    cameras,
    statuses,
    deletion,
    ...alerting,
    monitor: new SystemMonitor({
      storage,
      cameras,
      statuses,
      book: alerting.book,
      log,
      serviceUrls: {
        ...{ ingest: ingestUrl, storage: storageUrl, stream: streamUrl },
        ...(gatewayUrl !== undefined && { gateway: gatewayUrl }),
      },
      clock,
      bus,
      self,
      failingDeletions: () => deletion.failing,
    }),
    log,
    ingest,
    storage,
    stream,
  };
}

function createAlerting(
  deps: ApiDeps,
  queries: Kysely<ApiSchema>,
): Pick<Components, 'alerts' | 'book' | 'couriers'> {
  const {
    clock,
    logger,
    random = randomBytes,
    alerts: config = alertsConfigSchema.parse({}),
  } = deps;
  const channels = config.webhooks.map((webhook) => createWebhookChannel(webhook, { clock }));
  if (config.mail !== undefined) {
    channels.push(createMailChannel(config.mail, { timeZone: systemTimeZone() }));
  }
  const outbox = new Outbox({ queries, random, channels: channels.map(({ id }) => id) });
  const alerts = new AlertStore(queries, outbox);
  const onChange = (): void => couriers.wake();
  const book = new AlertBook({ store: alerts, clock, random, config, onChange });
  const metrics = createAlertMetrics(deps.metrics, () => book.open);
  const couriers = new Couriers(channels, { outbox, clock, logger, random, metrics });
  return { alerts, book, couriers };
}
