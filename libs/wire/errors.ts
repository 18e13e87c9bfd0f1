import { VmsError } from '@vms/common/errors.ts';

/** Every code that libs/wire raises; stable, since clients translate them. */
export const WIRE_ERROR_CODES = [
  /** The peer speaks, but neither RTSP messages nor interleaved frames come of it. */
  'wire.not-rtsp',
  /** An RTSP message cannot be read or written. */
  'wire.rtsp-message',
  /** A message is longer than the limit of its kind. */
  'wire.too-long',
  /** A session description holds no media that can be read. */
  'wire.sdp',
  /** A header (Transport, Session, WWW-Authenticate, ...) cannot be read. */
  'wire.rtsp-header',
  /** No offered authentication scheme is one that we speak. */
  'wire.auth-scheme',
  /** A packet of RTP or RTCP cannot be read or written. */
  'wire.rtp',
] as const;
export type WireErrorCode = (typeof WIRE_ERROR_CODES)[number];

/** What libs/wire raises about bytes of a protocol. */
export class WireError extends VmsError<WireErrorCode> {}
