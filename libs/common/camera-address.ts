/** Characters of a camera's address. */
export const MAX_URL_CHARACTERS = 2048;
/** Characters of a camera's user name, and of its password. */
export const MAX_CREDENTIAL_CHARACTERS = 256;

/**
 * Why an address cannot be a camera's. Stable: API, page and command line have words for each, and `errors`
 * of a problem names it.
 */
export const ADDRESS_FAULTS = [
  'too-long',
  /** A space, or a character that nobody sees. */
  'white-space',
  /** It begins with no scheme at all. */
  'no-scheme',
  /** http: or https: */
  'web-page',
  /** A scheme that is not RTSP's. */
  'other-scheme',
  /** Host or port cannot be read. */
  'unreadable',
  'no-host',
  'port-zero',
  /** A password with an unescaped / or # ends the host too early; its rest then holds the real @. */
  'host-late',
  'credentials-too-long',
  /** Main and sub stream are the same. */
  'same-twice',
] as const;
export type AddressFault = (typeof ADDRESS_FAULTS)[number];

/** What `code` of a fault in a problem's `errors` is. */
export type AddressFaultCode = `address.${AddressFault}`;

/** A camera's address as it is stored: without user information. */
export interface CameraAddress {
  readonly url: string;
  /** From the URL; undefined where it names none. */
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/**
 * Reads what a person typed as the address of a camera, or says what is wrong with it. Whether its host
 * may be connected to is decided where it is resolved.
 */
export function readCameraAddress(typed: string): CameraAddress | AddressFault {
  const text = typed.trim();
  if (text.length > MAX_URL_CHARACTERS) return 'too-long';
  if (/[\s\p{Cc}]/u.test(text)) return 'white-space';
  const scheme = schemeOf(text);
  if (scheme === undefined) return 'no-scheme';
  if (scheme === 'http' || scheme === 'https') return 'web-page';
  if (scheme !== 'rtsp' && scheme !== 'rtsps') return 'other-scheme';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'unreadable';
  }
  if (url.hostname === '') return 'no-host';
  if (url.port === '0') return 'port-zero';
  if (/@[^/?#]*:\d+|@\d+\.\d+\.\d+\.\d+/.test(url.pathname + url.search + url.hash)) {
    return 'host-late';
  }
  const hasUserInformation = url.username !== '' || url.password !== '';
  const username = hasUserInformation ? decode(url.username) : undefined;
  const password = hasUserInformation && url.password !== '' ? decode(url.password) : undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const credential of [username, password]) {
    if ((credential?.length ?? 0) > MAX_CREDENTIAL_CHARACTERS) return 'credentials-too-long';
  }
  return { url: url.href, username, password };
}

/** Lower case, without its colon; undefined where the text begins with none. */
export function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
