import type { Clock } from '@vms/common/clock.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import type { HttpServer } from '@vms/http/server.ts';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { answers, instant, isoOf } from '../schemas.ts';
import { type Couriers, tryChannel } from './couriers.ts';

const channelView = z
  .object({
    id: z.string(),
    kind: z.enum(['webhook', 'mail']),
    target: z.string().describe('Where it leads, without anything secret'),
    lastDeliveredAt: instant.nullable(),
    lastError: z.string().nullable().describe('Null where the last delivery arrived'),
    waiting: z.int().describe('Messages that are still to be delivered'),
  })
  .meta({ id: 'AlertChannel' });

const channelParams = z.object({ id: z.string().min(1).max(40) });
/** Seconds after which a test may be asked for again while another is under way. */
const RETRY_SECONDS = 10;

export interface ChannelRoutesOptions {
  readonly couriers: Couriers;
  readonly clock: Clock;
  readonly random?: RandomBytes | undefined;
}

/** Where alerts are sent: how each way does, and a try of one. */
export function registerChannelRoutes(server: HttpServer, options: ChannelRoutesOptions): void {
  const { couriers, clock, random } = options;
  const underTest = new Set<string>();
  const tags = ['alerts'];

  server.route({
    method: 'GET',
    url: '/alerts/channels',
    config: { action: 'alert.list-channels' },
    schema: {
      tags,
      summary: 'List the webhooks and the mail that alerts are sent by',
      response: answers(200, z.object({ channels: z.array(channelView) })),
    },
    async handler() {
      const channels = await Promise.all(
        couriers.channels.map(async (channel) => {
          const { id, kind, target } = channel;
          const { lastDeliveredAt, lastError, waiting } = await couriers.state(channel);
          const at = lastDeliveredAt === null ? null : isoOf(lastDeliveredAt);
          return { id, kind, target, lastDeliveredAt: at, lastError, waiting };
        }),
      );
      return { channels };
    },
  });

  server.route({
    method: 'POST',
    url: '/alerts/channels/:id/test',
    config: { action: 'alert.test-channel' },
    schema: {
      tags,
      summary: 'Send a test message by a channel, once and at once',
      params: channelParams,
      response: answers(200, z.object({ ok: z.boolean(), detail: z.string() })),
    },
    async handler({ params: { id } }) {
      const channel = couriers.channels.find((known) => known.id === id);
      if (channel === undefined) {
        throw new ApiError('alert.channel-not-found', {
          happened: 'Alerts are not sent by a channel of this id.',
          remedy: 'Reload the list of channels; vms.yaml names them.',
        });
      }
      if (underTest.has(id)) {
        throw new ApiError(
          'alert.too-many-tests',
          { happened: 'This channel is being tried right now.', remedy: 'Wait for its result.' },
          { retryAfterSeconds: RETRY_SECONDS },
        );
      }
      underTest.add(id);
      try {
        return await tryChannel(channel, newId('dlv', random), clock.now());
      } finally {
        underTest.delete(id);
      }
    },
  });
}
