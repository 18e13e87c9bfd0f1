import { type Logger, silentLogger } from '@vms/common/logger.ts';
import { MAX_QUEUE_BYTES } from './bounds.ts';
import type { Bus, EventHandler, Unsubscribe } from './bus.ts';
import { BusError } from './bus-error.ts';
import { encodeEvent } from './encode-event.ts';
import { Subscriptions } from './subscriptions.ts';

/** A bus inside one process: for tests, and for everything in one process. */
export function createMemoryBus(options: { logger?: Logger } = {}): Bus {
  return new MemoryBus(options.logger ?? silentLogger);
}

interface Waiting {
  readonly subject: string;
  readonly json: string;
}

class MemoryBus implements Bus {
  readonly #subscriptions: Subscriptions;
  readonly #queue: Waiting[] = [];
  #queuedBytes = 0;
  #published = 0;
  #dropped = 0;
  #draining: Promise<void> | undefined;
  #isClosed = false;
  readonly #end = Promise.withResolvers<void>();
  readonly closed = this.#end.promise;

  constructor(logger: Logger) {
    this.#subscriptions = new Subscriptions(logger);
  }

  publish(subject: string, event: unknown): void {
    this.#checkOpen();
    const json = encodeEvent(subject, event);
    this.#published++;
    this.#queue.push({ subject, json });
    this.#queuedBytes += json.length;
    while (this.#queuedBytes > MAX_QUEUE_BYTES) {
      this.#queuedBytes -= this.#queue.shift()?.json.length ?? 0;
      this.#dropped++;
    }
    this.#draining ??= Promise.resolve().then(() => this.#drain());
  }

  subscribe(pattern: string, handler: EventHandler<never>): Unsubscribe {
    this.#checkOpen();
    const subscription = this.#subscriptions.add(pattern, handler as EventHandler<unknown>);
    return () => this.#subscriptions.delete(subscription);
  }

  async flush(): Promise<void> {
    this.#checkOpen();
    await this.#draining;
  }

  counts() {
    return {
      published: this.#published,
      delivered: this.#subscriptions.delivered,
      dropped: this.#dropped,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return this.closed;
    this.#isClosed = true;
    await this.#draining;
    this.#subscriptions.clear();
    this.#end.resolve();
  }

  #drain(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#queuedBytes -= next.json.length;
      this.#subscriptions.deliver(next.subject, next.json);
    }
    this.#draining = undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new BusError('bus.closed', 'The connection to the bus is closed.');
  }
}
