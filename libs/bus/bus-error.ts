import { VmsError } from '@vms/common/errors.ts';

/** Every code that this library raises. */
export type BusErrorCode =
  | 'bus.already-running'
  | 'bus.closed'
  | 'bus.event-too-large'
  | 'bus.path-too-long'
  | 'bus.subject-invalid'
  | 'bus.too-many-subscriptions'
  | 'bus.unreachable';

/** What can go wrong with the bus. */
export class BusError extends VmsError<BusErrorCode> {}
