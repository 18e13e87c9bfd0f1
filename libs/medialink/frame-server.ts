import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { MAX_CONNECTIONS } from './bounds.ts';
import type { FrameHub } from './frame-hub.ts';
import { LinkConnection } from './link-connection.ts';
import { MediaLinkError } from './medialink-error.ts';

/** Where a hub listens: a Unix socket on this machine, TCP for another. */
export type LinkAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

export interface FrameServerOptions {
  readonly address: LinkAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Required of every client where set; must be set on TCP. */
  readonly token?: string;
}

export interface FrameServer {
  /** With the real port, where 0 was asked for. */
  readonly address: LinkAddress;
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * Serves a hub's frames. A stale Unix socket file of a process that died is replaced: the lock of the
 * service guards against two at once.
 * @throws MediaLinkError `medialink.address-in-use`
 */
export async function serveFrames(
  hub: FrameHub,
  options: FrameServerOptions,
): Promise<FrameServer> {
  const { address, clock, logger } = options;
  if ('port' in address && options.token === undefined) {
    throw new MediaLinkError(
      'medialink.unauthorized',
      'The media link over TCP needs an internal token.',
    );
  }
  if ('path' in address) await rm(address.path, { force: true });
  const connections = new Map<Socket, LinkConnection>();
  const server = createServer((socket) => {
    const deps = { hub, clock, logger, token: options.token };
    connections.set(socket, new LinkConnection(socket, deps));
    socket.on('close', () => connections.delete(socket));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, address);
  return {
    address: boundAddress(server, address),
    get connections() {
      return connections.size;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections.values()) connection.close();
      await closed;
    },
  };
}

function listen(server: Server, address: LinkAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      if (systemErrorCode(cause) !== 'EADDRINUSE') return reject(cause);
      const where = 'path' in address ? address.path : `${address.host}:${address.port}`;
      reject(
        new MediaLinkError(
          'medialink.address-in-use',
          {
            happened: `The media link cannot listen on ${where}: it is in use.`,
            remedy: 'Stop what uses it, or choose another address.',
          },
          { cause },
        ),
      );
    });
    server.listen(address, () => resolve());
  });
}

function boundAddress(server: Server, asked: LinkAddress): LinkAddress {
  const bound = server.address();
  if ('path' in asked || bound === null || typeof bound === 'string') return asked;
  return { host: asked.host, port: bound.port };
}
