import { chmod, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { CLOSE_GRACE_MS, MAX_CONNECTIONS, MAX_SOCKET_PATH_BYTES } from './bounds.ts';
import { BusError } from './bus-error.ts';
import { HubConnection } from './hub-connection.ts';

/** The local hub: passes events between the processes of one machine. Keeps nothing. */
export interface BusHub {
  readonly path: string;
  counts(): { connections: number; passed: number; dropped: number };
  /** Hands over what waits, ends every connection and removes the socket. Safe to call twice. */
  close(): Promise<void>;
}

export interface BusHubOptions {
  /** Of the Unix socket; at most 107 bytes, in a folder that only this user may enter. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Starts a hub. A socket file that a dead hub left behind is replaced.
 * @throws BusError `bus.already-running`, `bus.path-too-long`, `bus.unreachable`
 */
export async function startBusHub(options: BusHubOptions): Promise<BusHub> {
  const { path } = options;
  checkPath(path);
  const hub = new LocalHub(options);
  try {
    await hub.listen();
  } catch (cause) {
    if (systemErrorCode(cause) !== 'EADDRINUSE') throw cannotListen(path, cause);
    if (await answers(path)) {
      throw new BusError('bus.already-running', {
        happened: `The system with this data directory is already running. (Its bus answers at ${path}.)`,
        remedy: 'Stop the other one first, or choose another data directory.',
      });
    }
    try {
      await unlink(path);
      await hub.listen();
    } catch (again) {
      throw cannotListen(path, again);
    }
  }
  return hub;
}

class LocalHub implements BusHub {
  readonly path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #server: Server | undefined;
  readonly #connections = new Set<HubConnection>();
  #passed = 0;
  #droppedBefore = 0;
  #closing: Promise<void> | undefined;

  constructor(options: BusHubOptions) {
    this.path = options.path;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.path, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => this.#logger.error({ error }, 'The hub of the bus failed.'));
    this.#server = server;
    await chmod(this.path, 0o600);
  }

  counts() {
    let dropped = this.#droppedBefore;
    for (const connection of this.#connections) dropped += connection.dropped;
    return { connections: this.#connections.size, passed: this.#passed, dropped };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of this.#connections) connection.end();
    const timer = this.#clock.after(CLOSE_GRACE_MS, () => {
      for (const connection of this.#connections) connection.destroy();
    });
    await closed;
    timer.cancel();
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= MAX_CONNECTIONS || this.#closing !== undefined) {
      this.#logger.warn({ connections: this.#connections.size }, 'The bus refused a connection.');
      socket.destroy();
      return;
    }
    const connection = new HubConnection(socket, {
      onEvent: (subject, raw) => this.#pass(subject, raw),
      onProtocolError: (error) =>
        this.#logger.warn({ error: messageOf(error) }, 'A connection to the bus sent nonsense.'),
      onClose: () => {
        this.#connections.delete(connection);
        this.#droppedBefore += connection.dropped;
      },
    });
    this.#connections.add(connection);
  }

  #pass(subject: string, raw: Buffer): void {
    this.#passed++;
    for (const connection of this.#connections) {
      if (connection.wants(subject)) connection.send(raw);
    }
  }
}

/** Whether somebody listens at a Unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function checkPath(path: string): void {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return;
  throw new BusError('bus.path-too-long', {
    happened: `The path of the bus, ${path}, is longer than the ${MAX_SOCKET_PATH_BYTES} bytes of a Unix socket.`,
    remedy: 'Put the run directory elsewhere.',
  });
}

function cannotListen(path: string, cause: unknown): BusError {
  return new BusError(
    'bus.unreachable',
    {
      happened: `The bus cannot listen at ${path}: ${messageOf(cause)}.`,
      remedy: 'Check the rights and the space of its folder.',
    },
    { cause },
  );
}
