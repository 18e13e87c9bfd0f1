import { HttpError } from '@vms/http/http-error.ts';

/** Every code that the stream service raises; stable, since clients translate them. */
export type StreamErrorCode =
  | 'stream.b-frames'
  | 'stream.camera-not-found'
  | 'stream.codec-not-playable'
  | 'stream.pixels-not-square'
  | 'stream.without-idr'
  | 'stream.h265-not-playable'
  | 'stream.ice-restart-not-supported'
  | 'stream.limit-reached'
  | 'stream.no-frames'
  | 'stream.no-keyframe'
  | 'stream.not-allowed'
  | 'stream.offer-invalid'
  | 'stream.offer-not-acceptable'
  | 'stream.offer-without-h264'
  | 'stream.offer-without-video'
  | 'stream.precondition-failed'
  | 'stream.session-not-found'
  | 'stream.snapshot-failed'
  | 'stream.snapshot-unavailable'
  | 'stream.too-many-offers'
  | 'stream.udp-port-in-use'
  | 'stream.webrtc-unavailable';

/** What the stream service raises. */
export class StreamError extends HttpError<StreamErrorCode> {}
