import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { invalidRequest } from '@vms/http/problem.ts';
import { resetConnection } from '@vms/http/reset-connection.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Agent, type Dispatcher } from 'undici';
import { prefixHeaders } from '../path-prefix.ts';
import type { CallerTurns } from './caller-turns.ts';
import { requestHeaders, responseHeaders } from './proxy-headers.ts';
import type { Upgrades } from './upgrade.ts';
import type { Answer, UpstreamCall } from './upstream-call.ts';
import { createUpstreamConnector } from './upstream-connector.ts';
import { isConnectionLost, RESPONSE_TIMEOUT_MS, upstreamError } from './upstream-error.ts';

/** Milliseconds for which no byte of an answer under way may come before it is given up. */
export const IDLE_TIMEOUT_MS = 120_000;
/**
 * Connections to one address of a service at a time. More than callers can have open here, so that
 * nobody waits for a connection that somebody else holds.
 */
export const MAX_UPSTREAM_CONNECTIONS = 4_096;
/** Milliseconds after which a connection that nobody uses is closed: before the service does so. */
const KEEP_ALIVE_MS = 30_000;
/** Bytes of a request's body: all of it is here before the service hears of the request. */
export const MAX_PROXIED_BODY_BYTES = 128 * 1024;
/**
 * Bytes of an answer that are taken ahead of a slow reader, so that a service is done with most
 * answers at once.
 */
export const READ_AHEAD_BYTES = 256 * 1024;

/** Bytes of an answer that is sent at once, and not as a stream. */
const SMALL_ANSWER_BYTES = 64 * 1024;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof METHODS)[number];
/**
 * Without content (RFC 9110 §9.3: it has no meaning there, and is dropped), and so asked again
 * without harm where a kept connection turns out to be closed.
 */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Would lead elsewhere where a service takes them literally (RFC 3986 §5.2.4); no browser sends them. */
const DOT_SEGMENT = /^[^?#]*\/(?:\.|%2e){1,2}(?:[/?#]|$)/i;

export interface ProxyOptions {
  /** `/api`: everything below it goes to the service, path unchanged. */
  readonly prefix: string;
  /** Which instance of the service gets a request: `http://127.0.0.1:9095`. */
  readonly upstreamFor: (request: FastifyRequest) => string;
  /** What a person calls the service. */
  readonly name: string;
  /** Passes WebSockets on too. Default: their `Upgrade` is ignored. */
  readonly upgrades?: Upgrades;
  /** What browsers have before every path: empty, or `/vms`. */
  readonly pathPrefix: string;
  /** Whose turn it is at this service. */
  readonly turns: CallerTurns;
}

/** Connections to the services behind, of any address that a request is sent to. */
export function createUpstreamAgent(): Agent {
  return new Agent({
    connections: MAX_UPSTREAM_CONNECTIONS,
    // One request at a time: what one request leaves behind can never be read as another.
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: RESPONSE_TIMEOUT_MS,
    bodyTimeout: IDLE_TIMEOUT_MS,
    connect: createUpstreamConnector(),
  });
}

/**
 * Passes requests on to a service and its answers back. The whole of a request is here before a
 * connection is taken for it, and how long it is, is said by undici; its answer is a stream: whoever
 * is slow is waited for, and when one side goes away the other is ended.
 */
export async function registerProxy(
  server: HttpServer,
  agent: Dispatcher,
  options: ProxyOptions,
): Promise<void> {
  const { prefix, name, upgrades, pathPrefix, turns, upstreamFor } = options;
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_PROXIED_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.route({
      method: [...METHODS],
      url: `${prefix}/*`,
      bodyLimit: MAX_PROXIED_BODY_BYTES,
      schema: { hide: true } as object,
      handler: async (request, reply) => {
        const { url: path = '/' } = request.raw;
        if (DOT_SEGMENT.test(path)) {
          throw invalidRequest([{ path: 'path', message: 'has dot segments' }]);
        }
        const origin = upstreamFor(request);
        const headers = requestHeaders(request, pathPrefix);
        const call: UpstreamCall = { agent, name, origin, path, headers };
        const caller = new Caller(reply);
        // Until the answer begins: its body costs the service little, and only the caller's own bandwidth.
        const answer = await turns.run(request.ip, caller, async () => {
          if (caller.hasLeft) throw new Error('The caller left.');
          return upgrades?.asksForUpgrade(request)
            ? upgrades.pass(request, reply, call)
            : forward(request, caller, call);
        });
        if (answer === undefined) return reply;
        void reply.code(answer.statusCode);
        const answered = prefixHeaders(responseHeaders(answer.headers), pathPrefix);
        for (const [header, value] of Object.entries(answered)) {
          if (value !== undefined) void reply.header(header, value);
        }
        if (answer.body instanceof Readable) resetWhereCutOff(answer.body, reply);
        return reply.send(answer.body);
      },
    });
  });
}

/** A service that cuts its answer off, such as one that was revoked, has nothing more of it delivered. */
function resetWhereCutOff(body: Readable, { raw, request }: FastifyReply): void {
  body.once('error', () => {
    if (raw.headersSent) resetConnection(request.raw.socket);
  });
}

/**
 * Emits `abort` when whoever asked goes away before the answer is complete. Not an AbortController, whose
 * reason, an error with a stack, is made for every request.
 */
class Caller extends EventEmitter {
  hasLeft: boolean;

  constructor({ raw, request }: FastifyReply) {
    super();
    // Whoever left before now is not reported any more.
    this.hasLeft = raw.closed || request.raw.socket.destroyed;
    raw.once('close', () => {
      this.hasLeft = !raw.writableFinished;
      if (this.hasLeft) this.emit('abort');
    });
  }
}

/** Resolves with the head of the answer. @throws HttpError as `upstreamError` makes it */
async function forward(
  request: FastifyRequest,
  caller: Caller,
  call: UpstreamCall,
): Promise<Answer> {
  const { name } = call;
  const attempt = (): Promise<Answer> => ask(request, call, caller);
  try {
    return await attempt();
  } catch (error) {
    // The service closed a kept connection just as we used it.
    const isStale = isConnectionLost(error) && SAFE_METHODS.has(request.method);
    if (!isStale || caller.hasLeft) throw upstreamError(error, name);
  }
  try {
    return await attempt();
  } catch (error) {
    throw upstreamError(error, name);
  }
}

async function ask(
  request: FastifyRequest,
  { agent, origin, path, headers }: UpstreamCall,
  signal: EventEmitter,
): Promise<Answer> {
  const body = SAFE_METHODS.has(request.method) ? null : (request.body as Buffer | undefined);
  const answer = await agent.request({
    origin,
    path,
    method: request.method as Method,
    headers,
    body: body ?? null,
    signal,
    highWaterMark: READ_AHEAD_BYTES,
  });
  const { statusCode, headers: answered } = answer;
  const isSmall = Number(answered['content-length'] ?? Number.NaN) <= SMALL_ANSWER_BYTES;
  if (!isSmall || request.method === 'HEAD') return answer;
  return { statusCode, headers: answered, body: Buffer.from(await answer.body.arrayBuffer()) };
}
