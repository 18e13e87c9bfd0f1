import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { CLOSE_GRACE_MS, CONNECT_RETRY_MS, CONNECT_TIMEOUT_MS } from './bounds.ts';
import type { Bus, EventHandler, Unsubscribe } from './bus.ts';
import { BusError } from './bus-error.ts';
import { encodeEvent } from './encode-event.ts';
import {
  encodeMessage,
  KIND_EVENT,
  KIND_PING,
  KIND_PONG,
  KIND_SUBSCRIBE,
  KIND_UNSUBSCRIBE,
  type LinkMessage,
  MessageReader,
} from './link-message.ts';
import { LinkWriter } from './link-writer.ts';
import { Subscriptions } from './subscriptions.ts';

export interface ConnectBusOptions {
  /** Unix socket of the hub. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds for which a hub that does not answer yet is looked for. Default 10 s. */
  readonly connectTimeoutMs?: number;
}

/**
 * Connects to the local hub. The connection is never made again once it has ended: `closed` then
 * resolves, and an embedded service closes its files and leaves.
 * @throws BusError `bus.unreachable`
 */
export async function connectBus(options: ConnectBusOptions): Promise<Bus> {
  const deadline = performance.now() + (options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  for (;;) {
    try {
      return new LocalBus(await open(options.path), options);
    } catch (cause) {
      if (performance.now() >= deadline) {
        throw new BusError(
          'bus.unreachable',
          {
            happened: `No hub of the bus answers at ${options.path}: ${messageOf(cause)}.`,
            remedy: 'Start the system with its launcher (npm start or vms start).',
          },
          { cause },
        );
      }
      // A real timer that keeps the process alive: while it looks for the hub there is nothing else.
      await wait(CONNECT_RETRY_MS);
    }
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

class LocalBus implements Bus {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #writer: LinkWriter;
  readonly #reader = new MessageReader();
  readonly #subscriptions: Subscriptions;
  readonly #pings: PromiseWithResolvers<void>[] = [];
  readonly #end = Promise.withResolvers<void>();
  readonly closed = this.#end.promise;
  #published = 0;
  #isClosed = false;

  constructor(socket: Socket, options: ConnectBusOptions) {
    this.#socket = socket;
    this.#clock = options.clock;
    this.#writer = new LinkWriter(socket);
    this.#subscriptions = new Subscriptions(options.logger);
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#reader.read(chunk, (message) => this.#take(message));
      } catch (error) {
        options.logger.error({ error }, 'The hub of the bus sent nonsense; the connection ends.');
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#ended());
  }

  publish(subject: string, event: unknown): void {
    this.#checkOpen();
    this.#writer.send(encodeMessage(KIND_EVENT, subject, encodeEvent(subject, event)), true);
    this.#published++;
  }

  subscribe(pattern: string, handler: EventHandler<never>): Unsubscribe {
    this.#checkOpen();
    const isFirst = !this.#subscriptions.has(pattern);
    const subscription = this.#subscriptions.add(pattern, handler as EventHandler<unknown>);
    if (isFirst) this.#writer.send(encodeMessage(KIND_SUBSCRIBE, pattern), false);
    return () => {
      if (!this.#subscriptions.delete(subscription) || this.#isClosed) return;
      if (this.#subscriptions.has(pattern)) return;
      this.#writer.send(encodeMessage(KIND_UNSUBSCRIBE, pattern), false);
    };
  }

  flush(): Promise<void> {
    this.#checkOpen();
    const ping = Promise.withResolvers<void>();
    this.#pings.push(ping);
    this.#writer.send(encodeMessage(KIND_PING), false);
    return ping.promise;
  }

  counts() {
    return {
      published: this.#published,
      delivered: this.#subscriptions.delivered,
      dropped: this.#writer.dropped,
    };
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#writer.end();
      const timer = this.#clock.after(CLOSE_GRACE_MS, () => this.#socket.destroy());
      void this.closed.then(() => timer.cancel());
    }
    await this.closed;
  }

  #take(message: LinkMessage): void {
    if (message.kind === KIND_EVENT) {
      this.#subscriptions.deliver(message.subject, message.payload.toString('utf8'));
    } else if (message.kind === KIND_PONG) {
      this.#pings.shift()?.resolve();
    } else {
      throw new RangeError(`a message of kind ${message.kind}`);
    }
  }

  #ended(): void {
    this.#isClosed = true;
    this.#subscriptions.clear();
    for (const ping of this.#pings.splice(0)) ping.reject(closed());
    this.#end.resolve();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closed();
  }
}

function closed(): BusError {
  return new BusError('bus.closed', 'The connection to the bus is closed.');
}
