import { HttpError } from '@vms/http/http-error.ts';

/** Every code that this service raises; docs/api/errors.md explains each. */
export type ApiErrorCode =
  | 'alert.channel-not-found'
  | 'alert.too-many-tests'
  | 'auth.origin-not-allowed'
  | 'auth.password-too-weak'
  | 'auth.token-not-valid'
  | 'auth.too-many-attempts'
  | 'auth.wrong-password'
  | 'camera.demo-locked'
  | 'camera.limit-reached'
  | 'camera.no-sub-stream'
  | 'camera.not-found'
  | 'camera.password-required'
  | 'camera.too-many-tests'
  | 'camera.url-invalid'
  | 'recording.not-found'
  | 'recording.nothing-in-range'
  | 'recording.range-invalid'
  | 'stream.session-not-found'
  | 'token.limit-reached'
  | 'token.not-found'
  | 'user.not-found';

/** An error of the API, with what HTTP needs of it. */
export class ApiError extends HttpError<ApiErrorCode> {}
