import { ApiError } from '../api-error.ts';
import { MIN_PASSWORD_CHARACTERS } from './bounds.ts';

/** Different characters that a password has at least. */
const MIN_DIFFERENT_CHARACTERS = 5;

/**
 * @param path of the password in the request, for `errors`
 * @param current the password that it is to replace, where that is known
 * @throws ApiError `auth.password-too-weak`
 */
export function checkPasswordStrength(
  next: string,
  username: string,
  path: string,
  current?: string,
): void {
  const why =
    next.length < MIN_PASSWORD_CHARACTERS
      ? `it has fewer than ${MIN_PASSWORD_CHARACTERS} characters`
      : next.toLowerCase().includes(username.toLowerCase())
        ? 'it contains the user name'
        : next === current
          ? 'it is the current one'
          : new Set(next).size < MIN_DIFFERENT_CHARACTERS
            ? 'it repeats the same few characters'
            : undefined;
  if (why === undefined) return;
  throw new ApiError(
    'auth.password-too-weak',
    {
      happened: `The new password cannot be used: ${why}.`,
      kept: 'The current password stays.',
      remedy: 'A sentence of a few unusual words is easy to keep and hard to guess.',
    },
    { errors: [{ path, message: why }] },
  );
}
