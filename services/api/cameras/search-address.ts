import { isIPv6 } from 'node:net';
import { parseCameraUrl } from './camera-url.ts';

/** Where to look for a camera, and who signs in if the address says so. */
export interface SearchAddress {
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** 0: the ports that cameras use. */
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/**
 * Reads what a person types or pastes as the address of a camera: a name, an IP address, either with a
 * port, or the address of its web page or of a stream, of which the path does not matter. The port of a
 * web page is not one of RTSP.
 *
 * @throws ApiError `camera.url-invalid`
 */
export function parseSearchAddress(typed: string): SearchAddress {
  const text = typed.trim();
  const isWebPage = /^https?:\/\//i.test(text);
  const { url, username, password } = parseCameraUrl(asCameraUrl(text), 'address');
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: isWebPage ? 0 : Number(port),
    tls: protocol === 'rtsps:',
    username,
    password,
  };
}

function asCameraUrl(text: string): string {
  if (isIPv6(text)) return `rtsp://[${text}]`;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `rtsp://${text}`;
  return text.replace(/^https?:/i, 'rtsp:');
}
