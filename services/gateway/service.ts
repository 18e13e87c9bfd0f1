import type { Server } from 'node:http';
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
import { renewTls } from '@vms/http/tls.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import { originForm } from './callers/check-host.ts';
import { type CertificateInUse, guardCallers } from './callers/guard-callers.ts';
import { createObserverCheck } from './callers/observers.ts';
import type { GatewayConfig } from './config.ts';
import { withoutPrefix } from './path-prefix.ts';
import { CallerTurns } from './proxy/caller-turns.ts';
import { createUpstreamAgent, IDLE_TIMEOUT_MS, registerProxy } from './proxy/proxy.ts';
import { asksForWebSocket, Upgrades } from './proxy/upgrade.ts';
import { CertificateKeeper } from './tls/certificate-keeper.ts';
import { redirectToHttps } from './tls/redirect.ts';
import { UpstreamProbe } from './upstream-probe.ts';
import { registerWebClient } from './web-client.ts';

export interface GatewayDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Folder of the certificate that is made here, where `tls` asks for one. Rights 0700. */
  readonly tlsFolder: string;
  /** Folder of the built web client. */
  readonly webRoot: string;
  /** Base addresses of the services behind, such as `http://127.0.0.1:9095`. */
  readonly upstreams: Readonly<Record<'api' | 'storage' | 'ingest' | 'stream', string>>;
}

/** What the gateway passes on, and to which service. */
const ROUTES = [
  { prefix: '/api', name: 'api', upgrades: false },
  { prefix: '/media', name: 'storage', upgrades: false },
  { prefix: '/whep', name: 'stream', upgrades: false },
  { prefix: '/live', name: 'stream', upgrades: true },
] as const;

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
  const certificates =
    config.tls === 'none'
      ? undefined
      : new CertificateKeeper({ setting: config.tls, folder: deps.tlsFolder, clock, logger });
  let server: HttpServer | undefined;
  let redirection: Server | undefined;
  let address: ListeningAddress | undefined;

  const health = (): HealthReport =>
    healthOf({
      ...Object.fromEntries(
        probes.map(([name, probe]): [string, HealthCheck] => [name, probe.last]),
      ),
      ...certificates?.checks(),
    });

  return {
    name: 'gateway',
    get address() {
      return address;
    },

    async start() {
      const { host, port, allowInsecureRemote, pathPrefix } = config;
      const certificate = await certificates?.open();
      if (certificate === undefined) {
        checkExposure({ host, allowInsecureRemote, key: 'gateway', logger });
      }
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
      const agent = createUpstreamAgent();
      const { scrapeToken } = config;
      // One for each service, whatever it is asked by.
      const turns = {
        api: new CallerTurns(clock),
        storage: new CallerTurns(clock),
        stream: new CallerTurns(clock),
      };
      server = await createHttpServer({
        service: 'gateway',
        logger,
        metrics,
        health,
        trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
        ...(certificate !== undefined && { tls: certificate }),
        rewriteUrl: (url) => withoutPrefix(originForm(url), pathPrefix),
        idleTimeoutMs: IDLE_TIMEOUT_MS,
        isUpgrade: asksForWebSocket,
        mayObserve: createObserverCheck({
          scrapeToken,
          agent,
          api: upstreams.api,
          turns: turns.api,
        }),
      });
      if (certificates !== undefined) addStrictTransport(server, certificates);
      server.addHook('onClose', () => agent.destroy());
      const inUse: CertificateInUse = { current: certificate };
      const isAllowed = guardCallers(server, config, metrics, inUse);
      const upgrades = new Upgrades(server);
      metrics.gauge('vms_gateway_upgraded_connections', 'WebSockets open.', [], (gauge) => {
        gauge.set(upgrades.size);
      });
      metrics.gauge(
        'vms_gateway_waiting_requests',
        'Requests that wait until fewer of their caller are under way at a service.',
        ['upstream'],
        (gauge) => {
          for (const [upstream, { waiting }] of Object.entries(turns))
            gauge.set({ upstream }, waiting);
        },
      );
      for (const { prefix, name, ...rest } of ROUTES) {
        await registerProxy(server, agent, {
          prefix,
          name,
          pathPrefix,
          turns: turns[name],
          // The one instance of each service; which of several it is, is decided here.
          upstreamFor: () => upstreams[name],
          ...(rest.upgrades && { upgrades }),
        });
      }
      await registerWebClient(server, deps.webRoot, pathPrefix);
      address = await listen(server, { host, port, key: 'gateway.port' });
      const { port: httpsPort } = address;
      const { httpRedirectPort } = config;
      if (certificates !== undefined && httpRedirectPort !== undefined) {
        redirection = await redirectToHttps({
          host,
          port: httpRedirectPort,
          httpsPort,
          isAllowed,
        });
      }
      const open = server;
      certificates?.watch((renewed) => {
        inUse.current = renewed;
        renewTls(open, renewed);
      });
      for (const [, probe] of probes) probe.start();
      logger.info({ url: address.url }, 'The gateway listens.');
    },

    async stop() {
      const open = server;
      certificates?.stop();
      redirection?.close();
      redirection?.closeAllConnections();
      redirection = undefined;
      server = undefined;
      address = undefined;
      await open?.close();
      await Promise.all(probes.map(([, probe]) => probe.stop()));
    },

    health,
  };
}

/** A year (RFC 6797): never with a certificate made here, whose warning nobody could pass any more. */
const STRICT_TRANSPORT = 'max-age=31536000';

function addStrictTransport(server: HttpServer, certificates: CertificateKeeper): void {
  server.addHook('onSend', async (_request, reply, payload) => {
    if (certificates.isTrusted) void reply.header('strict-transport-security', STRICT_TRANSPORT);
    return payload;
  });
}
