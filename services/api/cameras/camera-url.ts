import { ApiError } from '../api-error.ts';
import { MAX_CREDENTIAL_CHARACTERS, MAX_URL_CHARACTERS } from '../bounds.ts';

/** Which of a camera's addresses, as the request names it. */
export type AddressField = 'url' | 'subUrl' | 'address';

/** A camera's address as it is stored: without user information. */
export interface CameraAddress {
  readonly url: string;
  /** From the URL; undefined where it names none. */
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const OTHER_SCHEMES: ReadonlySet<string> = new Set(
  'concat dvrip exec ffmpeg file ftp mms onvif pipe rtmp rtmps rtp srt tcp udp webrtc ws wss'.split(
    ' ',
  ),
);

const EXAMPLE = 'Write it like rtsp://192.168.1.20:554/stream1.';

/**
 * Checks and splits what a person typed. Whether its host may be connected to is decided by ingest,
 * which resolves it. Errors never repeat the address: it may hold a password.
 *
 * @throws ApiError `camera.url-invalid`
 */
export function parseCameraUrl(typed: string, field: AddressField = 'url'): CameraAddress {
  const wrong = (why: string, remedy: string): ApiError => addressWrong(field, why, remedy);
  const text = typed.trim();
  if (text.length > MAX_URL_CHARACTERS) {
    throw wrong(`it is longer than ${MAX_URL_CHARACTERS} characters`, EXAMPLE);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\s\u0000-\u001f\u007f]/.test(text)) {
    throw wrong('it contains a space or an invisible character', EXAMPLE);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  checkScheme(scheme, wrong);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong(
      'its host or port is not valid',
      `${EXAMPLE} A password with / ? # or : goes into the password field, not into the address.`,
    );
  }
  if (url.hostname === '') throw wrong('it names no host', EXAMPLE);
  if (url.port === '0') throw wrong('its port is 0', EXAMPLE);
  // A password with an unescaped / or # ends the host too early; its rest then holds the real @.
  if (/@[^/?#]*:\d+|@\d+\.\d+\.\d+\.\d+/.test(url.pathname + url.search + url.hash)) {
    throw wrong(
      'a part of it that looks like a host comes too late',
      'A password with / ? # or @ goes into the password field, not into the address.',
    );
  }
  const hasUserInformation = url.username !== '' || url.password !== '';
  const username = hasUserInformation ? decode(url.username) : undefined;
  const password = hasUserInformation && url.password !== '' ? decode(url.password) : undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const credential of [username, password]) {
    if (credential !== undefined && credential.length > MAX_CREDENTIAL_CHARACTERS) {
      throw wrong(
        `its user name or password is longer than ${MAX_CREDENTIAL_CHARACTERS} characters`,
        '',
      );
    }
  }
  return { url: url.href, username, password };
}

/** Whether a password that was given for one address may be sent to another: same host and port. */
export function isSameHost(a: string, b: string): boolean {
  const [one, other] = [new URL(a), new URL(b)];
  return one.protocol === other.protocol && one.host.toLowerCase() === other.host.toLowerCase();
}

function checkScheme(
  scheme: string | undefined,
  wrong: (why: string, remedy: string) => ApiError,
): void {
  if (scheme === 'rtsp' || scheme === 'rtsps') return;
  if (scheme === undefined) throw wrong('it does not begin with rtsp://', EXAMPLE);
  if (scheme === 'http' || scheme === 'https') {
    throw wrong(
      'it is the address of a web page',
      'Look in the settings of the camera for its RTSP address. It begins with rtsp://.',
    );
  }
  // Only what is known to be a scheme is repeated: it may be a password in the wrong place.
  const named = OTHER_SCHEMES.has(scheme) ? `${scheme}://` : 'what it begins with';
  throw wrong(`${named} is not supported`, `Only rtsp:// and rtsps:// are. ${EXAMPLE}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const ADDRESS_NAMES: Readonly<Record<AddressField, string>> = {
  url: 'The address of the camera',
  subUrl: 'The address of the sub stream',
  address: 'The address',
};

/** `camera.url-invalid`, with what is wrong of which address. */
export function addressWrong(field: AddressField, why: string, remedy: string): ApiError {
  return new ApiError(
    'camera.url-invalid',
    { happened: `${ADDRESS_NAMES[field]} cannot be used: ${why}.`, remedy },
    { errors: [{ path: `body.${field}`, message: why }] },
  );
}
