import { type KnownCredentials, takeSecrets } from './address-secrets.ts';
import { unescapeEach } from './percent.ts';

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
  /** An @ behind the host: a password with an unescaped / ? or # may have ended the host too early. */
  'host-late',
  /** In user name or password one % begins an escape and another does not: either may be meant. */
  'escape-unclear',
  /** A # behind a password: it may belong to it. */
  'cut-off',
  'credentials-too-long',
  /** Main and sub stream are the same. */
  'same-twice',
] as const;
export type AddressFault = (typeof ADDRESS_FAULTS)[number];

/** What `code` of a fault in a problem's `errors` is. */
export type AddressFaultCode = `address.${AddressFault}`;

declare const secretFree: unique symbol;
/**
 * An address in which no secret stands: without user information, with `$USERNAME`, `$PASSWORD` and
 * `$SECRET1` … in its path. Only what was read by {@link readCameraAddress} is one, so that nothing else
 * can be stored or shown.
 */
export type AddressTemplate = string & { readonly [secretFree]: true };

/** A camera's address as it is stored, and what was taken out of it. */
export interface CameraAddress {
  readonly url: AddressTemplate;
  /** From the address; undefined where it names none. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** `$SECRET` number `firstSecret` and on, as they were typed. */
  readonly secrets: readonly string[];
}

/**
 * Reads what a person typed as the address of a camera, or says what is wrong with it. Whether its host
 * may be connected to is decided where it is resolved.
 *
 * Each valid escape of user name and password is decoded separately. What could be meant in two ways is
 * refused: a `%` that begins an escape beside one that does not, and an `@` behind the host.
 *
 * @param known who signs in by fields of their own, which go before what the address says
 * @param firstSecret number of its first secret that is not the password
 */
export function readCameraAddress(
  typed: string,
  known: KnownCredentials = {},
  firstSecret = 1,
): CameraAddress | AddressFault {
  const text = typed.trim();
  if (text.length > MAX_URL_CHARACTERS) return 'too-long';
  if (/[\s\p{Cc}]/u.test(text)) return 'white-space';
  const scheme = schemeOf(text);
  if (scheme === undefined) return 'no-scheme';
  if (scheme === 'http' || scheme === 'https') return 'web-page';
  if (scheme !== 'rtsp' && scheme !== 'rtsps') return 'other-scheme';
  const [, authority = '', rest = ''] = /^[^:]+:\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  const at = authority.lastIndexOf('@');
  if (hasLateHost(rest)) return 'host-late';
  const url = URL.parse(`${scheme}://${authority.slice(at + 1)}${rest}`);
  if (url === null) return 'unreadable';
  if (url.hostname === '') return 'no-host';
  if (url.port === '0') return 'port-zero';
  const user = at === -1 ? undefined : readUserInformation(authority.slice(0, at));
  if (user === 'escape-unclear') return user;
  const username = known.username || user?.username;
  const password = known.password || user?.password;
  const taken = takeSecrets(url.pathname + url.search, { username, password }, firstSecret);
  // A # within a password would cut it off.
  if (url.hash !== '' && taken.path !== url.pathname + url.search) return 'cut-off';
  const read = {
    username: user?.username ?? taken.username,
    password: user?.password ?? taken.password,
  };
  for (const credential of Object.values(read)) {
    if ((credential?.length ?? 0) > MAX_CREDENTIAL_CHARACTERS) return 'credentials-too-long';
  }
  return { url: templateOf(url, taken.path), ...read, secrets: taken.secrets };
}

/**
 * The address of a row that was stored by an older version, or written by hand into a file: nothing of it
 * is refused, since the camera is there. What is no URL at all becomes `rtsp://unreadable.invalid/`.
 */
export function sealableAddress(
  stored: string,
  known: KnownCredentials,
  firstSecret: number,
): CameraAddress {
  const read = readCameraAddress(stored, known, firstSecret);
  if (typeof read !== 'string') return read;
  const url = URL.parse(stored);
  if (url === null) {
    const nothing = { username: undefined, password: undefined };
    return { url: 'rtsp://unreadable.invalid/' as AddressTemplate, ...nothing, secrets: [] };
  }
  const user = {
    username: unescapeEach(url.username).text || undefined,
    password: unescapeEach(url.password).text || undefined,
  };
  const taken = takeSecrets(url.pathname + url.search, { ...user, ...known }, firstSecret);
  return {
    url: templateOf(url, taken.path),
    username: user.username ?? taken.username,
    password: user.password ?? taken.password,
    secrets: taken.secrets,
  };
}

/** The address of a row that went through {@link readCameraAddress} before it was stored. */
export function storedAddress(stored: string): AddressTemplate {
  return stored as AddressTemplate;
}

function templateOf(url: URL, path: string): AddressTemplate {
  return `${url.protocol}//${url.host}${path}` as AddressTemplate;
}

/** An `@` there may end a password with an unescaped `/`, `?` or `#`, unless `user:password@` is a part of the path. */
function hasLateHost(rest: string): boolean {
  return rest.replaceAll(/(?<=\/)[^/:@?#]+:[^/@?#]+@(?=\/)/g, '').includes('@');
}

/** User name and password in front of an `@`; empty ones are none. */
function readUserInformation(
  text: string,
):
  | { readonly username: string | undefined; readonly password: string | undefined }
  | 'escape-unclear' {
  const colon = text.indexOf(':');
  const username = unescapeEach(colon === -1 ? text : text.slice(0, colon));
  const password = unescapeEach(colon === -1 ? '' : text.slice(colon + 1));
  const hasBoth = (username.decoded || password.decoded) && (username.literal || password.literal);
  if (hasBoth) return 'escape-unclear';
  const isNobody = username.text === '' && password.text === '';
  return { username: isNobody ? undefined : username.text, password: password.text || undefined };
}

/** Lower case, without its colon; undefined where the text begins with none. */
export function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
}
