import {
  type KnownCredentials,
  renumberSecrets,
  secretNumbersIn,
} from '@vms/common/address-secrets.ts';
import type { AddressTemplate, CameraAddress } from '@vms/common/camera-address.ts';
import { ApiError } from '../api-error.ts';
import { type AddressField, addressWrong, parseCameraUrl } from './camera-url.ts';
import { checkSecretsStayAtHome, type SavedCamera } from './saved-password.ts';

/** What a request says of where a camera is and of how to sign in; undefined is not said. */
export interface TypedAddresses {
  readonly url?: string | undefined;
  /** null or empty for no sub stream. */
  readonly subUrl?: string | null | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Addresses without a secret, and who signs in at them; what is undefined stays. */
export interface CameraAddresses {
  readonly url: AddressTemplate | undefined;
  readonly subUrl: AddressTemplate | null | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** What `$SECRET1` … in both stand for. */
  readonly secrets: readonly string[] | undefined;
}

/**
 * Reads the addresses of a new or changed camera. User name and password come from their own fields,
 * else from the main address, else from that of the sub stream: both are signed in to alike.
 *
 * @param saved the camera as it is, where it is changed
 * @throws ApiError `camera.url-invalid`, `camera.password-required`, `camera.demo-locked`
 */
export function readAddresses(typed: TypedAddresses, saved?: SavedCamera): CameraAddresses {
  const before = saved?.camera;
  const main = typed.url === undefined ? undefined : readAddress('url', typed.url, typed, saved);
  const username = typed.username || (main?.username ?? typed.username);
  const password = typed.password || (main?.password ?? typed.password);
  const secrets = [...(saved?.secrets ?? []), ...(main?.secrets ?? [])];
  const sub = typed.subUrl
    ? readAddress('subUrl', typed.subUrl, { username, password }, saved, secrets.length + 1)
    : undefined;
  secrets.push(...(sub?.secrets ?? []));
  const url = main?.url ?? before?.url;
  const subUrl = typed.subUrl === undefined ? before?.subUrl : (sub?.url ?? null);
  if (before?.demo && (url !== before.url || (subUrl ?? null) !== before.subUrl)) {
    throw demoLocked();
  }
  const signIn = {
    username: username || (sub?.username ?? username),
    password: password || (sub?.password ?? password),
  };
  if (saved !== undefined) {
    for (const target of [main?.url, sub?.url]) {
      if (target) checkSecretsStayAtHome(saved, target, signIn.password);
    }
  }
  const packed = packSecrets(url, subUrl, secrets);
  if (packed.subUrl && packed.subUrl === packed.url) {
    throw addressWrong(sub === undefined ? 'url' : 'subUrl', 'same-twice');
  }
  return {
    ...signIn,
    url: packed.url === before?.url && main === undefined ? undefined : packed.url,
    subUrl: packed.subUrl === before?.subUrl ? undefined : packed.subUrl,
    secrets: isSameList(packed.secrets, saved?.secrets ?? []) ? undefined : packed.secrets,
  };
}

/** Those of a camera that is new: its address is there. */
export function readNewAddresses(
  typed: TypedAddresses & { readonly url: string },
): CameraAddresses & { readonly url: AddressTemplate } {
  const { url, ...rest } = readAddresses(typed);
  if (url === undefined) throw addressWrong('url', 'no-host');
  return { ...rest, url };
}

/**
 * What to try of an address that need not be saved.
 *
 * @param firstSecret number of its first secret; default behind those that are saved
 */
export function readAddress(
  field: AddressField,
  typed: string,
  { username, password }: KnownCredentials,
  saved?: SavedCamera,
  firstSecret = (saved?.secrets.length ?? 0) + 1,
): CameraAddress {
  const read = parseCameraUrl(typed, field, { username, password }, firstSecret);
  if (saved === undefined || password !== undefined || read.password !== undefined) return read;
  // The saved password is to sign in: it may stand in the address where no key names it.
  const known = {
    username: username || (read.username ?? saved.camera.username),
    password: saved.password,
  };
  const { url, secrets } = parseCameraUrl(typed, field, known, firstSecret);
  return { ...read, url, secrets };
}

/** Numbers the secrets that are still named from 1, each once, and drops the others. */
function packSecrets(
  url: AddressTemplate | undefined,
  subUrl: AddressTemplate | null | undefined,
  secrets: readonly string[],
) {
  const numbers = new Map<number, number>();
  const packed: string[] = [];
  for (const number of [url, subUrl].flatMap((each) => secretNumbersIn(each ?? ''))) {
    const secret = secrets[number - 1];
    if (secret === undefined) continue;
    if (!packed.includes(secret)) packed.push(secret);
    numbers.set(number, packed.indexOf(secret) + 1);
  }
  return {
    url: url && renumberSecrets(url, numbers),
    subUrl: subUrl && renumberSecrets(subUrl, numbers),
    secrets: packed,
  };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

function demoLocked(): ApiError {
  return new ApiError('camera.demo-locked', {
    happened: 'The address of the demo camera is set by the system at each start.',
    remedy: 'Add your camera as a new one.',
  });
}
