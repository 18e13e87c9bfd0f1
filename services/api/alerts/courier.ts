import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { AlertMetrics } from './alert-metrics.ts';
import {
  DELIVERY_RETRY_FIRST_MS,
  DELIVERY_RETRY_LONGEST_MS,
  MAX_DELIVERY_ATTEMPTS,
  MAX_REFUSALS,
} from './bounds.ts';
import { type AlertChannel, DeliveryError } from './channel.ts';
import type { Delivery, Outbox } from './outbox.ts';

const HOUR_MS = 3600_000;

export interface CourierOptions {
  readonly channel: AlertChannel;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: RandomBytes;
  readonly metrics: AlertMetrics;
}

/**
 * Carries the messages of one channel out of the box, in their order and one delivery at a time. A
 * receiver that is away holds them all up, and is tried again with growing waits of full jitter; one
 * that refuses a message a few times does not get it. What was sent and not confirmed is sent again
 * with the same id.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #stopping = new AbortController();
  /** Of deliveries within the last hour. */
  #sentAt: MonotonicMs[] = [];
  #failures = 0;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #runAgain = false;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  get channel(): AlertChannel {
    return this.#options.channel;
  }

  /** Something may wait; returns at once. While a receiver is away, the wait for it goes on. */
  wake(): void {
    if (this.#stopping.signal.aborted || this.#failures > 0) return;
    this.#start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  #start(): void {
    this.#timer?.cancel();
    if (this.#running !== undefined) {
      this.#runAgain = true;
      return;
    }
    const { logger, channel } = this.#options;
    this.#running = this.#run().catch((error: unknown) => {
      logger.error({ channel: channel.id, error }, 'The outbox of alerts cannot be used.');
      this.#after(this.#backOffMs());
    });
    void this.#running.then(() => {
      this.#running = undefined;
      if (!this.#runAgain) return;
      this.#runAgain = false;
      this.#start();
    });
  }

  async #run(): Promise<void> {
    const { outbox, channel, clock, logger, metrics } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const expired = await outbox.expire(channel.id, clock.now());
      if (expired > 0) {
        metrics.deliveries.inc({ channel: channel.id, result: 'expired' }, expired);
        logger.warn({ channel: channel.id, expired }, 'Messages of alerts were never delivered.');
      }
      const deliveries = await outbox.next(channel.id, channel.maxMessages);
      const [first] = deliveries;
      if (first === undefined) {
        // What failed was given up: what comes next is tried at once.
        this.#failures = 0;
        return;
      }
      const waitMs = Math.max(this.#gathersForMs(first), this.#limitedForMs());
      if (waitMs > 0) {
        this.#after(waitMs);
        return;
      }
      if (!(await this.#deliver(deliveries, first))) {
        this.#after(this.#backOffMs());
        return;
      }
    }
  }

  /** Whether all may go on at once. */
  async #deliver(deliveries: readonly Delivery[], first: Delivery): Promise<boolean> {
    const { outbox, channel, clock, logger, metrics, random } = this.#options;
    const messages = deliveries.map(({ message }) => message);
    let id = channel.maxMessages === 1 ? first.message.id : first.batch;
    if (id === null) {
      id = newId('dlv', random);
      await outbox.bind(messages, id);
    }
    try {
      await channel.send(id, messages, this.#stopping.signal);
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      const isRefused = error instanceof DeliveryError && error.code === 'alert.delivery-refused';
      const attempts = first.attempts + 1;
      const givenUp = attempts >= (isRefused ? MAX_REFUSALS : MAX_DELIVERY_ATTEMPTS);
      this.#failures++;
      const words = messageOf(error);
      metrics.deliveries.inc({ channel: channel.id, result: givenUp ? 'given-up' : 'failed' });
      logger.warn(
        { channel: channel.id, attempts, givenUp, error: words },
        givenUp ? 'A message of an alert is given up.' : 'A message of an alert has to wait.',
      );
      await outbox.failed(channel.id, messages, words, givenUp);
      return false;
    }
    this.#failures = 0;
    this.#sentAt.push(clock.monotonic());
    metrics.deliveries.inc({ channel: channel.id, result: 'delivered' });
    await outbox.delivered(channel.id, messages, clock.now());
    return true;
  }

  /** A batch that was tried already gathers no more. */
  #gathersForMs({ batch, createdAt }: Delivery): number {
    const { gatherMs } = this.#options.channel;
    if (batch !== null) return 0;
    const waitedMs = this.#options.clock.now() - createdAt;
    // A wall clock that was set back must not hold anything up.
    return waitedMs < 0 ? 0 : gatherMs - waitedMs;
  }

  #limitedForMs(): number {
    const now = this.#options.clock.monotonic();
    this.#sentAt = this.#sentAt.filter((at) => at > now - HOUR_MS);
    const [oldest] = this.#sentAt;
    const isFull = this.#sentAt.length >= this.#options.channel.maxPerHour;
    return oldest !== undefined && isFull ? oldest + HOUR_MS - now : 0;
  }

  /** Full jitter: anything between nothing and a bound that doubles. */
  #backOffMs(): number {
    const growing = DELIVERY_RETRY_FIRST_MS * 2 ** Math.max(0, this.#failures - 1);
    const bound = Math.min(growing, DELIVERY_RETRY_LONGEST_MS);
    const [byte = 0, low = 0] = this.#options.random(2);
    return Math.max(1, (bound * (byte * 256 + low)) / 65_536);
  }

  #after(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, () => this.#start());
  }
}
