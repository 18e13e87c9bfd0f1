import { WireError } from '../errors.ts';
import { RtspHeaders } from './headers.ts';

/** A request, as a client sends it, or a server to its client (RFC 2326 §6). */
export interface RtspRequest {
  readonly kind: 'request';
  /** Upper case. */
  readonly method: string;
  /** As written: a full URL, or `*`. */
  readonly uri: string;
  readonly headers: RtspHeaders;
  /** Its own copy: may be kept. */
  readonly body: Uint8Array;
}

/** A response (RFC 2326 §7). */
export interface RtspResponse {
  readonly kind: 'response';
  /** `HTTP` when a web server answers in the place of a camera. */
  readonly protocol: 'RTSP' | 'HTTP';
  readonly status: number;
  readonly reason: string;
  readonly headers: RtspHeaders;
  /** Its own copy: may be kept. */
  readonly body: Uint8Array;
}

export type RtspMessage = RtspRequest | RtspResponse;

/** A header as it goes out. */
export type HeaderField = readonly [name: string, value: string | number];

/** Everything before the body of a message, taken apart. */
export type MessageHead =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly headers: RtspHeaders;
    }
  | {
      readonly kind: 'response';
      readonly protocol: 'RTSP' | 'HTTP';
      readonly status: number;
      readonly reason: string;
      readonly headers: RtspHeaders;
    };

const EMPTY = new Uint8Array(0);
const REQUEST_LINE = /^([A-Z_]{1,32}) (\S{1,4096}) RTSP\/\d\.\d\s*$/;
const STATUS_LINE = /^(RTSP|HTTP)\/\d(?:\.\d)? +(\d{3})(?: (.*))?$/;

/**
 * Takes the text before a body apart: start line and headers. Lines may end with a bare line feed;
 * folded header lines are joined; lines without a colon are left out. A carriage return alone, or a NUL,
 * is a space (RFC 9112 §2.2): what a camera names, such as its session, is sent back to it.
 *
 * @returns undefined where the start line is none
 */
export function parseMessageHead(text: string): MessageHead | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/[\r\0]/g, ' '));
  const startLine = lines[0] ?? '';
  const fields: [string, string][] = [];
  for (const line of lines.slice(1)) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last[1] = `${last[1]} ${line.trim()}`.trim();
      continue;
    }
    const colon = line.indexOf(':');
    if (colon > 0) fields.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  const headers = new RtspHeaders(fields);
  const status = STATUS_LINE.exec(startLine);
  if (status !== null) {
    return {
      kind: 'response',
      protocol: status[1] === 'HTTP' ? 'HTTP' : 'RTSP',
      status: Number(status[2]),
      reason: (status[3] ?? '').trim(),
      headers,
    };
  }
  const request = REQUEST_LINE.exec(startLine);
  if (request === null) return undefined;
  return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers };
}

/** Content-Length, 0 where absent; NaN where it is not a number. */
export function contentLengthOf(headers: RtspHeaders): number {
  const value = headers.get('Content-Length');
  if (value === undefined) return 0;
  return /^\d+$/.test(value) ? Number(value) : Number.NaN;
}

/**
 * Makes a request ready for the socket; adds Content-Length where there is a body.
 *
 * @throws WireError `wire.rtsp-message` where a value would break the line
 */
export function serializeRequest(
  method: string,
  uri: string,
  headers: readonly HeaderField[],
  body: Uint8Array = EMPTY,
): Uint8Array {
  if (/\s/.test(uri) || uri === '') {
    throw new WireError('wire.rtsp-message', 'The address of an RTSP request holds a space.');
  }
  return serialize(`${method} ${uri} RTSP/1.0`, headers, body);
}

/**
 * Makes a response ready for the socket; adds Content-Length where there is a body.
 *
 * @throws WireError `wire.rtsp-message` where a value would break the line
 */
export function serializeResponse(
  status: number,
  reason: string,
  headers: readonly HeaderField[],
  body: Uint8Array = EMPTY,
): Uint8Array {
  return serialize(`RTSP/1.0 ${status} ${reason}`, headers, body);
}

function serialize(
  startLine: string,
  headers: readonly HeaderField[],
  body: Uint8Array,
): Uint8Array {
  const lines = [startLine];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
  for (const line of lines) {
    if (line.includes('\r') || line.includes('\n') || line.includes('\0')) {
      throw new WireError(
        'wire.rtsp-message',
        'A header of an RTSP message holds a line break; the message was not sent.',
      );
    }
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}

/** Writes the 4 bytes before interleaved data (RFC 2326 §10.12). */
export function writeInterleavedHeader(
  target: Uint8Array,
  offset: number,
  channel: number,
  length: number,
): void {
  target[offset] = 0x24;
  target[offset + 1] = channel;
  target[offset + 2] = length >> 8;
  target[offset + 3] = length;
}
