import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpError } from '@vms/http/http-error.ts';
import { hasContent } from '@vms/http/request-body.ts';
import { resetConnection } from '@vms/http/reset-connection.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import { responseHeaders } from './proxy-headers.ts';
import type { Answer, UpstreamCall } from './upstream-call.ts';
import { upstreamError } from './upstream-error.ts';

/** Upgraded connections (WebSockets) that are passed through at a time. */
export const MAX_UPGRADED_CONNECTIONS = 512;
/** Milliseconds that a service has to accept or refuse an upgrade. */
export const UPGRADE_TIMEOUT_MS = 10_000;
/** Milliseconds for which no byte may move before an upgraded connection is given up. */
export const UPGRADED_IDLE_MS = 120_000;
/** Milliseconds for which no byte may move while an upgrade is asked for, or the answer to one is sent. */
export const REFUSAL_IDLE_MS = 30_000;
/** Milliseconds that a caller has to take the rest and to close its side, once all was sent. */
export const CLOSE_LINGER_MS = 2_000;
/** Bytes of a refusal that are passed on. */
export const MAX_REFUSAL_BYTES = 64 * 1024;

/** A request that asks for an upgrade, and the first bytes that came behind it. */
interface Opening {
  readonly socket: Socket;
  readonly head: Buffer;
}

/**
 * Whether a request asks for a WebSocket (RFC 6455 §4.1). Any other upgrade (h2c, TLS within HTTP) is
 * ignored (RFC 9110 §7.8), and one with content is a plain request.
 */
export function asksForWebSocket(request: IncomingMessage): boolean {
  const { upgrade } = request.headers;
  return request.method === 'GET' && upgrade?.toLowerCase() === 'websocket' && !hasContent(request);
}

/**
 * Lets requests for WebSockets take the same way as all others, through Fastify's router: routes that
 * do not pass them on answer as if it had not been asked for, and close.
 */
export class Upgrades {
  readonly #openings = new WeakMap<IncomingMessage, Opening>();
  /** Every connection that asked: the HTTP server has let go of it, with its timeouts and its closing. */
  readonly #sockets = new Set<Socket>();
  /** Connections under way, both ends of each. */
  readonly #tunnels = new Map<Socket, Duplex>();
  readonly #maxConnections: number;
  #closed = false;

  constructor(server: HttpServer, maxConnections = MAX_UPGRADED_CONNECTIONS) {
    this.#maxConnections = maxConnections;
    server.server.on('upgrade', (request, stream, head) => {
      const socket = stream as Socket;
      this.#watch(socket);
      const response = answerOn(socket, request);
      if (this.#closed || response === undefined) {
        socket.destroy();
        return;
      }
      this.#openings.set(request, { socket, head });
      // As any other request, past whoever counts them.
      server.server.emit('request', request, response);
    });
    server.addHook('preClose', async () => this.close());
  }

  /** Connections that are passed through right now. */
  get size(): number {
    return this.#tunnels.size;
  }

  asksForUpgrade(request: FastifyRequest): boolean {
    return this.#openings.has(request.raw);
  }

  /**
   * Asks the service for the upgrade and joins both connections, each waiting for the other where it
   * is slow. Gives the service's answer where it refuses; undefined once they are joined.
   * @throws HttpError `http.too-many-connections`, and as `upstreamError` makes it
   */
  async pass(
    request: FastifyRequest,
    reply: FastifyReply,
    call: UpstreamCall,
  ): Promise<Answer | undefined> {
    const opening = this.#openings.get(request.raw);
    if (opening === undefined) return undefined;
    if (this.#tunnels.size >= this.#maxConnections) throw tooMany(this.#maxConnections);
    const { socket, head } = opening;
    // The place is taken before the service answers, so that many at once do not pass the bound.
    this.#tunnels.set(socket, socket);
    const leave = (): void => {
      this.#tunnels.get(socket)?.destroy();
      this.#tunnels.delete(socket);
    };
    socket.once('close', leave);
    try {
      const answer = await ask(socket, call);
      if (!('upstream' in answer)) {
        socket.off('close', leave);
        this.#tunnels.delete(socket);
        return answer;
      }
      const { upstream, headers } = answer;
      this.#tunnels.set(socket, upstream);
      reply.hijack();
      if (socket.destroyed) {
        leave();
        return undefined;
      }
      const accepted = { ...responseHeaders(headers), connection: 'Upgrade', upgrade: 'websocket' };
      reply.raw.writeHead(101, accepted).flushHeaders();
      reply.raw.detachSocket(socket);
      join(socket, upstream, head);
      return undefined;
    } catch (error) {
      socket.off('close', leave);
      this.#tunnels.delete(socket);
      throw upstreamError(error, call.name, UPGRADE_TIMEOUT_MS);
    }
  }

  /** Ends every connection, and those that ask from now on. */
  close(): void {
    this.#closed = true;
    for (const upstream of this.#tunnels.values()) upstream.destroy();
    this.#tunnels.clear();
    for (const socket of this.#sockets) socket.destroy();
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('timeout', () => socket.destroy());
    socket.setTimeout(REFUSAL_IDLE_MS);
  }
}

/** Undefined where an earlier request of the same connection is not answered yet (pipelining). */
function answerOn(socket: Socket, request: IncomingMessage): ServerResponse | undefined {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
  } catch {
    return undefined;
  }
  response.once('finish', () => closeSoon(socket));
  return response;
}

/** Closes our side, and both where the caller does not take the rest and close its own. */
function closeSoon(socket: Socket): void {
  const timer = setTimeout(() => resetConnection(socket), CLOSE_LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  // Its end is seen only by reading on.
  socket.resume();
}

interface Accepted {
  readonly headers: IncomingMessage['headers'];
  readonly upstream: Socket;
}

/** What the service says; its connection is ours alone where it accepts, and closed where not. */
function ask(socket: Socket, call: UpstreamCall): Promise<Accepted | Answer> {
  const { agent, origin, path, headers } = call;
  return new Promise((resolve, reject) => {
    let giveUp = (): void => {};
    const leave = (): void => giveUp();
    socket.once('close', leave);
    const settled = (): unknown => socket.off('close', leave);
    let refusal: Omit<Answer, 'body'> | undefined;
    const parts: Buffer[] = [];
    let bytes = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        giveUp = () => controller.abort(new Error('The caller left.'));
        if (socket.destroyed) giveUp();
      },
      onRequestUpgrade: (_controller, _status, answered, upstream) => {
        settled();
        resolve({ headers: answered as IncomingMessage['headers'], upstream: upstream as Socket });
      },
      onResponseStart: (_controller, statusCode, answered) => {
        refusal = { statusCode, headers: answered as IncomingMessage['headers'] };
      },
      onResponseData: (controller, part) => {
        bytes += part.length;
        if (bytes > MAX_REFUSAL_BYTES) controller.abort(new Error('The refusal is too long'));
        else parts.push(part);
      },
      onResponseEnd: () => {
        settled();
        if (refusal !== undefined) resolve({ ...refusal, body: Buffer.concat(parts) });
      },
      onResponseError: (_controller, error) => {
        settled();
        reject(error);
      },
    };
    const upgrade = { upgrade: 'websocket', headersTimeout: UPGRADE_TIMEOUT_MS };
    agent.dispatch({ origin, path, method: 'GET', headers, ...upgrade }, handler);
  });
}

function join(socket: Socket, upstream: Socket, first: Buffer): void {
  for (const end of [socket, upstream]) {
    end.setNoDelay(true);
    end.setTimeout(UPGRADED_IDLE_MS);
  }
  upstream.on('timeout', () => upstream.destroy());
  upstream.on('error', () => upstream.destroy());
  if (first.length > 0) upstream.write(first);
  upstream.pipe(socket);
  socket.pipe(upstream);
  // A WebSocket is over when one end is: no half of it stays open.
  upstream.once('end', () => closeSoon(socket));
  upstream.once('close', () => {
    // Cut off: what we hold of it is not delivered either.
    if (!upstream.readableEnded) resetConnection(socket);
  });
  socket.once('end', () => upstream.destroySoon());
}

function tooMany(limit: number): HttpError {
  return new HttpError(
    'http.too-many-connections',
    {
      happened: `${limit} live connections are open already.`,
      remedy: 'Close some pages, or watch by WebRTC, which needs none here.',
    },
    { retryAfterSeconds: 10 },
  );
}
