import { type AlertChannel, DeliveryError } from './channel.ts';
import { Courier, type CourierOptions } from './courier.ts';
import type { ChannelState, Outbox } from './outbox.ts';

/** The couriers of all channels. */
export class Couriers {
  readonly #couriers: readonly Courier[];
  readonly #outbox: Outbox;

  constructor(channels: readonly AlertChannel[], options: Omit<CourierOptions, 'channel'>) {
    this.#couriers = channels.map((channel) => new Courier({ ...options, channel }));
    this.#outbox = options.outbox;
  }

  /** Delivers what waits since the program ended. */
  async start(): Promise<void> {
    await this.#outbox.open();
    this.wake();
  }

  wake(): void {
    for (const courier of this.#couriers) courier.wake();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.stop()));
  }

  get channels(): readonly AlertChannel[] {
    return this.#couriers.map(({ channel }) => channel);
  }

  state(channel: AlertChannel): Promise<ChannelState> {
    return this.#outbox.state(channel.id);
  }
}

/** Tries a channel once with a message that is no alert. Never fails. */
export async function tryChannel(
  channel: AlertChannel,
  id: string,
  now: number,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const message = { id, event: 'test' as const, at: Math.floor(now), alert: null };
  try {
    await channel.send(id, [message], new AbortController().signal);
    return { ok: true, detail: `${channel.target} took the test message.` };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { ok: false, detail: error.message };
  }
}
