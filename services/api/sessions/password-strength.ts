import { ApiError } from '../api-error.ts';
import { MIN_PASSWORD_CHARACTERS } from './bounds.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

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
            : isRepeated(next)
              ? 'it is one word repeated'
              : isCommon(next)
                ? 'it is one of the most common passwords'
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

/** Capital letters, spaces and marks do not make a word another one. */
function lettersOf(password: string): string {
  return password.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** `password` of `passwordpassword`: what a text repeats, the whole text where it repeats nothing. */
function repeatedPart(text: string): string {
  return text === '' ? text : text.slice(0, `${text}${text}`.indexOf(text, 1));
}

function isRepeated(password: string): boolean {
  const letters = lettersOf(password);
  return repeatedPart(letters).length < letters.length;
}

/** Also with digits behind it. */
function isCommon(password: string): boolean {
  const letters = lettersOf(password);
  return (
    COMMON_PASSWORDS.has(letters) ||
    COMMON_PASSWORDS.has(repeatedPart(withoutDigitsBehind(letters)))
  );
}

function withoutDigitsBehind(letters: string): string {
  let end = letters.length;
  while (end > 0 && /\d/.test(letters.charAt(end - 1))) end--;
  return letters.slice(0, end);
}
