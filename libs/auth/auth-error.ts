import { VmsError } from '@vms/common/errors.ts';

/** Every code that this library raises. */
export type AuthErrorCode =
  | 'auth.media-token-expired'
  | 'auth.media-token-invalid'
  | 'auth.media-token-revoked'
  | 'auth.password-too-long'
  | 'auth.seal-broken'
  | 'auth.secret-unusable'
  | 'auth.too-many-hashes';

/** What can go wrong with keys, sealed values and tokens. Never carries a secret. */
export class AuthError extends VmsError<AuthErrorCode> {}
