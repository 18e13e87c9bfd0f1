import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Secrets } from '@vms/auth/secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import {
  type HealthCheck,
  type HealthReport,
  healthOf,
  type Service,
} from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import { checkExposure } from '@vms/http/exposure.ts';
import { type ListeningAddress, listen } from '@vms/http/listen.ts';
import { readRevocationsOf } from '@vms/http/revocation-client.ts';
import { registerRpc } from '@vms/http/rpc.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import type { LinkAddress } from '@vms/medialink/frame-server.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import { type CameraDirectory, CameraList, createCameraDirectory } from './cameras/camera-list.ts';
import { Homes } from './cameras/homes.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { openCatalogue } from './catalogue/open-catalogue.ts';
import type { StorageConfig } from './config.ts';
import { newestSample } from './decode-watch/decode-sample.ts';
import { DecodeWatch } from './decode-watch/decode-watch.ts';
import { ffmpegDecoder } from './decode-watch/ffmpeg-decoder.ts';
import { Deletion } from './deletion.ts';
import { UPKEEP_LIMITS, VolumeGate } from './disk/volume-gate.ts';
import { Archive } from './playback/archive.ts';
import { ByteBudget } from './playback/byte-budget.ts';
import { systemFiles } from './playback/files.ts';
import { mediaRoutes } from './playback/media-routes.ts';
import { playbackCatalogue } from './playback-catalogue.ts';
import { RecordingWatch } from './recording-watch.ts';
import { ClockGuard } from './retention/clock-guard.ts';
import { RecordingRates } from './retention/forecast.ts';
import { createRecordingFiles } from './retention/recording-files.ts';
import { Retention } from './retention/retention.ts';
import { createStorageMetrics } from './storage-metrics.ts';
import { type StorageRpcDeps, storageRpc } from './storage-rpc.ts';
import { openSystemIdentity } from './volumes/system-identity.ts';
import { Volume } from './volumes/volume.ts';

/** The catalogue's file in `dataPath`. */
export const CATALOGUE_FILE = 'catalogue.sqlite';
/** The last known list of cameras in `dataPath`. */
export const CAMERAS_FILE = 'cameras.json';
/** The last known revocations in `dataPath`. */
export const REVOCATIONS_FILE = 'revocations.json';

export interface StorageDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly secrets: Pick<Secrets, 'internalToken' | 'mediaKey'>;
  /** Where ingest serves frames: the media link. */
  readonly frames: LinkAddress;
  /** Default: the system's. */
  readonly random?: RandomBytes;
  /** Default: CameraDirectoryService at `apiUrl`. */
  readonly directory?: CameraDirectory;
  /** Default: RevocationService at `apiUrl`. */
  readonly readRevocations?: ReturnType<typeof readRevocationsOf>;
}

export interface StorageServiceInstance extends Service {
  /** Takes the keys over that are marked as live; all others need a restart. */
  reconfigure(config: StorageConfig): void;
  /** Where playback, calls, health and metrics are, once started. */
  readonly address: ListeningAddress | undefined;
  /** Process ids of the writers that run, for fault tests and benchmarks. */
  readonly writerPids: readonly number[];
}

/** Records, keeps and plays back. See README.md. */
export function createStorage(config: StorageConfig, deps: StorageDeps): StorageServiceInstance {
  return new Storage(config, deps);
}

interface Running {
  readonly catalogue: Catalogue;
  readonly list: CameraList;
  readonly revocations: RevocationFeed;
  readonly homes: Homes;
  readonly retention: Retention;
  readonly decodeWatch: DecodeWatch;
  readonly volumes: readonly Volume[];
  readonly server: HttpServer;
}

class Storage implements StorageServiceInstance {
  readonly name = 'storage';
  #config: StorageConfig;
  readonly #deps: StorageDeps;
  #running: Running | undefined;
  #address: ListeningAddress | undefined;
  #stopping: Promise<void> | undefined;
  /** Cameras without a home get one. */
  #isSpreading = false;

  constructor(config: StorageConfig, deps: StorageDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  get address(): ListeningAddress | undefined {
    return this.#address;
  }

  reconfigure(config: StorageConfig): void {
    this.#config = config;
  }

  get writerPids(): readonly number[] {
    return (this.#running?.volumes ?? []).flatMap(({ writerPid }) => writerPid ?? []);
  }

  async start(): Promise<void> {
    const { host, port, allowInsecureRemote, dataPath } = this.#config;
    const { clock, logger } = this.#deps;
    checkExposure({ host, allowInsecureRemote, key: 'storage', logger });
    const path = join(dataPath, CATALOGUE_FILE);
    const catalogue = await openCatalogue(path, clock, (aside, why) => {
      const text =
        'The catalogue was damaged and is put aside; it is made again from the recordings.';
      logger.error({ aside, why }, text);
    });
    try {
      const running = await this.#assemble(catalogue);
      this.#running = running;
      await running.revocations.start();
      this.#address = await listen(running.server, { host, port, key: 'storage.port' });
    } catch (error) {
      this.#running?.revocations.stop();
      await this.#running?.server.close();
      this.#running = undefined;
      await catalogue.close();
      throw error;
    }
    const { list, homes, volumes, retention, decodeWatch } = this.#running;
    await homes.load();
    // Recording comes first: the known list, then the volumes, then everything else.
    await list.start();
    await Promise.all(volumes.map((volume) => volume.start()));
    // New cameras are spread over all volumes: those that opened first must not get them all.
    this.#isSpreading = true;
    await this.#assign();
    retention.start();
    decodeWatch.start();
    logger.info({ url: this.#address.url, volumes: volumes.length }, 'Storage is ready.');
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  health(): HealthReport {
    const running = this.#running;
    if (running === undefined) {
      return healthOf({ storage: { status: 'failing', message: 'Storage is not started.' } });
    }
    const checks: Record<string, HealthCheck> = {
      retention: running.retention.health(),
      decoding: running.decodeWatch.health(),
    };
    running.volumes.forEach((volume, i) => {
      checks[`volume ${volume.id ?? i + 1}`] = volume.health();
    });
    const { failure, isKnown, cameras } = running.list;
    checks.list =
      failure === undefined
        ? { status: 'ok', message: `${cameras.length} cameras.` }
        : {
            status: 'degraded',
            message: isKnown
              ? `${failure} The last known list of ${cameras.length} cameras is used.`
              : `${failure} No list of cameras is known yet.`,
          };
    const unread = running.revocations.failure;
    checks.revocations =
      unread === undefined
        ? { status: 'ok' }
        : { status: 'degraded', message: `What was revoked cannot be read: ${unread}` };
    const { homeless } = running.homes;
    if (homeless > 0) {
      checks.homes = { status: 'failing', message: `${homeless} cameras have no volume to go to.` };
    }
    return healthOf(checks);
  }

  async #assemble(catalogue: Catalogue): Promise<Running> {
    const { clock, logger, bus, secrets, frames, random = randomBytes } = this.#deps;
    const { apiUrl, dataPath, ackLedger } = this.#config;
    const config = (): StorageConfig => this.#config;
    const metrics = createStorageMetrics(this.#deps.metrics);
    const volumes: Volume[] = [];
    const upkeep = new VolumeGate(clock, UPKEEP_LIMITS);
    const files = createRecordingFiles(upkeep);
    const system = await openSystemIdentity(dataPath, random);
    const watch = new RecordingWatch(clock);
    const list = new CameraList({
      directory: this.#deps.directory ?? createCameraDirectory(apiUrl, secrets.internalToken),
      bus,
      clock,
      logger,
      path: join(dataPath, CAMERAS_FILE),
      onChange: () => void this.#assign(),
    });
    const deletion = new Deletion({
      clock,
      logger,
      catalogue,
      files,
      volumes: () => volumes,
      assign: () => this.#assign(),
      onDeleted: (camera) => homes.forget(camera),
    });
    const homes = new Homes({
      catalogue,
      cameras: () => list.cameras,
      volumes: () => volumes,
      isDeleting: (camera) => deletion.isDeleting(camera),
    });
    const retention = new Retention({
      clock,
      logger,
      metrics,
      catalogue,
      files,
      guard: new ClockGuard(clock, await catalogue.newestEnd()),
      volumes: () => volumes,
      cameras: () => (list.isKnown ? list.cameras : undefined),
      get orphanRetentionDays() {
        return config().orphanRetentionDays;
      },
    });
    for (const volume of this.#config.volumes) {
      volumes.push(
        new Volume(volume, {
          clock,
          logger,
          random,
          bus,
          metrics,
          catalogue,
          watch,
          frames,
          system,
          upkeep,
          ackLedger,
          streamsOf: (id) => homes.streamsOf(id),
          onOpened: () => void this.#assign(),
          makeRoom: (full) => void retention.makeRoom(full),
        }),
      );
    }
    const rates = new RecordingRates({
      clock,
      cameras: () => list.cameras,
      recordedSince: (camera, since) => catalogue.recordedSince(camera, since),
    });
    const archive = new Archive({
      catalogue: playbackCatalogue(
        catalogue,
        (id) => volumes.find((volume) => volume.id === id)?.config.path,
      ),
      files: systemFiles,
      gate: new VolumeGate(clock),
      logger,
    });
    const decodeWatch = new DecodeWatch({
      clock,
      logger,
      metrics,
      cameras: () => list.cameras,
      intervalMs: () => config().decodeWatchMinutes * 60_000,
      sampleOf: (camera) => newestSample(archive, camera, clock.now()),
      decode: ffmpegDecoder(clock),
    });
    const revocations = new RevocationFeed({
      read: this.#deps.readRevocations ?? readRevocationsOf(apiUrl, secrets.internalToken),
      onWake: (wake) => bus.subscribe('grant.revoked', wake),
      clock,
      logger,
      path: join(dataPath, REVOCATIONS_FILE),
    });
    const rpc: StorageRpcDeps = {
      catalogue,
      deletion,
      homes,
      watch,
      rates,
      decodeWatch,
      volumes: () => volumes,
      cameras: () => list.cameras,
    };
    const server = await this.#serve(rpc, archive, revocations);
    return { catalogue, list, revocations, homes, retention, decodeWatch, volumes, server };
  }

  async #serve(
    rpc: StorageRpcDeps,
    archive: Archive,
    revocations: RevocationFeed,
  ): Promise<HttpServer> {
    const { clock, logger, metrics, secrets } = this.#deps;
    const server = await createHttpServer({
      service: 'storage',
      logger,
      metrics,
      health: () => this.health(),
      // The gateway runs on this machine and says who asks it.
      trustProxy: 'loopback',
    });
    await registerRpc(server, storageRpc(rpc), secrets.internalToken, logger);
    const budget = new ByteBudget(clock);
    const { mediaKey } = secrets;
    await server.register(async (scope) => {
      await mediaRoutes(scope, { archive, budget, mediaKey, clock, revocations });
    });
    return server;
  }

  /** The list of cameras, their homes or the volumes have changed: tells every writer. */
  async #assign(): Promise<void> {
    const running = this.#running;
    if (running === undefined || this.#stopping !== undefined) return;
    try {
      if (this.#isSpreading) await running.homes.settle();
      await Promise.all(running.volumes.map((volume) => volume.assign()));
    } catch (error) {
      this.#deps.logger.error({ error }, 'The writers could not be told what to record.');
    }
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.list.stop();
    running.revocations.stop();
    const decoding = running.decodeWatch.stop();
    // Writers first: their last files must reach the catalogue.
    await Promise.all(running.volumes.map((volume) => volume.stop()));
    await running.retention.stop();
    await decoding;
    await running.server.close();
    await running.catalogue.close();
    this.#running = undefined;
  }
}
