import { fillAddress, withoutNames } from './address-secrets.ts';
import { type AddressTemplate, readCameraAddress } from './camera-address.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'rtsp:': '554', 'rtsps:': '322' };

/**
 * What distinguishes the streams of cameras: host with port, path and query, without who signs in. Two channels
 * of one recorder are two places. Undefined where the address cannot be read.
 */
export function placeOf(address: string): string | undefined {
  const read = readCameraAddress(address);
  return typeof read === 'string' ? undefined : withoutNames(placeOfTemplate(read.url));
}

/**
 * The same within one list, where the secrets are known: channels may differ in a token alone.
 * @returns undefined where the address cannot be read
 */
export function exactPlaceOf(address: string): string | undefined {
  const read = readCameraAddress(address);
  if (typeof read === 'string') return undefined;
  const { url, secrets } = read;
  return fillAddress(placeOfTemplate(url), { username: '', password: '', secrets });
}

function placeOfTemplate(template: AddressTemplate): string {
  const { protocol, hostname, port, pathname, search } = new URL(template);
  const path = pathname === '' ? '/' : pathname;
  return `${hostname.toLowerCase()}:${port || DEFAULT_PORTS[protocol]}${path}${search}`;
}

/** Cameras that have one of the addresses already, by their main or sub stream. */
export function camerasAt<
  Camera extends { readonly url: string; readonly subUrl?: string | null | undefined },
>(address: string, cameras: readonly Camera[]): Camera[] {
  const place = placeOf(address);
  if (place === undefined) return [];
  return cameras.filter(({ url, subUrl }) =>
    [url, subUrl].some((each) => each != null && placeOf(each) === place),
  );
}
