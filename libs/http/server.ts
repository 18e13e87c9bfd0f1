import type { IncomingMessage } from 'node:http';
import { newId } from '@vms/common/ids.ts';
import type { HealthReport } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import Fastify, {
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { type Access, enforceAccess } from './access.ts';
import { refuseUnparsed } from './client-error.ts';
import type { HttpServer } from './http-server.ts';
import { addHealthAndMetrics } from './observation.ts';
import { notFound, PROBLEM_CONTENT_TYPE, toProblem } from './problem.ts';
import { boundRequestBodies } from './request-body.ts';
import { type TlsMaterial, tlsServerFactory } from './tls.ts';

export type { HttpServer } from './http-server.ts';

/** Bytes of a request's body where a service asks for no other bound. */
export const DEFAULT_BODY_LIMIT_BYTES = 256 * 1024;
/** Milliseconds that a client has to send a whole request. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Milliseconds that a client has to send the head of a request. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** Milliseconds between two looks for requests that are late. */
const LATE_CHECK_MS = 1_000;
/** Milliseconds after which an idle connection is closed. */
export const KEEP_ALIVE_MS = 65_000;
/** Milliseconds that requests under way have when the server closes. */
export const CLOSE_GRACE_MS = 5_000;
/** Characters of the longest path parameter: a media token fits. */
export const MAX_PARAMETER_CHARACTERS = 2048;
/** Status in metrics of a request whose caller left before the answer, as nginx counts it. */
export const CALLER_LEFT_STATUS = 499;

/** For answers that are no pages: nothing may be loaded, nobody may frame them. */
const STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;

export interface HttpServerOptions {
  readonly service: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Asked at every `GET /health`; must answer at once. */
  readonly health: () => HealthReport;
  /** Puts authorize() in front of every route; without it there is none (see access.ts). */
  readonly access?: Access;
  /** Whose `X-Forwarded-For` is believed. Default: nobody's. */
  readonly trustProxy?: FastifyServerOptions['trustProxy'];
  /** Serves https. Default: http. */
  readonly tls?: TlsMaterial;
  /** Changes path and query of a request before it is routed. */
  readonly rewriteUrl?: (url: string) => string;
  /** Default {@link DEFAULT_BODY_LIMIT_BYTES}. */
  readonly bodyLimitBytes?: number;
  /** Milliseconds that a client has to send a whole request. Default {@link REQUEST_TIMEOUT_MS}. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds for which a connection may stand still in the middle of an answer. Default: none. */
  readonly idleTimeoutMs?: number;
  /** Whether a request with `Upgrade` is for `upgrade` listeners. Default: no, it is as any other. */
  readonly isUpgrade?: (request: IncomingMessage) => boolean;
  /** Who may read metrics and the details of health. Default: everybody who reaches this server. */
  readonly mayObserve?: (request: FastifyRequest) => boolean | Promise<boolean>;
}

/**
 * An HTTP server with what every service has: `GET /health` (200 for ok and degraded, 503 for
 * failing), `GET /metrics` (Prometheus), bounds of content and time for every request, problem details
 * (RFC 9457) for every error, a request id in every answer and log line, and headers that keep answers
 * from being taken for pages.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { logger, metrics, rewriteUrl } = options;
  const timeouts = {
    requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const http = {
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, timeouts.requestTimeout),
    connectionsCheckingInterval: LATE_CHECK_MS,
    ...(options.isUpgrade !== undefined && { shouldUpgradeCallback: options.isUpgrade }),
  };
  const serverOptions = { ...http, ...timeouts };
  const server: HttpServer = Fastify({
    ...(options.tls === undefined
      ? { http }
      : { serverFactory: tlsServerFactory(options.tls, serverOptions) }),
    logger: false,
    trustProxy: options.trustProxy ?? false,
    bodyLimit: options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES,
    ...timeouts,
    clientErrorHandler: refuseUnparsed,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
    genReqId: requestId,
    rewriteUrl: ({ url = '/' }) => rewriteUrl?.(url) ?? url,
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply as FastifyReply, logger);
    },
  }).withTypeProvider<ZodTypeProvider>();
  if (options.idleTimeoutMs !== undefined) server.server.setTimeout(options.idleTimeoutMs);
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, logger));
  server.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply, logger));
  allowDeleteWithoutContent(server);
  addHeaders(server);
  observe(server, logger, metrics);
  closeInTime(server);
  boundRequestBodies(server);
  if (options.access !== undefined) enforceAccess(server, options.access);
  addHealthAndMetrics(server, options);
  return server;
}

/**
 * Many a client sends `Content-Type: application/json` with every call, a DELETE without content too. That
 * is no fault: without content there is no type to look at (RFC 9110 §8.3).
 */
function allowDeleteWithoutContent(server: HttpServer): void {
  server.addHook('onRequest', async ({ method, headers }) => {
    const isEmpty = Number(headers['content-length'] ?? 0) === 0;
    if (method !== 'DELETE' || !isEmpty || headers['transfer-encoding'] !== undefined) return;
    delete headers['content-type'];
  });
}

function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId('req');
}

function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): void {
  if (hasLeft(request)) {
    // Nobody waits for an answer, and nobody is to blame.
    void reply.send('');
    return;
  }
  const problem = toProblem(error, request.id);
  if (problem.status >= 500) {
    const method = request.method;
    const route = request.routeOptions?.url;
    logger.error({ requestId: request.id, method, route, error }, 'A request failed.');
  }
  if (problem.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(problem.retryAfterSeconds));
  }
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="vms"');
  void reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_CONTENT_TYPE)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem);
}

function hasLeft({ raw }: FastifyRequest): boolean {
  return raw.aborted || raw.socket.destroyed;
}

function addHeaders(server: HttpServer): void {
  server.addHook('onSend', async (request, reply, payload) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('referrer-policy')) void reply.header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('content-security-policy')) {
      void reply.header('content-security-policy', STRICT_POLICY);
    }
    return payload;
  });
}

function observe(server: HttpServer, logger: Logger, metrics: Metrics): void {
  const seconds = metrics.histogram('vms_http_request_seconds', 'Time to answer a request.', [
    'method',
    'route',
    'status',
  ]);
  const tell = (request: FastifyRequest, reply: FastifyReply, status: number): void => {
    const { method } = request;
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    seconds.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
    const ms = Math.round(reply.elapsedTime);
    logger.debug({ requestId: request.id, method, route, status, ms }, 'Answered a request.');
  };
  server.addHook('onRequest', async (request, reply) => {
    const { raw } = reply;
    if (request.headers.upgrade !== undefined) return;
    raw.once('close', () => {
      if (!raw.headersSent) tell(request, reply, CALLER_LEFT_STATUS);
    });
  });
  server.addHook('onResponse', async (request, reply) => {
    tell(request, reply, reply.statusCode);
  });
}

/** Idle connections close at once; requests under way have their time, and no more. */
function closeInTime(server: HttpServer): void {
  let timer: NodeJS.Timeout | undefined;
  server.addHook('preClose', async () => {
    timer = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS);
    timer.unref();
  });
  server.addHook('onClose', async () => clearTimeout(timer));
}
