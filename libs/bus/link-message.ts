import { MAX_EVENT_BYTES, MAX_SUBJECT_CHARACTERS } from './bounds.ts';

/**
 * What goes over the socket of the local hub, both ways:
 *
 * ```
 *  0        4      5               6                    6+n
 *  | length | kind | n = subject's | subject, n bytes   | JSON of the event
 *  | u32 BE | u8   | length, u8    | of ASCII           | (kind event only)
 * ```
 * `length` counts what follows it.
 */
export const KIND_EVENT = 1;
export const KIND_SUBSCRIBE = 2;
export const KIND_UNSUBSCRIBE = 3;
export const KIND_PING = 4;
export const KIND_PONG = 5;

const LENGTH_BYTES = 4;
const FIXED_BYTES = 2;

/** Bytes of the largest message after its length. */
export const MAX_MESSAGE_BYTES = FIXED_BYTES + MAX_SUBJECT_CHARACTERS + MAX_EVENT_BYTES;

export interface LinkMessage {
  readonly kind: number;
  readonly subject: string;
  /** A view: valid until the next call of {@link MessageReader.read}. */
  readonly payload: Buffer;
  /** The message as it came, to be passed on: a copy of its own. */
  readonly raw: () => Buffer;
}

export function encodeMessage(kind: number, subject = '', json = ''): Buffer {
  const jsonBytes = Buffer.byteLength(json);
  const message = Buffer.allocUnsafe(LENGTH_BYTES + FIXED_BYTES + subject.length + jsonBytes);
  message.writeUInt32BE(message.length - LENGTH_BYTES, 0);
  message[4] = kind;
  message[5] = subject.length;
  message.write(subject, 6, 'latin1');
  message.write(json, 6 + subject.length, 'utf8');
  return message;
}

/** Cuts a stream of bytes into messages. Holds at most one message that is not whole. */
export class MessageReader {
  #parts: Buffer[] = [];
  #held = 0;
  /** Bytes that must be there before it is worth looking again. */
  #needed = LENGTH_BYTES;

  /** @throws RangeError where the bytes are no message: the connection is of no use then. */
  read(chunk: Buffer, onMessage: (message: LinkMessage) => void): void {
    this.#held += chunk.length;
    if (this.#held < this.#needed) {
      if (chunk.length > 0) this.#parts.push(Buffer.from(chunk));
      return;
    }
    let bytes = this.#parts.length === 0 ? chunk : Buffer.concat([...this.#parts, chunk]);
    this.#needed = LENGTH_BYTES;
    while (bytes.length >= LENGTH_BYTES) {
      const length = bytes.readUInt32BE(0);
      if (length < FIXED_BYTES || length > MAX_MESSAGE_BYTES) {
        throw new RangeError(`a message of ${length} bytes`);
      }
      const end = LENGTH_BYTES + length;
      this.#needed = end;
      if (bytes.length < end) break;
      const whole = bytes.subarray(0, end);
      const payloadAt = LENGTH_BYTES + FIXED_BYTES + (whole[5] ?? 0);
      if (payloadAt > end) throw new RangeError('a subject longer than its message');
      onMessage({
        kind: whole[4] ?? 0,
        subject: whole.toString('latin1', LENGTH_BYTES + FIXED_BYTES, payloadAt),
        payload: whole.subarray(payloadAt),
        raw: () => Buffer.from(whole),
      });
      bytes = bytes.subarray(end);
      this.#needed = LENGTH_BYTES;
    }
    this.#parts = bytes.length === 0 ? [] : [Buffer.from(bytes)];
    this.#held = bytes.length;
  }
}
