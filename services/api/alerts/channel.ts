import type { Alert } from '@vms/common/alert.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import { VmsError } from '@vms/common/errors.ts';

/** What a channel tells of: an alert that opened or closed, or that somebody tries the channel. */
export interface AlertMessage {
  /** `dlv_…`, the same at every attempt. */
  readonly id: string;
  readonly event: 'opened' | 'closed' | 'test';
  readonly at: EpochMs;
  /** As it was then; null of a test. */
  readonly alert: Alert | null;
}

/**
 * Why a message was not delivered. `alert.delivery-failed`: the receiver is away, tried again for long.
 * `alert.delivery-refused`: it does not want this, tried again a few times. `alert.secret-unusable`:
 * a file of ours is wrong, tried again for long.
 */
export type DeliveryErrorCode =
  | 'alert.delivery-failed'
  | 'alert.delivery-refused'
  | 'alert.secret-unusable';

/** Its words go to log and page: no secret, and nothing that a receiver said. */
export class DeliveryError extends VmsError<DeliveryErrorCode> {}

/** A way out of the system for alerts. */
export interface AlertChannel {
  readonly id: string;
  readonly kind: 'webhook' | 'mail';
  /** Where it leads, without anything secret. */
  readonly target: string;
  /** Most messages that go out as one. */
  readonly maxMessages: number;
  /** Milliseconds that a message waits for others to go with. */
  readonly gatherMs: number;
  /** Deliveries within an hour at most. */
  readonly maxPerHour: number;
  /**
   * Delivers, within bounded time.
   * @param id of this delivery: the message's, or of all that go together; the same at every attempt.
   * @throws DeliveryError
   */
  send(id: string, messages: readonly AlertMessage[], signal: AbortSignal): Promise<void>;
}
