import { messageOf } from '@vms/common/errors.ts';
import type { HealthReport } from '@vms/common/lifecycle.ts';
import { VERSION } from '@vms/common/version.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';
import type { HttpServer } from './http-server.ts';

export interface ObservationOptions {
  readonly service: string;
  readonly metrics: Metrics;
  readonly health: () => HealthReport;
  readonly mayObserve?: (request: FastifyRequest) => boolean | Promise<boolean>;
}

/** `GET /health` and `GET /metrics`; who may not observe gets the status alone. */
export function addHealthAndMetrics(server: HttpServer, options: ObservationOptions): void {
  const startedAt = performance.now();
  const { mayObserve = () => true } = options;
  server.get(
    '/health',
    { config: { action: 'health.read' }, schema: { hide: true } as object },
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
    { config: { action: 'metrics.read' }, schema: { hide: true } as object },
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
