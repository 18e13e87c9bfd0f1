import { Agent, request as httpRequest, type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpError } from '@vms/http/http-error.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ForwardedFor, requestHeaders, responseHeaders } from './proxy-headers.ts';

/** Upgraded connections (WebSockets) that are passed through at a time. */
export const MAX_UPGRADED_CONNECTIONS = 512;
/** Milliseconds that a service has to accept or refuse an upgrade. */
export const UPGRADE_TIMEOUT_MS = 10_000;
/** Milliseconds for which no byte may move before an upgraded connection is given up. */
export const UPGRADED_IDLE_MS = 120_000;

/** A request that asks for an upgrade, and the first bytes that came behind it. */
interface Opening {
  readonly socket: Socket;
  readonly head: Buffer;
}

export interface UpgradeTarget {
  readonly upstream: URL;
  /** What browsers have before every path: empty, or `/vms`. */
  readonly pathPrefix: string;
  /** What to throw where the service does not answer. */
  unreachable(cause: unknown): Error;
}

/**
 * Lets requests with `Upgrade` take the same way as all others, through Fastify's router: routes that
 * do not pass upgrades on answer as if it had not been asked for (RFC 9110 §7.8), and close.
 */
export class Upgrades {
  readonly #openings = new WeakMap<IncomingMessage, Opening>();
  /** Connections under way, both ends of each. */
  readonly #tunnels = new Map<Socket, Duplex>();
  readonly #maxConnections: number;

  constructor(server: HttpServer, maxConnections = MAX_UPGRADED_CONNECTIONS) {
    this.#maxConnections = maxConnections;
    server.server.on('upgrade', (request, stream, head) => {
      const socket = stream as Socket;
      socket.on('error', () => socket.destroy());
      // What follows such a request is not parsed any more, so that a body could not be read.
      if (request.method !== 'GET') {
        socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      this.#openings.set(request, { socket, head });
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      response.once('finish', () => socket.end());
      server.routing(request, response);
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
   * @throws HttpError `http.too-many-connections`; what `unreachable` makes
   */
  async pass(
    request: FastifyRequest,
    reply: FastifyReply,
    target: UpgradeTarget,
  ): Promise<IncomingMessage | undefined> {
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
      const { answer, upstream, rest } = await ask(request, socket, target);
      if (upstream === undefined) {
        socket.off('close', leave);
        this.#tunnels.delete(socket);
        return answer;
      }
      reply.hijack();
      reply.raw.detachSocket(socket);
      this.#tunnels.set(socket, upstream);
      upstream.once('close', () => socket.destroy());
      if (socket.destroyed) leave();
      else join(socket, upstream, responseHead(answer), rest, head);
      return undefined;
    } catch (error) {
      socket.off('close', leave);
      this.#tunnels.delete(socket);
      throw error;
    }
  }

  /** Ends every connection. */
  close(): void {
    for (const [socket, upstream] of this.#tunnels) {
      upstream.destroy();
      socket.destroy();
    }
    this.#tunnels.clear();
  }
}

interface Asked {
  readonly answer: IncomingMessage;
  /** Undefined where the service refused. */
  readonly upstream: Socket | undefined;
  readonly rest: Buffer;
}

function ask(request: FastifyRequest, socket: Socket, target: UpgradeTarget): Promise<Asked> {
  const { raw, ip, protocol, host, id } = request;
  const { upstream, pathPrefix, unreachable } = target;
  const caller: ForwardedFor = { address: ip, protocol, host, requestId: id, pathPrefix };
  return new Promise((resolve, reject) => {
    const asked = httpRequest({
      // A connection of its own, which nobody else gets.
      agent: new Agent({ keepAlive: false }),
      host: upstream.hostname,
      port: upstream.port,
      method: 'GET',
      path: raw.url,
      headers: {
        ...requestHeaders(raw.headers, caller),
        connection: 'Upgrade',
        upgrade: raw.headers.upgrade,
      },
      timeout: UPGRADE_TIMEOUT_MS,
    });
    const giveUp = (): void => {
      asked.destroy();
    };
    socket.once('close', giveUp);
    asked.once('timeout', giveUp);
    asked.once('upgrade', (answer, stream, rest) => {
      socket.off('close', giveUp);
      resolve({ answer, upstream: stream as Socket, rest });
    });
    asked.once('response', (answer) => resolve({ answer, upstream: undefined, rest: NOTHING }));
    asked.once('error', (error) => reject(unreachable(error)));
    asked.end();
  });
}

const NOTHING = Buffer.alloc(0);

/** `HTTP/1.1 101 Switching Protocols` with the headers of the service's answer. */
function responseHead(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 101 ${answer.statusMessage ?? 'Switching Protocols'}`];
  const headers = {
    ...responseHeaders(answer.headers),
    connection: 'Upgrade',
    upgrade: answer.headers.upgrade,
  };
  for (const [name, value] of Object.entries(headers)) {
    for (const each of [value].flat()) if (each !== undefined) lines.push(`${name}: ${each}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function join(socket: Socket, upstream: Socket, head: string, rest: Buffer, first: Buffer): void {
  for (const end of [socket, upstream]) {
    end.setNoDelay(true);
    end.setTimeout(UPGRADED_IDLE_MS, () => end.destroy());
  }
  upstream.on('error', () => upstream.destroy());
  socket.write(head, 'latin1');
  if (rest.length > 0) socket.write(rest);
  if (first.length > 0) upstream.write(first);
  upstream.pipe(socket);
  socket.pipe(upstream);
  // A WebSocket is over when one end is: no half of it stays open.
  upstream.once('end', () => socket.destroySoon());
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
