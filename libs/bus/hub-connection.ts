import type { Socket } from 'node:net';
import { MAX_SUBSCRIPTIONS } from './bounds.ts';
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
import { isPattern, isSubject, matches } from './subjects.ts';

interface HubConnectionEvents {
  onEvent(subject: string, raw: Buffer): void;
  onProtocolError(error: unknown): void;
  onClose(): void;
}

/** One process at the hub: what it listens to, and what waits for it. */
export class HubConnection {
  readonly #socket: Socket;
  readonly #writer: LinkWriter;
  readonly #reader = new MessageReader();
  readonly #events: HubConnectionEvents;
  readonly #patterns = new Set<string>();

  constructor(socket: Socket, events: HubConnectionEvents) {
    this.#socket = socket;
    this.#writer = new LinkWriter(socket);
    this.#events = events;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => events.onClose());
  }

  get dropped(): number {
    return this.#writer.dropped;
  }

  wants(subject: string): boolean {
    if (this.#patterns.has(subject)) return true;
    for (const pattern of this.#patterns) if (matches(pattern, subject)) return true;
    return false;
  }

  send(raw: Buffer): void {
    this.#writer.send(raw, true);
  }

  end(): void {
    this.#writer.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.read(chunk, (message) => this.#take(message));
    } catch (error) {
      this.#events.onProtocolError(error);
      this.#socket.destroy();
    }
  }

  #take(message: LinkMessage): void {
    switch (message.kind) {
      case KIND_EVENT:
        if (!isSubject(message.subject)) throw new RangeError('an event without a subject');
        this.#events.onEvent(message.subject, message.raw());
        return;
      case KIND_SUBSCRIBE:
        if (!isPattern(message.subject)) throw new RangeError('a subscription without a pattern');
        if (this.#patterns.size >= MAX_SUBSCRIPTIONS)
          throw new RangeError('too many subscriptions');
        this.#patterns.add(message.subject);
        return;
      case KIND_UNSUBSCRIBE:
        this.#patterns.delete(message.subject);
        return;
      case KIND_PING:
        this.#writer.send(encodeMessage(KIND_PONG), false);
        return;
      default:
        throw new RangeError(`a message of kind ${message.kind}`);
    }
  }
}
