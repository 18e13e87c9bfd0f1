import type { BusEvents, Subject } from './subjects.ts';

export type Unsubscribe = () => void;

/** Takes an event; the subject says which, where the pattern has wildcards. */
export type EventHandler<Event> = (event: Event, subject: string) => void;

/** Events of one connection since it was made. */
export interface BusCounts {
  readonly published: number;
  readonly delivered: number;
  /** Lost because a bounded queue was full. */
  readonly dropped: number;
}

/**
 * Events between services. At most once: what nobody hears is gone, and the oldest go first where a
 * queue is full. Events of one publisher arrive in order. A handler that throws is logged and hurts
 * no other. Events are copies (JSON), also inside one process.
 */
export interface Bus {
  /**
   * Sends an event to whoever listens now, the sender too.
   * @throws BusError `bus.event-too-large`, `bus.subject-invalid`, `bus.closed`
   */
  publish<S extends Subject>(subject: S, event: BusEvents[S]): void;
  /**
   * Hears what `pattern` takes: a subject, or words with `*` (one word) and a final `>` (the rest).
   * @throws BusError `bus.too-many-subscriptions`, `bus.subject-invalid`, `bus.closed`
   */
  subscribe<S extends Subject>(pattern: S, handler: EventHandler<BusEvents[S]>): Unsubscribe;
  subscribe(pattern: string, handler: EventHandler<unknown>): Unsubscribe;
  /** Resolves when the bus has taken in everything that was published and subscribed before. */
  flush(): Promise<void>;
  counts(): BusCounts;
  /** Hands over what waits, within bounded time, and ends the connection. Safe to call twice. */
  close(): Promise<void>;
  /** Resolves when the connection has ended, whoever ended it. Embedded services then stop. */
  readonly closed: Promise<void>;
}
