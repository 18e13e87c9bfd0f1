import type { RtspRequest, RtspResponse } from './message.ts';

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

export interface RtspStreamParser {
  /**
   * Takes bytes `start` to `end` of `buffer`, which may be used again as soon as the call returns.
   * @throws WireError `wire.not-rtsp` or `wire.too-long`: close the connection.
   */
  push(buffer: Uint8Array, start: number, end: number): void;
  /** A channel of a track that was set up; after lost framing only such are believed. */
  assignChannel(channel: number): void;
}
