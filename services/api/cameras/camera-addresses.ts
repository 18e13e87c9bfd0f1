import { ApiError } from '../api-error.ts';
import type { StoredCamera } from './camera-store.ts';
import { addressWrong, parseCameraUrl } from './camera-url.ts';
import { checkPasswordStaysAtHome } from './saved-password.ts';

/** What a request says of where a camera is and of how to sign in; undefined is not said. */
export interface TypedAddresses {
  readonly url?: string | undefined;
  /** null or empty for no sub stream. */
  readonly subUrl?: string | null | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Addresses without user information, and who signs in at them; what is undefined stays. */
export interface CameraAddresses {
  readonly url: string | undefined;
  readonly subUrl: string | null | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/**
 * Reads the addresses of a new or changed camera. User name and password come from their own fields,
 * else from the main address, else from that of the sub stream: both are signed in to alike.
 *
 * @param saved the camera as it is, where it is changed
 * @throws ApiError `camera.url-invalid`, `camera.password-required`, `camera.demo-locked`
 */
export function readAddresses(typed: TypedAddresses, saved?: StoredCamera): CameraAddresses {
  const main = typed.url === undefined ? undefined : parseCameraUrl(typed.url);
  const sub = typed.subUrl ? parseCameraUrl(typed.subUrl, 'subUrl') : undefined;
  const url = main?.url ?? saved?.url;
  const subUrl = typed.subUrl === undefined ? undefined : (sub?.url ?? null);
  const keptSubUrl = subUrl === undefined ? (saved?.subUrl ?? null) : subUrl;
  if (saved?.demo && (url !== saved.url || keptSubUrl !== saved.subUrl)) throw demoLocked();
  if (keptSubUrl !== null && keptSubUrl === url) {
    throw addressWrong(sub === undefined ? 'url' : 'subUrl', 'same-twice');
  }
  const username = typed.username || (main?.username ?? sub?.username ?? typed.username);
  const password = typed.password || (main?.password ?? sub?.password ?? typed.password);
  if (saved !== undefined) {
    for (const target of [url, subUrl]) {
      if (target) checkPasswordStaysAtHome(saved, target, password);
    }
  }
  return { url, subUrl, username, password };
}

function demoLocked(): ApiError {
  return new ApiError('camera.demo-locked', {
    happened: 'The address of the demo camera is set by the system at each start.',
    remedy: 'Add your camera as a new one.',
  });
}
