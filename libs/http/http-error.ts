import { type Explanation, VmsError } from '@vms/common/errors.ts';

/** Every code that this library raises or gives to errors of the framework. */
export type HttpErrorCode =
  | 'auth.forbidden'
  | 'auth.not-signed-in'
  | 'auth.too-many-attempts'
  | 'http.address-not-available'
  | 'http.body-too-large'
  | 'http.cannot-listen'
  | 'http.headers-too-large'
  | 'http.host-not-allowed'
  | 'http.insecure-remote'
  | 'http.internal'
  | 'http.invalid-request'
  | 'http.media-type-not-supported'
  | 'http.not-found'
  | 'http.port-in-use'
  | 'http.port-not-permitted'
  | 'http.request-timeout'
  | 'http.too-many-connections'
  | 'http.too-many-requests'
  | 'rpc.failed'
  | 'rpc.timeout'
  | 'rpc.unreachable';

/** One thing that is wrong in a request. Never repeats the value. */
export interface FieldFault {
  /** Where: `body.url`, `query.limit`. */
  readonly path: string;
  /** What, in English. */
  readonly message: string;
  /** Stable, such as `address.web-page`, where clients have words of their own for it. */
  readonly code?: string;
}

export interface HttpErrorOptions {
  readonly cause?: unknown;
  readonly errors?: readonly FieldFault[];
  /** Becomes the header Retry-After (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
}

/** An error that tells HTTP more than its code: which fields, or when to come back. */
export class HttpError<Code extends string = HttpErrorCode> extends VmsError<Code> {
  readonly errors: readonly FieldFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: Code, explanation: Explanation | string, options: HttpErrorOptions = {}) {
    super(code, explanation, { cause: options.cause });
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** An error that another service raised on purpose, as it came over a call: its own code and words. */
export class RemoteError extends VmsError {}
