import type { KnownCredentials } from '@vms/common/address-secrets.ts';
import {
  type AddressFault,
  type AddressFaultCode,
  type CameraAddress,
  MAX_CREDENTIAL_CHARACTERS,
  MAX_URL_CHARACTERS,
  readCameraAddress,
  schemeOf,
} from '@vms/common/camera-address.ts';
import { ApiError } from '../api-error.ts';

/** Which of a camera's addresses, as the request names it. */
export type AddressField = 'url' | 'subUrl' | 'address';

const OTHER_SCHEMES: ReadonlySet<string> = new Set(
  'concat dvrip exec ffmpeg file ftp mms onvif pipe rtmp rtmps rtp srt tcp udp webrtc ws wss'.split(
    ' ',
  ),
);

const EXAMPLE = 'Write it like rtsp://192.168.1.20:554/stream1.';
const PASSWORD_FIELD = 'goes into the password field, not into the address.';

/** What is wrong, and what to do. */
const FAULTS: Readonly<Record<AddressFault, readonly [why: string, remedy: string]>> = {
  'too-long': [`it is longer than ${MAX_URL_CHARACTERS} characters`, EXAMPLE],
  'white-space': [
    'it contains a space or an invisible character',
    `${EXAMPLE} A password with a space ${PASSWORD_FIELD}`,
  ],
  'no-scheme': ['it does not begin with rtsp://', EXAMPLE],
  'web-page': [
    'it is the address of a web page',
    'Look in the settings of the camera for its RTSP address. It begins with rtsp://.',
  ],
  'other-scheme': [
    'what it begins with is not supported',
    `Only rtsp:// and rtsps:// are. ${EXAMPLE}`,
  ],
  unreadable: [
    'its host or port is not valid',
    `${EXAMPLE} A password with / ? # or : ${PASSWORD_FIELD}`,
  ],
  'no-host': ['it names no host', EXAMPLE],
  'port-zero': ['its port is 0', EXAMPLE],
  'host-late': [
    'there is an @ after the host',
    `A password with / ? or # ${PASSWORD_FIELD} An @ that belongs to the path is written %40.`,
  ],
  'escape-unclear': [
    'a % in its user name or password may be a plain character or the start of an escape',
    `Such a password ${PASSWORD_FIELD} In an address a % is written %25.`,
  ],
  'cut-off': [
    'a # after a password cuts off the rest of it',
    'In the address a # that belongs to the password is written %23.',
  ],
  'credentials-too-long': [
    `its user name or password is longer than ${MAX_CREDENTIAL_CHARACTERS} characters`,
    'Check both.',
  ],
  'same-twice': [
    'main and sub stream have the same address',
    'Leave the sub stream out where the camera has only one.',
  ],
};

/**
 * Checks and splits what a person typed. Whether its host may be connected to is decided by ingest,
 * which resolves it. Errors never repeat the address: it may hold a password.
 *
 * @param known who signs in by fields of their own
 * @param firstSecret number of its first secret that is not the password
 * @throws ApiError `camera.url-invalid`
 */
export function parseCameraUrl(
  typed: string,
  field: AddressField = 'url',
  known: KnownCredentials = {},
  firstSecret = 1,
): CameraAddress {
  const read = readCameraAddress(typed, known, firstSecret);
  if (typeof read !== 'string') return read;
  // Only what is known to be a scheme is repeated: it may be a password in the wrong place.
  const scheme = schemeOf(typed.trim()) ?? '';
  const isKnown = read === 'other-scheme' && OTHER_SCHEMES.has(scheme);
  throw addressWrong(field, read, isKnown ? `${scheme}:// is not supported` : undefined);
}

/** Whether a password that was given for one address may be sent to another: same host and port. */
export function isSameHost(a: string, b: string): boolean {
  const [one, other] = [new URL(a), new URL(b)];
  return one.protocol === other.protocol && one.host.toLowerCase() === other.host.toLowerCase();
}

const ADDRESS_NAMES: Readonly<Record<AddressField, string>> = {
  url: 'The address of the camera',
  subUrl: 'The address of the sub stream',
  address: 'The address',
};

/** `camera.url-invalid`, with what is wrong of which address. */
export function addressWrong(
  field: AddressField,
  fault: AddressFault,
  words = FAULTS[fault][0],
): ApiError {
  const code: AddressFaultCode = `address.${fault}`;
  return new ApiError(
    'camera.url-invalid',
    {
      happened: `${ADDRESS_NAMES[field]} cannot be used: ${words}.`,
      remedy: FAULTS[fault][1],
    },
    { errors: [{ path: `body.${field}`, message: words, code }] },
  );
}
