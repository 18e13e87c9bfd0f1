import type { Clock } from '@vms/common/clock.ts';
import { KeyedBuckets } from '@vms/common/keyed-buckets.ts';
import {
  MAX_OPENING_SESSIONS,
  MAX_SESSION_OPENINGS_AT_ONCE,
  MAX_SESSION_OPENINGS_PER_SECOND,
} from '../bounds.ts';
import { StreamError } from '../stream-error.ts';

/**
 * How often one session may open its view, by WebRTC and MSE together. Asked before what all viewers
 * share is spent: one token, however it got about, keeps nobody else from watching.
 */
export class Openings {
  readonly #sessions: KeyedBuckets;

  constructor(clock: Clock) {
    this.#sessions = new KeyedBuckets(clock, {
      perSecond: MAX_SESSION_OPENINGS_PER_SECOND,
      capacity: MAX_SESSION_OPENINGS_AT_ONCE,
      maxKeys: MAX_OPENING_SESSIONS,
    });
  }

  /** @throws StreamError `stream.too-many-offers` */
  check(session: string): void {
    if (this.#sessions.take(session)) return;
    throw new StreamError(
      'stream.too-many-offers',
      {
        happened: 'This live view is opened again and again.',
        remedy: 'Try again in a moment.',
      },
      { retryAfterSeconds: 1 },
    );
  }
}
