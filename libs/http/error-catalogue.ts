/** How an error code is told over HTTP. */
export interface CatalogueEntry {
  readonly status: number;
  /** The same for every error of this code (RFC 9457 §3.1.3). */
  readonly title: string;
}

/**
 * Every code that an answer may carry, and its status: the one place where errors become HTTP. Each
 * is explained in docs/api/errors.md (a test compares). A code that is not here becomes
 * `http.internal`: what it says is for the log.
 */
export const ERROR_CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  'auth.forbidden': { status: 403, title: 'Not allowed' },
  'auth.media-token-expired': { status: 403, title: 'Address has expired' },
  'auth.media-token-invalid': { status: 403, title: 'Address is not valid' },
  'auth.not-signed-in': { status: 401, title: 'Not signed in' },
  'auth.origin-not-allowed': { status: 403, title: 'Other site' },
  'auth.password-too-long': { status: 400, title: 'Password too long' },
  'auth.password-too-weak': { status: 400, title: 'Password too weak' },
  'auth.token-not-valid': { status: 401, title: 'API token not valid' },
  'auth.too-many-attempts': { status: 429, title: 'Too many attempts' },
  'auth.wrong-password': { status: 401, title: 'Wrong user name or password' },
  'camera.demo-locked': { status: 409, title: 'Address of the demo camera is fixed' },
  'camera.limit-reached': { status: 409, title: 'Too many cameras' },
  'camera.no-sub-stream': { status: 409, title: 'No sub stream' },
  'camera.not-found': { status: 404, title: 'No such camera' },
  'camera.password-required': { status: 400, title: 'Password needed again' },
  'camera.too-many-tests': { status: 429, title: 'Too many tests' },
  'camera.url-invalid': { status: 400, title: 'Address of the camera not valid' },
  'http.body-too-large': { status: 413, title: 'Request too large' },
  'http.internal': { status: 500, title: 'Internal error' },
  'http.invalid-request': { status: 400, title: 'Invalid request' },
  'http.media-type-not-supported': { status: 415, title: 'Content type not supported' },
  'http.not-found': { status: 404, title: 'No such address' },
  'playback.bad-address': { status: 404, title: 'No such address' },
  'playback.bad-range': { status: 400, title: 'Time cannot be played' },
  'playback.not-allowed': { status: 403, title: 'Not allowed' },
  'playback.not-found': { status: 404, title: 'Recording is gone' },
  'playback.nothing-recorded': { status: 404, title: 'Nothing recorded' },
  'playback.range-not-satisfiable': { status: 416, title: 'Part beyond the recording' },
  'playback.too-many-requests': { status: 503, title: 'Too much is played at once' },
  'playback.unreadable': { status: 500, title: 'Recording cannot be read' },
  'playback.volume-busy': { status: 503, title: 'Volume does not answer' },
  'recording.not-found': { status: 404, title: 'No such recording' },
  'recording.nothing-in-range': { status: 404, title: 'Nothing recorded' },
  'recording.range-invalid': { status: 400, title: 'Range of time not valid' },
  'rpc.failed': { status: 502, title: 'Another service failed' },
  'rpc.timeout': { status: 504, title: 'Another service did not answer in time' },
  'rpc.unreachable': { status: 503, title: 'Another service is not running' },
  'storage.bad-request': { status: 400, title: 'Question cannot be answered' },
  'stream.b-frames': { status: 422, title: 'Cannot be shown live' },
  'stream.camera-not-found': { status: 404, title: 'No such camera' },
  'stream.codec-not-playable': { status: 422, title: 'Cannot be shown live' },
  'stream.h265-not-playable': { status: 422, title: 'Cannot be shown live' },
  'stream.ice-restart-not-supported': { status: 422, title: 'ICE restart not supported' },
  'stream.limit-reached': { status: 409, title: 'Too many live views' },
  'stream.no-frames': { status: 503, title: 'No picture right now' },
  'stream.no-keyframe': { status: 503, title: 'No picture yet' },
  'stream.not-allowed': { status: 403, title: 'Not allowed' },
  'stream.offer-invalid': { status: 400, title: 'SDP not valid' },
  'stream.offer-not-acceptable': { status: 422, title: 'Offer not acceptable' },
  'stream.offer-without-h264': { status: 422, title: 'Offer without H.264' },
  'stream.offer-without-video': { status: 422, title: 'Offer without video' },
  'stream.precondition-failed': { status: 412, title: 'Session has changed' },
  'stream.precondition-required': { status: 428, title: 'If-Match is needed' },
  'stream.session-not-found': { status: 404, title: 'No such live view' },
  'stream.snapshot-failed': { status: 502, title: 'Snapshot failed' },
  'stream.snapshot-unavailable': { status: 503, title: 'Snapshots not available' },
  'stream.too-many-offers': { status: 429, title: 'Too many offers' },
  'stream.webrtc-unavailable': { status: 503, title: 'WebRTC not available' },
  'token.limit-reached': { status: 409, title: 'Too many API tokens' },
  'token.not-found': { status: 404, title: 'No such API token' },
};
