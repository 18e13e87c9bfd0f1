import { WireError } from '../errors.ts';
import type { RtspHeaders } from './headers.ts';

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

const EMPTY = new Uint8Array(0);

/** Makes a request ready for the socket; adds Content-Length where there is a body. */
export function serializeRequest(
  method: string,
  uri: string,
  headers: readonly HeaderField[],
  body: Uint8Array = EMPTY,
): Uint8Array {
  return serialize(`${method} ${uri} RTSP/1.0`, headers, body);
}

/** Makes a response ready for the socket; adds Content-Length where there is a body. */
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
  let head = startLine;
  for (const [name, value] of headers) head += `\r\n${name}: ${value}`;
  if (body.length > 0) head += `\r\nContent-Length: ${body.length}`;
  const lines = head.split('\r\n').length;
  if (/[\r\n\0]/.test(head.replaceAll('\r\n', '')) || lines > headers.length + 2) {
    throw new WireError(
      'wire.rtsp-message',
      'An address or header of an RTSP message contains a line break, and was not sent.',
    );
  }
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'utf8'), body]);
}
