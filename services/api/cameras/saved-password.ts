import { ApiError } from '../api-error.ts';
import type { StoredCamera } from './camera-store.ts';
import { isSameHost } from './camera-url.ts';

/**
 * A saved password must not be sent to another host than the one it was given for: whoever may
 * change a camera's address could otherwise read it there.
 *
 * @param given the password of the request; undefined where the saved one is to be used
 * @throws ApiError `camera.password-required`
 */
export function checkPasswordStaysAtHome(
  saved: StoredCamera,
  url: string,
  given: string | undefined,
): void {
  if (given !== undefined || saved.sealedPassword === '') return;
  if ([saved.url, saved.subUrl].some((known) => known !== null && isSameHost(known, url))) return;
  throw new ApiError(
    'camera.password-required',
    {
      happened: 'The address names another host, and the saved password belongs to the old one.',
      kept: 'Nothing was changed.',
      remedy: 'Enter the password again.',
    },
    {
      errors: [
        {
          path: 'body.password',
          message: 'is needed again for another host',
          code: 'camera.password-required',
        },
      ],
    },
  );
}
