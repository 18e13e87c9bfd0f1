import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { MAX_SUBSCRIPTIONS } from './bounds.ts';
import type { EventHandler } from './bus.ts';
import { BusError } from './bus-error.ts';
import { checkPattern, matches } from './subjects.ts';

interface Subscription {
  readonly pattern: string;
  readonly handler: EventHandler<unknown>;
}

/** The handlers of one connection. */
export class Subscriptions {
  readonly #logger: Logger;
  readonly #all = new Set<Subscription>();
  delivered = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @throws BusError `bus.too-many-subscriptions`, `bus.subject-invalid` */
  add(pattern: string, handler: EventHandler<unknown>): Subscription {
    checkPattern(pattern);
    if (this.#all.size >= MAX_SUBSCRIPTIONS) {
      throw new BusError('bus.too-many-subscriptions', {
        happened: `One connection to the bus holds ${MAX_SUBSCRIPTIONS} subscriptions at most.`,
        remedy: 'Subscribe to a pattern instead of single subjects.',
      });
    }
    const subscription = { pattern, handler };
    this.#all.add(subscription);
    return subscription;
  }

  /** Whether it was there. */
  delete(subscription: Subscription): boolean {
    return this.#all.delete(subscription);
  }

  has(pattern: string): boolean {
    for (const subscription of this.#all) if (subscription.pattern === pattern) return true;
    return false;
  }

  /** Parses once per handler, so that no handler sees what another did to the event. */
  deliver(subject: string, json: string): void {
    for (const subscription of [...this.#all]) {
      if (!matches(subscription.pattern, subject) || !this.#all.has(subscription)) continue;
      this.delivered++;
      try {
        subscription.handler(JSON.parse(json), subject);
      } catch (error) {
        this.#logger.error({ error, subject }, `A handler of the bus failed: ${messageOf(error)}`);
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
