import {
  type AddressCredentials,
  fillAddress,
  PASSWORD_IN_ADDRESS,
} from '@vms/common/address-secrets.ts';

/** Whether the camera would get the password in the path alone. */
export function carriesPassword(path: string): boolean {
  return path.includes(PASSWORD_IN_ADDRESS);
}

/**
 * The URI as it goes to the camera. It is put together where a request is written and kept nowhere:
 * lists, logs, errors and answers hold the address with the names in place of the secrets.
 *
 * @param given the address that we were given. Only there names are filled in; what a camera puts behind
 *   it, or in its place, stays as the camera wrote it: it could otherwise ask for the password in the clear.
 */
export function withCredentials(
  uri: string,
  given: string,
  credentials: AddressCredentials,
): string {
  if (!uri.startsWith(given)) return uri;
  return fillAddress(given, credentials) + uri.slice(given.length);
}
