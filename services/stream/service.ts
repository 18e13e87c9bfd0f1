import { join } from 'node:path';
import { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Secrets } from '@vms/auth/secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import type { Clock, Timer } from '@vms/common/clock.ts';
import { type HealthReport, healthOf, type Service } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import { checkExposure } from '@vms/http/exposure.ts';
import { type ListeningAddress, listen } from '@vms/http/listen.ts';
import { ProofLimiter } from '@vms/http/proof-limiter.ts';
import { readRevocationsOf } from '@vms/http/revocation-client.ts';
import { registerRpc } from '@vms/http/rpc.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { connectFrames } from '@vms/medialink/frame-client.ts';
import type { LinkAddress } from '@vms/medialink/frame-server.ts';
import type { FrameSource } from '@vms/medialink/frame-source.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import { LINK_QUEUE_BYTES, SWEEP_MS } from './bounds.ts';
import { CameraFeeds } from './camera-feeds.ts';
import { cameraIdsOf, createCameraList, type ListCameraIds } from './camera-list.ts';
import type { StreamConfig } from './config.ts';
import { mseRoutes } from './mse/mse-routes.ts';
import { MseViewers } from './mse/mse-viewers.ts';
import { LiveSessions } from './sessions/live-sessions.ts';
import { Openings } from './sessions/openings.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import { sessionRoutes } from './sessions/session-routes.ts';
import { streamRpc } from './sessions/stream-rpc.ts';
import { Snapshots } from './snapshot/snapshots.ts';
import { StreamMetrics } from './stream-metrics.ts';
import { holdUdpPort, type UdpPort } from './webrtc/udp-port.ts';
import { WebrtcViewers } from './webrtc/webrtc-viewers.ts';
import { whepRoutes } from './webrtc/whep-routes.ts';

export interface StreamDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly secrets: Pick<Secrets, 'mediaKey' | 'internalToken'>;
  /** Where ingest serves its frames: the media link. */
  readonly frames: LinkAddress;
  /** Where the last known revocations are kept. Default: they are not. */
  readonly folder?: string;
  /** Default: RevocationService at `apiUrl`. */
  readonly readRevocations?: ReadRevocations;
  /** Default: CameraDirectoryService at `apiUrl`. */
  readonly cameraIds?: ListCameraIds;
  /** Default: connects to `frames`. */
  readonly source?: FrameSource;
}

type ReadRevocations = ReturnType<typeof readRevocationsOf>;

/** File of the last known revocations in `folder`. */
const REVOCATIONS_FILE = 'revocations.json';

export interface StreamServiceInstance extends Service {
  /** Takes the keys over that are marked as live; all others need a restart. */
  reconfigure(config: StreamConfig): void;
  /** Where signalling, MSE, calls, health and metrics are, once started. */
  readonly address: ListeningAddress | undefined;
}

/** Shows the cameras live, by WebRTC and by MSE. */
export function createStream(config: StreamConfig, deps: StreamDeps): StreamServiceInstance {
  const { clock, logger, secrets } = deps;
  let { allowedOrigins } = config;
  let linkUp = deps.source !== undefined;
  let address: ListeningAddress | undefined;
  let opened: { udpPort: UdpPort; server: HttpServer; parts: Parts; sweep: Timer } | undefined;

  const health = (): HealthReport => {
    const parts = opened?.parts;
    if (parts === undefined)
      return healthOf({ live: { status: 'failing', message: 'Not started.' } });
    const failure = parts.cameras.failure ?? revocationFailure(parts);
    return healthOf({
      frames: linkUp
        ? { status: 'ok' }
        : { status: 'degraded', message: 'Ingest gives no frames: the media link is down.' },
      udp: { status: 'ok', message: `UDP port ${config.udpPort}.` },
      sessions: {
        status: parts.sessions.size < config.maxSessions ? 'ok' : 'degraded',
        message: `${parts.sessions.size} of ${config.maxSessions} sessions; ${parts.webrtc.size} viewers by WebRTC, ${parts.mse.size} by MSE; ${parts.feeds.size} streams.`,
      },
      cameras: failure === undefined ? { status: 'ok' } : { status: 'degraded', message: failure },
    });
  };

  return {
    name: 'stream',
    health,
    reconfigure(next) {
      allowedOrigins = next.allowedOrigins;
    },
    get address() {
      return address;
    },

    async start() {
      const { allowInsecureRemote, host, port } = config;
      checkExposure({ host, allowInsecureRemote, key: 'stream', logger });
      const udpPort = await holdUdpPort(config.udpHost, config.udpPort, clock);
      const source =
        deps.source ??
        connectFrames({
          address: deps.frames,
          clock,
          logger,
          queueBytes: LINK_QUEUE_BYTES,
          coalesceMs: 0,
          ...('port' in deps.frames && { token: secrets.internalToken }),
          onLink: (up) => {
            linkUp = up;
          },
        });
      const parts = assemble(config, deps, source);
      const server = await createHttpServer({
        service: 'stream',
        logger,
        metrics: deps.metrics,
        health,
        // The gateway runs on this machine and says who asks it.
        trustProxy: 'loopback',
      });
      parts.revocations.onChange(() => {
        parts.sessions.endRevoked((session) => parts.revocations.isRevoked(session));
      });
      await parts.revocations.start();
      const sweep = clock.every(SWEEP_MS, () => parts.sessions.sweep());
      opened = { udpPort, server, parts, sweep };
      try {
        await addRoutes(server, config, deps, parts, () => allowedOrigins);
        address = await listen(server, { host, port, key: 'stream.port' });
      } catch (error) {
        await this.stop();
        throw error;
      }
      logger.info({ url: address.url, udpPort: config.udpPort }, 'Live views can be opened.');
    },

    async stop() {
      const closing = opened;
      opened = undefined;
      if (closing === undefined) return;
      const { parts, server, sweep, udpPort } = closing;
      sweep.cancel();
      parts.revocations.stop();
      parts.sessions.close();
      parts.mse.close();
      parts.snapshots.close();
      parts.feeds.close();
      parts.source.close();
      await parts.webrtc.close();
      await server.close();
      udpPort.close();
    },
  };
}

type Parts = ReturnType<typeof assemble>;

function assemble(config: StreamConfig, deps: StreamDeps, source: FrameSource) {
  const { clock, logger, secrets } = deps;
  const ids = deps.cameraIds ?? cameraIdsOf(config.apiUrl, secrets.internalToken);
  const cameras = createCameraList(ids, clock, logger);
  const sessions = new SessionRegistry(clock, config.maxSessions);
  const feeds = new CameraFeeds({ source, clock, logger });
  const metrics: StreamMetrics = new StreamMetrics(deps.metrics, {
    get sessions() {
      return sessions.size;
    },
    get feeds() {
      return feeds.size;
    },
    viewers: () => ({ webrtc: webrtc.size, mse: mse.size }),
    openStatistics: () => webrtc.values().map(({ statistics }) => statistics),
  });
  const stunServers = config.iceServers
    .flatMap(({ urls }) => urls)
    .filter((url) => url.startsWith('stun:'));
  const { udpHost, udpPort, announce, iceServers } = config;
  const network = { udpHost, udpPort, announce, stunServers };
  const webrtc: WebrtcViewers = new WebrtcViewers({ clock, logger, metrics, network, sessions });
  const mse: MseViewers = new MseViewers({ clock, metrics, sessions });
  const snapshots = new Snapshots({ feeds, clock, metrics, ffmpeg: config.ffmpeg });
  const revocations = new RevocationFeed({
    read: deps.readRevocations ?? readRevocationsOf(config.apiUrl, secrets.internalToken),
    onWake: (wake) => deps.bus.subscribe('grant.revoked', wake),
    clock,
    logger,
    path: deps.folder === undefined ? undefined : join(deps.folder, REVOCATIONS_FILE),
  });
  const { mediaKey } = secrets;
  const live = new LiveSessions({
    cameras,
    feeds,
    registry: sessions,
    mediaKey,
    iceServers,
    revocations,
  });
  return { source, cameras, sessions, feeds, webrtc, mse, snapshots, live, revocations };
}

function revocationFailure({ revocations: { failure } }: Parts): string | undefined {
  return failure === undefined ? undefined : `What was revoked cannot be read: ${failure}`;
}

async function addRoutes(
  server: HttpServer,
  config: StreamConfig,
  deps: StreamDeps,
  parts: Parts,
  allowedOrigins: () => readonly string[],
): Promise<void> {
  const { clock, logger, secrets } = deps;
  const { cameras, feeds, live, mse, revocations, sessions, snapshots, webrtc } = parts;
  const { internalToken, mediaKey } = secrets;
  const proofs = new ProofLimiter(clock);
  const openings = new Openings(clock);
  const common = { clock, mediaKey, proofs, revocations, sessions, openings, feeds };
  await registerRpc(
    server,
    streamRpc({ cameras, live, registry: sessions, snapshots }),
    internalToken,
    logger,
  );
  sessionRoutes(server, { live, registry: sessions, internalToken });
  const { iceServers } = config;
  await server.register(async (scope) => {
    await whepRoutes(scope, { ...common, viewers: webrtc, iceServers });
  });
  await server.register(async (scope) => {
    await mseRoutes(scope, {
      ...common,
      logger,
      viewers: mse,
      get allowedOrigins() {
        return allowedOrigins();
      },
    });
  });
}
