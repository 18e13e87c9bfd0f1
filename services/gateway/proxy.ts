import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { messageOf } from '@vms/common/errors.ts';
import { HttpError } from '@vms/http/http-error.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefixHeaders } from './path-prefix.ts';
import { requestHeaders, responseHeaders } from './proxy-headers.ts';
import type { Upgrades } from './upgrade.ts';

/** Milliseconds that a service has to begin its answer. */
export const RESPONSE_TIMEOUT_MS = 30_000;
/** Milliseconds for which no byte may move, on either side, before an answer under way is given up. */
export const IDLE_TIMEOUT_MS = 120_000;
/** Connections to one service at a time; requests beyond wait for one of them. */
export const MAX_UPSTREAM_CONNECTIONS = 256;
/** Milliseconds after which a connection that nobody uses is closed: before the service does so. */
const KEEP_ALIVE_MS = 30_000;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** Sent again without harm where a kept connection turns out to be closed. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface ProxyOptions {
  /** `/api`: everything below it goes to the service, path unchanged. */
  readonly prefix: string;
  /** `http://127.0.0.1:9095` */
  readonly upstream: string;
  /** What a person calls the service. */
  readonly name: string;
  /** Passes WebSockets on too. Default: their `Upgrade` is ignored. */
  readonly upgrades?: Upgrades;
  /** What browsers have before every path: empty, or `/vms`. */
  readonly pathPrefix: string;
}

/**
 * Passes requests on to a service and its answers back, as streams: whoever is slow is waited for,
 * and when one side goes away the other is ended.
 */
export async function registerProxy(server: HttpServer, options: ProxyOptions): Promise<void> {
  const agent = new Agent({
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE_MS,
    maxSockets: MAX_UPSTREAM_CONNECTIONS,
    timeout: KEEP_ALIVE_MS,
  });
  const upstream = new URL(options.upstream);
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body is passed on unread.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.addHook('onClose', async () => agent.destroy());
    scope.route({
      method: [...METHODS],
      url: `${options.prefix}/*`,
      schema: { hide: true } as object,
      handler: async (request, reply) => {
        const { name, pathPrefix, upgrades } = options;
        const answer = upgrades?.asksForUpgrade(request)
          ? await upgrades.pass(request, reply, {
              upstream,
              pathPrefix,
              unreachable: (cause) => unreachable(name, cause),
            })
          : await forward(request, reply, { upstream, agent, name, pathPrefix });
        if (answer === undefined) return reply;
        void reply.code(answer.statusCode ?? 502);
        const headers = prefixHeaders(responseHeaders(answer.headers), pathPrefix);
        for (const [name, value] of Object.entries(headers)) {
          if (value !== undefined) void reply.header(name, value);
        }
        return reply.send(answer);
      },
    });
  });
}

interface Target {
  readonly upstream: URL;
  readonly agent: Agent;
  readonly name: string;
  readonly pathPrefix: string;
}

/** Resolves with the head of the answer; its body is still to come. */
async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): Promise<IncomingMessage> {
  const { name } = target;
  const attempt = (): Promise<IncomingMessage> => once(request, reply, target);
  try {
    return await attempt();
  } catch (error) {
    // The service closed a kept connection just as we used it: nothing was asked yet.
    if (error instanceof StaleConnectionError && WITHOUT_BODY.has(request.method)) return attempt();
    throw error instanceof StaleConnectionError ? unreachable(name, error.cause) : error;
  }
}

class StaleConnectionError extends Error {}

function once(
  { raw, ip, protocol, host, id }: FastifyRequest,
  reply: FastifyReply,
  { upstream, agent, name, pathPrefix }: Target,
): Promise<IncomingMessage> {
  const caller = { address: ip, protocol, host, requestId: id, pathPrefix };
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = httpRequest({
      agent,
      host: upstream.hostname,
      port: upstream.port,
      method: raw.method,
      path: raw.url,
      headers: requestHeaders(raw.headers, caller),
    });
    const giveUp = (): void => {
      asked.destroy();
    };
    reply.raw.once('close', giveUp);
    let isLate = false;
    asked.setTimeout(RESPONSE_TIMEOUT_MS, () => {
      isLate = true;
      asked.destroy();
    });
    asked.once('response', (answer) => {
      asked.setTimeout(IDLE_TIMEOUT_MS, giveUp);
      resolve(answer);
    });
    asked.on('error', (error) => {
      if (isLate) reject(late(name));
      else if (asked.reusedSocket) reject(new StaleConnectionError(name, { cause: error }));
      else reject(unreachable(name, error));
    });
    if (WITHOUT_BODY.has(raw.method ?? 'GET')) asked.end();
    else raw.pipe(asked);
  });
}

function unreachable(name: string, cause: unknown): HttpError {
  return new HttpError(
    'rpc.unreachable',
    {
      happened: `The service ${name} does not answer: ${messageOf(cause)}.`,
      remedy: 'It is started again by itself; try again in a few seconds.',
    },
    { cause, retryAfterSeconds: 2 },
  );
}

function late(name: string): HttpError {
  return new HttpError('rpc.timeout', {
    happened: `The service ${name} did not answer within ${RESPONSE_TIMEOUT_MS / 1000} s.`,
    remedy: 'Try again. If it stays, look at /health.',
  });
}
