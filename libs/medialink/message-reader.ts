import { malformed, maxBodyBytes, PREFIX_BYTES } from './link-protocol.ts';

/** Receives each message: its type, and a body that belongs to the receiver. */
export type OnMessage = (type: number, body: Buffer) => void;

/**
 * Cuts a byte stream into messages. What is pushed may be a shared read buffer: every body is copied
 * once, into a buffer of its own size, so that it can be kept without pinning anything else.
 */
export class MessageReader {
  readonly #onMessage: OnMessage;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** @throws MediaLinkError `medialink.protocol` for a length that no message has. */
  push(chunk: Uint8Array, end: number = chunk.length): void {
    let at = 0;
    while (at < end) {
      if (this.#body === undefined) {
        const wanted = Math.min(PREFIX_BYTES - this.#prefixFilled, end - at);
        this.#prefix.set(chunk.subarray(at, at + wanted), this.#prefixFilled);
        this.#prefixFilled += wanted;
        at += wanted;
        if (this.#prefixFilled < PREFIX_BYTES) return;
        this.#begin();
      }
      at = this.#fill(chunk, at, end);
    }
  }

  #begin(): void {
    const length = this.#prefix.readUInt32BE(0) - 1;
    const type = this.#prefix[4] ?? 0;
    if (length < 0 || length > maxBodyBytes(type)) {
      throw malformed(`a message of type ${type} and ${length} bytes`);
    }
    this.#body = Buffer.allocUnsafe(length);
    this.#bodyFilled = 0;
  }

  #fill(chunk: Uint8Array, at: number, end: number): number {
    const body = this.#body;
    if (body === undefined) return at;
    const wanted = Math.min(body.length - this.#bodyFilled, end - at);
    if (wanted > 0) body.set(chunk.subarray(at, at + wanted), this.#bodyFilled);
    this.#bodyFilled += wanted;
    if (this.#bodyFilled === body.length) {
      this.#body = undefined;
      this.#prefixFilled = 0;
      this.#onMessage(this.#prefix[4] ?? 0, body);
    }
    return at + wanted;
  }
}
