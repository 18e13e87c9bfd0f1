import type { Clock } from '@vms/common/clock.ts';
import {
  type HealthCheck,
  type HealthReport,
  healthOf,
  type Service,
} from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import { checkExposure } from '@vms/http/exposure.ts';
import { type ListeningAddress, listen } from '@vms/http/listen.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { GatewayConfig } from './config.ts';
import { withoutPrefix } from './path-prefix.ts';
import { registerProxy } from './proxy.ts';
import { Upgrades } from './upgrade.ts';
import { UpstreamProbe } from './upstream-probe.ts';
import { registerWebClient } from './web-client.ts';

export interface GatewayDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Folder of the built web client. */
  readonly webRoot: string;
  /** Base addresses of the services behind, such as `http://127.0.0.1:9095`. */
  readonly upstreams: Readonly<Record<'api' | 'storage' | 'ingest' | 'stream', string>>;
}

export interface GatewayService extends Service {
  /** Where the page is, once started. */
  readonly address: ListeningAddress | undefined;
}

/** The front door: page, API, playback and live views on one port. Keeps nothing. */
export function createGateway(config: GatewayConfig, deps: GatewayDeps): GatewayService {
  const { clock, logger, metrics, upstreams } = deps;
  const probes = Object.entries(upstreams).map(
    ([name, url]) => [name, new UpstreamProbe(url, clock)] as const,
  );
  let server: HttpServer | undefined;
  let address: ListeningAddress | undefined;

  const health = (): HealthReport =>
    healthOf(
      Object.fromEntries(probes.map(([name, probe]): [string, HealthCheck] => [name, probe.last])),
    );

  return {
    name: 'gateway',
    get address() {
      return address;
    },

    async start() {
      const { host, port, allowInsecureRemote, pathPrefix } = config;
      checkExposure({ host, allowInsecureRemote, key: 'gateway', logger });
      metrics.gauge(
        'vms_gateway_upstream_up',
        'Whether a service behind answers (1) or fails (0).',
        ['upstream'],
        (gauge) => {
          for (const [upstream, probe] of probes) {
            gauge.set({ upstream }, probe.last.status === 'failing' ? 0 : 1);
          }
        },
      );
      server = await createHttpServer({
        service: 'gateway',
        logger,
        metrics,
        health,
        trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
        rewriteUrl: (url) => withoutPrefix(url, pathPrefix),
      });
      const { api, storage, stream } = upstreams;
      await registerProxy(server, { prefix: '/api', upstream: api, name: 'api', pathPrefix });
      const media = { upstream: storage, name: 'storage', pathPrefix };
      await registerProxy(server, { prefix: '/media', ...media });
      const upgrades = new Upgrades(server);
      metrics.gauge('vms_gateway_upgraded_connections', 'WebSockets open.', [], (gauge) => {
        gauge.set(upgrades.size);
      });
      const live = { upstream: stream, name: 'stream', pathPrefix };
      await registerProxy(server, { prefix: '/whep', ...live });
      await registerProxy(server, { prefix: '/live', ...live, upgrades });
      await registerWebClient(server, deps.webRoot, pathPrefix);
      address = await listen(server, { host, port, key: 'gateway.port' });
      for (const [, probe] of probes) probe.start();
      logger.info({ url: address.url }, 'The gateway listens.');
    },

    async stop() {
      const open = server;
      server = undefined;
      address = undefined;
      await open?.close();
      await Promise.all(probes.map(([, probe]) => probe.stop()));
    },

    health,
  };
}
