import { WireError } from '../errors.ts';
import {
  contentLengthOf,
  type MessageHead,
  parseMessageHead,
  type RtspRequest,
  type RtspResponse,
} from './message.ts';
import { DOLLAR, isMessageStart, mayFollowData, NEEDS_MORE } from './message-start.ts';

/** Takes what comes out of a connection, in the order in which it came. */
export interface RtspStreamHandler {
  /**
   * Interleaved data (RFC 2326 §10.12): bytes `start` to `end` of `buffer`, valid during the call only.
   * The channel is as the camera wrote it, assigned by anybody or not.
   */
  onData(channel: number, buffer: Uint8Array, start: number, end: number): void;
  onResponse(response: RtspResponse): void;
  onRequest(request: RtspRequest): void;
  /** So many bytes belonged to nothing and were skipped; what follows is framed again. */
  onLostFraming(skippedBytes: number): void;
}

/** One direction of an RTSP connection: messages and interleaved data. */
export interface RtspStreamParser {
  /**
   * Takes bytes `start` to `end` of `buffer`, which may be used again as soon as the call returns.
   * @throws WireError `wire.not-rtsp` or `wire.too-long`: close the connection.
   */
  push(buffer: Uint8Array, start: number, end: number): void;
  /** A channel of a track that was set up; after lost framing only such are believed. */
  assignChannel(channel: number): void;
}

/** Start line and headers of one message. */
export const MAX_HEAD_BYTES = 32 * 1024;
/** Body of one message; a session description has some 2 KB. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Bytes in a row that belong to nothing, before the peer is given up. */
export const MAX_UNFRAMED_BYTES = 1024 * 1024;
/** The carry holds one message or interleaved packet at most. */
export const MAX_CARRY_BYTES = MAX_HEAD_BYTES + MAX_BODY_BYTES;

const FIRST_CARRY_BYTES = 2048;
const INTERLEAVED_HEADER_BYTES = 4;
/** A receiver report without blocks; anything shorter is neither RTP nor RTCP. */
const MIN_PACKET_BYTES = 8;
const CR = 0x0d;
const LF = 0x0a;

/** Makes a parser for one direction of one connection. */
export function createRtspStreamParser(handler: RtspStreamHandler): RtspStreamParser {
  return new StreamParser(handler);
}

/**
 * Works in place on the caller's buffer. Only what a read cuts in two is copied, into a carry of its own.
 */
class StreamParser implements RtspStreamParser {
  readonly #handler: RtspStreamHandler;
  readonly #assigned = new Uint8Array(256);
  #someAssigned = false;
  #carry = Buffer.allocUnsafeSlow(FIRST_CARRY_BYTES);
  #carried = 0;
  /** Bytes that the message at hand needs before it is worth looking at again; 0 where not known. */
  #needed = 0;
  /** Bytes of the message at hand in which the end of its head is known not to be. */
  #scanned = 0;
  #framedAnything = false;
  #lost = false;
  #skipped = 0;
  /** A web server has answered: whatever comes now is a page. */
  #ignoring = false;

  constructor(handler: RtspStreamHandler) {
    this.#handler = handler;
  }

  assignChannel(channel: number): void {
    this.#assigned[channel & 255] = 1;
    this.#someAssigned = true;
  }

  push(buffer: Uint8Array, start: number, end: number): void {
    let at = start;
    if (this.#carried > 0) {
      at = this.#finishCarried(buffer, start, end);
      if (this.#carried > 0) return;
    }
    at = this.#consume(buffer, at, end);
    if (at < end) this.#keep(buffer, at, end);
  }

  /** Adds to the carry until what it holds is whole; returns where to read on. */
  #finishCarried(buffer: Uint8Array, start: number, end: number): number {
    let at = start;
    while (this.#carried > 0 && at < end) {
      const missing = this.#needed > this.#carried ? this.#needed - this.#carried : end - at;
      const added = Math.min(missing, end - at);
      this.#reserve(this.#carried + added);
      this.#carry.set(buffer.subarray(at, at + added), this.#carried);
      at += added;
      const total = this.#carried + added;
      this.#carried = total;
      if (this.#needed > total) return at;
      const done = this.#consume(this.#carry, 0, total);
      const rest = total - done;
      if (rest <= added) {
        // What is left came with this read: go on in the caller's buffer.
        this.#carried = 0;
        return at - rest;
      }
      this.#carry.copyWithin(0, done, total);
      this.#carried = rest;
    }
    return at;
  }

  #keep(buffer: Uint8Array, start: number, end: number): void {
    this.#carried = 0;
    this.#reserve(end - start);
    this.#carry.set(buffer.subarray(start, end), 0);
    this.#carried = end - start;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#carry.length) return;
    if (bytes > MAX_CARRY_BYTES) throw tooLong();
    let size = this.#carry.length;
    while (size < bytes) size *= 2;
    const larger = Buffer.allocUnsafeSlow(Math.min(size, MAX_CARRY_BYTES));
    larger.set(this.#carry.subarray(0, this.#carried), 0);
    this.#carry = larger;
  }

  /** Reads whole messages and packets; returns where the first one starts that is not whole. */
  #consume(buffer: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (buffer[at] === DOLLAR && !this.#lost) {
        this.#scanned = 0;
        if (at + INTERLEAVED_HEADER_BYTES > end) {
          this.#needed = INTERLEAVED_HEADER_BYTES;
          return at;
        }
        const length = ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
        const next = at + INTERLEAVED_HEADER_BYTES + length;
        if (next > end) {
          this.#needed = INTERLEAVED_HEADER_BYTES + length;
          return at;
        }
        if (next === end || mayFollowData(buffer[next] ?? 0)) {
          this.#framedAnything = true;
          this.#handler.onData(buffer[at + 1] ?? 0, buffer, at + INTERLEAVED_HEADER_BYTES, next);
          at = next;
          continue;
        }
        // The length leads nowhere: bytes are missing inside this packet, and the next ones are in it.
        this.#lose(1);
        at++;
      }
      const next = this.#consumeText(buffer, at, end);
      if (next < 0) return at + (-1 - next);
      at = next;
    }
    this.#needed = 0;
    this.#scanned = 0;
    return at;
  }

  /** Reads one message or skips what is none; `-1 - n` where more bytes are needed from `n` on. */
  #consumeText(buffer: Uint8Array, start: number, end: number): number {
    this.#needed = 0;
    if (this.#ignoring) return end;
    if (this.#lost) return this.#resync(buffer, start, end);
    const first = buffer[start] ?? 0;
    if (first === CR || first === LF) return start + 1;
    const message = isMessageStart(buffer, start, end);
    if (message === NEEDS_MORE) return -1;
    if (!message) {
      if (!this.#framedAnything) throw notRtsp();
      this.#lose(1);
      return start + 1;
    }
    const headEnd = findHeadEnd(buffer, start + this.#scanned, end);
    if (headEnd < 0) {
      if (end - start > MAX_HEAD_BYTES) throw tooLong();
      this.#scanned = Math.max(0, end - start - 3);
      return -1;
    }
    const head = parseMessageHead(Buffer.from(buffer.subarray(start, headEnd)).toString('utf8'));
    if (head === undefined) {
      if (!this.#framedAnything) throw notRtsp();
      this.#scanned = 0;
      this.#lose(1);
      return start + 1;
    }
    const declared = contentLengthOf(head.headers);
    const bodyBytes = Number.isNaN(declared) || this.#isWebPage(head) ? 0 : declared;
    if (bodyBytes > MAX_BODY_BYTES || headEnd - start > MAX_HEAD_BYTES) throw tooLong();
    if (headEnd + bodyBytes > end) {
      this.#needed = headEnd - start + bodyBytes;
      return -1;
    }
    this.#scanned = 0;
    this.#framedAnything = true;
    this.#deliver(head, Uint8Array.from(buffer.subarray(headEnd, headEnd + bodyBytes)));
    return headEnd + bodyBytes;
  }

  #isWebPage(head: MessageHead): boolean {
    if (head.kind === 'response' && head.protocol === 'HTTP') this.#ignoring = true;
    return this.#ignoring;
  }

  #deliver(head: MessageHead, body: Uint8Array): void {
    if (head.kind === 'response') this.#handler.onResponse({ ...head, body });
    else this.#handler.onRequest({ ...head, body });
  }

  #lose(bytes: number): void {
    this.#lost = true;
    this.#skipped = bytes;
  }

  /** Looks for something believable; gives where it starts, or `-1 - n` as consumeText. */
  #resync(buffer: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const found =
        buffer[at] === DOLLAR
          ? this.#isPlausiblePacket(buffer, at, end)
          : isMessageStart(buffer, at, end);
      if (found === NEEDS_MORE) {
        this.#skip(at - start);
        return -1 - (at - start);
      }
      if (found) {
        this.#skip(at - start);
        this.#lost = false;
        this.#handler.onLostFraming(this.#skipped);
        return at;
      }
    }
    this.#skip(end - start);
    return end;
  }

  #skip(bytes: number): void {
    this.#skipped += bytes;
    if (this.#skipped > MAX_UNFRAMED_BYTES) throw notRtsp();
  }

  #isPlausiblePacket(buffer: Uint8Array, at: number, end: number): boolean | typeof NEEDS_MORE {
    if (at + INTERLEAVED_HEADER_BYTES >= end) return NEEDS_MORE;
    const channel = buffer[at + 1] ?? 0;
    if (this.#someAssigned && this.#assigned[channel] === 0) return false;
    const length = ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
    // Version 2 of RTP and RTCP stands in the first two bits.
    if (length < MIN_PACKET_BYTES || (buffer[at + 4] ?? 0) >> 6 !== 2) return false;
    const next = at + INTERLEAVED_HEADER_BYTES + length;
    return next >= end || mayFollowData(buffer[next] ?? 0);
  }
}

/** Position behind the empty line that ends a head, or -1. */
function findHeadEnd(buffer: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (buffer[at] !== LF) continue;
    if (buffer[at + 1] === LF && at + 1 < end) return at + 2;
    if (buffer[at + 1] === CR && buffer[at + 2] === LF && at + 2 < end) return at + 3;
  }
  return -1;
}

function notRtsp(): WireError {
  return new WireError('wire.not-rtsp', {
    happened: 'What answers there does not speak RTSP, or its data cannot be made out any more.',
    remedy: 'Check the address and the port of the camera; RTSP is usually on port 554.',
  });
}

function tooLong(): WireError {
  return new WireError('wire.too-long', {
    happened: `An RTSP message is over ${MAX_HEAD_BYTES} bytes of headers or ${MAX_BODY_BYTES} of body.`,
    remedy: 'Check that the address is that of a camera.',
  });
}
