import { isIP } from 'node:net';
import { messageOf } from '@vms/common/errors.ts';
import type { HealthReport } from '@vms/common/lifecycle.ts';
import { VERSION } from '@vms/common/version.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from './exposure.ts';
import { HttpError } from './http-error.ts';
import type { HttpServer } from './http-server.ts';

export interface ObservationOptions {
  readonly service: string;
  readonly metrics: Metrics;
  readonly health: () => HealthReport;
  readonly mayObserve?: (request: FastifyRequest) => boolean | Promise<boolean>;
}

/**
 * Keeps a page whose name suddenly leads to this machine (DNS rebinding) from reading a service that
 * only this machine reaches: a program asks it by its address, or by localhost.
 * @throws HttpError `http.host-not-allowed`
 */
async function refuseRebound({ headers, socket }: FastifyRequest): Promise<void> {
  const { host } = headers;
  if (host === undefined || !isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''))
    return;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return;
  throw new HttpError('http.host-not-allowed', {
    happened: 'The host name of the request is not a name of this service.',
    remedy: 'Use its IP address or localhost.',
  });
}

/** `GET /health` and `GET /metrics`; who may not observe gets the status alone. */
export function addHealthAndMetrics(server: HttpServer, options: ObservationOptions): void {
  const startedAt = performance.now();
  const { mayObserve = () => true } = options;
  // A server that decides who may observe checks its names itself.
  const onRequest = options.mayObserve === undefined ? [refuseRebound] : [];
  server.get(
    '/health',
    { config: { action: 'health.read' }, schema: { hide: true } as object, onRequest },
    async (request, reply) => {
      const report = healthSafely(options.health);
      void reply.code(report.status === 'failing' ? 503 : 200).header('cache-control', 'no-store');
      if (!(await mayObserve(request))) return { status: report.status };
      return {
        status: report.status,
        service: options.service,
        version: VERSION,
        uptimeSeconds: Math.round((performance.now() - startedAt) / 1000),
        checks: report.checks,
      };
    },
  );
  server.get(
    '/metrics',
    { config: { action: 'metrics.read' }, schema: { hide: true } as object, onRequest },
    async (request, reply) => {
      if (!(await mayObserve(request))) {
        throw new HttpError('auth.not-signed-in', {
          happened: 'Metrics require an administrator or the scrape token.',
          remedy:
            'Send the token of gateway.scrapeTokenFile or an API token in the header “Authorization: Bearer …”, or send the request from this machine.',
        });
      }
      void reply.header('content-type', options.metrics.contentType);
      void reply.header('cache-control', 'no-store');
      return options.metrics.text();
    },
  );
}

function healthSafely(health: () => HealthReport): HealthReport {
  try {
    return health();
  } catch (error) {
    return {
      status: 'failing',
      checks: { health: { status: 'failing', message: messageOf(error) } },
    };
  }
}
