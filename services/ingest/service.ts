import { join } from 'node:path';
import { type CameraSecrets, unsealCameraSecrets } from '@vms/auth/camera-secrets.ts';
import type { Secrets } from '@vms/auth/secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import type { CameraStatus } from '@vms/common/camera.ts';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import {
  type HealthCheck,
  type HealthReport,
  healthOf,
  type Service,
} from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import { type ListeningAddress, listen } from '@vms/http/listen.ts';
import { registerRpc } from '@vms/http/rpc.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { type FrameServer, type LinkAddress, serveFrames } from '@vms/medialink/frame-server.ts';
import { LogLimiter } from '@vms/telemetry/log-limiter.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import { AddressPolicy, type Resolve, systemResolve } from './address-policy.ts';
import { type CameraDirectory, createCameraDirectory } from './camera-directory.ts';
import { CameraFleet } from './camera-fleet.ts';
import { CameraRoster } from './camera-roster.ts';
import { type Opening, sealAssignment } from './camera-settings.ts';
import { CameraTester } from './camera-test.ts';
import type { IngestConfig } from './config.ts';
import { StreamFinder } from './finding/stream-finder.ts';
import { IngestMetrics } from './ingest-metrics.ts';
import { ingestRpc } from './ingest-rpc.ts';
import { ReadModeration } from './read-moderation.ts';
import type { Random } from './reconnect.ts';
import { createReadBuffer } from './rtsp-connection.ts';

export interface IngestDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly secrets: Pick<Secrets, 'masterKey' | 'internalToken'>;
  /** Folder of what ingest keeps: `cameras.json`. */
  readonly folder: string;
  /** Where frames are served: the media link. */
  readonly frames: LinkAddress;
  /** Default `Math.random`. */
  readonly random?: Random;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** Default: CameraDirectoryService at `apiUrl`. */
  readonly directory?: CameraDirectory;
}

export interface IngestServiceInstance extends Service {
  /** Where every frame goes, for consumers in the same process. */
  readonly hub: FrameHub;
  /** Where calls, health and metrics are, once started. */
  readonly address: ListeningAddress | undefined;
  /** Where frames are served, once started. */
  readonly framesAddress: LinkAddress | undefined;
}

/** Takes the streams of all cameras and publishes their frames. */
export function createIngest(config: IngestConfig, deps: IngestDeps): IngestServiceInstance {
  const { clock, logger, metrics, bus, secrets } = deps;
  const log = new LogLimiter(logger, clock);
  const hub = new FrameHub({
    gopCacheBytes: config.gopCacheMiB * 1024 * 1024,
    onFailure: (error, camera, stream) =>
      log.error('frame-subscriber', { error, camera, stream }, 'A subscriber of frames failed.'),
  });

  const opened = (camera: string, sealed: string): CameraSecrets =>
    unsealCameraSecrets(secrets.masterKey, camera, sealed);
  const opening: Opening = {
    openPassword: (camera, sealed) => opened(camera, sealed).password,
    openAddressSecrets: (camera, sealed) => opened(camera, sealed).secrets,
  };
  const sessionDeps = {
    clock,
    policy: new AddressPolicy({
      clock,
      resolve: deps.resolve ?? systemResolve,
      allowLoopback: config.allowLoopbackCameras,
    }),
    readBuffer: createReadBuffer(),
    verifyCertificate: config.verifyCameraCertificates,
  };
  const fleet = new CameraFleet(
    {
      ...sessionDeps,
      logger,
      random: deps.random ?? Math.random,
      publisher: hub,
      ...opening,
      limits: {
        noFramesMs: config.noFramesSeconds * 1000,
        reconnectMs: config.healthCheckSeconds * 1000,
      },
      onStatus: (status) => reportStatus(bus, logger, status),
    },
    (camera, stream) => {
      hub.end(camera, stream);
      ingestMetrics.forget(camera, stream);
    },
  );
  const ingestMetrics = new IngestMetrics(metrics, fleet, hub);
  const roster = new CameraRoster({
    directory: deps.directory ?? createCameraDirectory(config.apiUrl, secrets.internalToken),
    bus,
    clock,
    logger,
    path: join(deps.folder, 'cameras.json'),
    handler: fleet,
    seal: (camera) => sealAssignment(camera, secrets.masterKey),
  });
  const tester = new CameraTester(sessionDeps);
  const finder = new StreamFinder(sessionDeps, tester);
  const moderation = new ReadModeration({
    clock,
    frames: () => hub.publishedFrames,
    isWatched: () => hub.promptSubscribers > 0,
  });
  let server: HttpServer | undefined;
  let address: ListeningAddress | undefined;
  let frameServer: FrameServer | undefined;

  const health = (): HealthReport =>
    healthOf({
      frames:
        frameServer === undefined
          ? { status: 'failing', message: 'Frames are not served.' }
          : { status: 'ok' },
      cameras: fleet.health(),
      list: rosterHealth(roster),
    });

  return {
    name: 'ingest',
    hub,
    health,
    get address() {
      return address;
    },
    get framesAddress() {
      return frameServer?.address;
    },

    async start() {
      server = await createHttpServer({ service: 'ingest', logger, metrics, health });
      const routes = ingestRpc({ fleet, roster, tester, finder });
      await registerRpc(server, routes, secrets.internalToken, logger);
      const { host, port } = config;
      address = await listen(server, { host, port, key: 'ingest.port' });
      const token = 'port' in deps.frames ? { token: secrets.internalToken } : {};
      frameServer = await serveFrames(hub, { address: deps.frames, clock, logger, ...token });
      await roster.start();
      moderation.start();
      logger.info({ url: address.url, cameras: fleet.workers.size }, 'Ingest is ready.');
    },

    async stop() {
      moderation.stop();
      finder.stop();
      tester.stop();
      await roster.stop();
      await fleet.stop();
      const [frames, http] = [frameServer, server];
      frameServer = undefined;
      server = undefined;
      await frames?.close();
      await http?.close();
    },
  };
}

/** An event is a wake-up call: the state itself is asked for by ListCameraStatuses. */
function reportStatus(bus: Bus, logger: Logger, status: CameraStatus): void {
  try {
    bus.publish('camera.state', status);
  } catch (error) {
    logger.debug({ camera: status.camera, error: messageOf(error) }, 'The bus is unavailable.');
  }
}

function rosterHealth(roster: CameraRoster): HealthCheck {
  const { failure, fileFailure } = roster;
  if (failure !== undefined) {
    const known = `The last known list of ${roster.cameras.size} cameras is used.`;
    return { status: 'degraded', message: `${failure} ${known}` };
  }
  if (fileFailure !== undefined) return { status: 'degraded', message: fileFailure };
  return { status: 'ok', message: `${roster.cameras.size} cameras.` };
}
