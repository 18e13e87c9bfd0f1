import { type CameraSecrets, hasSealedPassword } from '@vms/auth/camera-secrets.ts';
import { secretNumbersIn } from '@vms/common/address-secrets.ts';
import { ApiError } from '../api-error.ts';
import type { StoredCamera } from './camera-store.ts';
import { isSameHost } from './camera-url.ts';

/** A camera as it is, with what is sealed of it. */
export interface SavedCamera extends CameraSecrets {
  readonly camera: StoredCamera;
}

/**
 * What is sealed of a camera must not be sent to another host than the one it was given for: whoever may
 * change a camera's address could otherwise read it there.
 *
 * @param given the password of the request; undefined where the saved one is to be used
 * @throws ApiError `camera.password-required`
 */
export function checkSecretsStayAtHome(
  { camera, secrets }: SavedCamera,
  url: string,
  given: string | undefined,
): void {
  const sameHost = [camera.url, camera.subUrl].filter(
    (each) => each !== null && isSameHost(each, url),
  );
  // Of the two addresses each may be on a host of its own, with secrets of its own.
  const atHome = new Set(sameHost.flatMap((each) => secretNumbersIn(each ?? '')));
  const named = secretNumbersIn(url).filter((number) => number <= secrets.length);
  if (named.some((number) => !atHome.has(number))) throw secretStays();
  const isStranger = sameHost.length === 0 && given === undefined;
  if (isStranger && hasSealedPassword(camera.sealedPassword)) throw passwordStays();
}

function passwordStays(): ApiError {
  return new ApiError(
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

function secretStays(): ApiError {
  return new ApiError('camera.password-required', {
    happened:
      'The address names another host, and the secret that $SECRET stands for in it belongs to the old one.',
    kept: 'Nothing was changed.',
    remedy: 'Write the secret itself in its place.',
  });
}
