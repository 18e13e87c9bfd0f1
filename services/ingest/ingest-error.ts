import type { CameraState } from '@vms/common/camera.ts';
import { type Explanation, VmsError } from '@vms/common/errors.ts';

/** Every code that ingest raises; stable, since clients translate them. */
export const INGEST_ERROR_CODES = [
  /** The camera's URL cannot be read, or is not `rtsp:` or `rtsps:`. */
  'ingest.address-invalid',
  /** The address is one that cameras may not have (loopback, link-local, unspecified). */
  'ingest.address-blocked',
  /** The host name has no address. */
  'ingest.name-not-found',
  /** Nothing answers at the address. */
  'ingest.unreachable',
  /** The device accepted the connection and then did not answer in time. */
  'ingest.no-answer',
  /** Something answers that does not speak RTSP. */
  'ingest.not-rtsp',
  'ingest.wrong-password',
  /** The camera asks to sign in by ways that are not supported; no password was sent. */
  'ingest.sign-in-not-supported',
  /** The camera ended the connection when it was given the password, and said nothing. */
  'ingest.login-unanswered',
  'ingest.not-found',
  'ingest.codec-not-supported',
  /** The camera understood and will not (453, 461, 503, ...). */
  'ingest.refused',
  /** The camera ended a session that worked. */
  'ingest.connection-lost',
  /** The session stands, but no frames come. */
  'ingest.no-frames',
  /** The camera's answers cannot be used. */
  'ingest.protocol',
  /** The stored password cannot be opened. */
  'ingest.password-unreadable',
  /** The stored list of cameras cannot be read or written. */
  'ingest.roster-unusable',
] as const;
export type IngestErrorCode = (typeof INGEST_ERROR_CODES)[number];

/** What ingest raises about a camera, in words for the person who looks after it. */
export class IngestError extends VmsError<IngestErrorCode> {
  constructor(
    code: IngestErrorCode,
    explanation: Explanation | string,
    options?: { cause?: unknown },
  ) {
    super(code, explanation, options);
  }
}

const STATE_OF: Readonly<Record<IngestErrorCode, CameraState>> = {
  'ingest.address-invalid': 'error',
  'ingest.address-blocked': 'address-blocked',
  'ingest.name-not-found': 'unreachable',
  'ingest.unreachable': 'unreachable',
  'ingest.no-answer': 'unreachable',
  'ingest.not-rtsp': 'not-rtsp',
  'ingest.wrong-password': 'wrong-password',
  'ingest.sign-in-not-supported': 'refused',
  'ingest.login-unanswered': 'refused',
  'ingest.not-found': 'not-found',
  'ingest.codec-not-supported': 'codec-not-supported',
  'ingest.refused': 'refused',
  'ingest.connection-lost': 'connecting',
  'ingest.no-frames': 'no-frames',
  'ingest.protocol': 'error',
  'ingest.password-unreadable': 'error',
  'ingest.roster-unusable': 'error',
};

/** The state that a person sees of a camera with that failure. */
export function cameraStateOf(error: IngestError): CameraState {
  return STATE_OF[error.code];
}

/** Whether a camera did not answer in time. */
export function isNoAnswer(error: unknown): error is IngestError {
  return error instanceof IngestError && error.code === 'ingest.no-answer';
}

/** Whether a camera answered that it will not. */
export function isRefusal(error: unknown): error is IngestError {
  return error instanceof IngestError && REFUSALS.has(error.code);
}

const REFUSALS: ReadonlySet<IngestErrorCode> = new Set([
  'ingest.refused',
  'ingest.not-found',
  'ingest.protocol',
]);
