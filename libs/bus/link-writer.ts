import type { Socket } from 'node:net';
import { MAX_QUEUE_BYTES } from './bounds.ts';

/** Bytes handed to the socket in one write; what does not fit waits where it can still be dropped. */
const WRITE_BYTES = 64 * 1024;
/** Bytes that an entry of the queue costs beside its message. */
const ENTRY_BYTES = 64;

interface Entry {
  readonly message: Buffer;
  /** Events are; what keeps both ends in step is not. */
  readonly droppable: boolean;
}

/**
 * The sending side of a connection: batches what is ready, and drops the oldest events where the
 * other end does not read and more than {@link MAX_QUEUE_BYTES} wait.
 */
export class LinkWriter {
  readonly #socket: Socket;
  #queue: Entry[] = [];
  #queuedBytes = 0;
  #isScheduled = false;
  #waitsForDrain = false;
  /** Events that were lost. */
  dropped = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#waitsForDrain = false;
      this.#write();
    });
  }

  send(message: Buffer, droppable: boolean): void {
    this.#queue.push({ message, droppable });
    this.#queuedBytes += message.length + ENTRY_BYTES;
    if (this.#queuedBytes > MAX_QUEUE_BYTES) this.#dropOldest();
    if (this.#isScheduled || this.#waitsForDrain) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  /** Hands everything to the socket, whatever its buffer, and ends it. */
  end(): void {
    const rest = Buffer.concat(this.#queue.map((entry) => entry.message));
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#socket.writable) this.#socket.end(rest);
  }

  #dropOldest(): void {
    const kept: Entry[] = [];
    let excess = this.#queuedBytes - MAX_QUEUE_BYTES;
    for (const entry of this.#queue) {
      if (excess > 0 && entry.droppable) {
        excess -= entry.message.length + ENTRY_BYTES;
        this.#queuedBytes -= entry.message.length + ENTRY_BYTES;
        this.dropped++;
      } else {
        kept.push(entry);
      }
    }
    this.#queue = kept;
  }

  #write(): void {
    while (this.#queue.length > 0 && !this.#waitsForDrain && this.#socket.writable) {
      let bytes = 0;
      let count = 0;
      for (const { message } of this.#queue) {
        if (count > 0 && bytes + message.length > WRITE_BYTES) break;
        bytes += message.length;
        count++;
      }
      const batch = this.#queue.splice(0, count);
      this.#queuedBytes -= bytes + count * ENTRY_BYTES;
      this.#waitsForDrain = !this.#socket.write(
        Buffer.concat(
          batch.map((entry) => entry.message),
          bytes,
        ),
      );
    }
  }
}
