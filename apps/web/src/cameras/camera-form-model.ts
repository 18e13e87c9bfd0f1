import { MAX_RETENTION_DAYS } from '@vms/common/camera.ts';
import { readCameraAddress } from '@vms/common/camera-address.ts';
import type { Camera, CameraInput, CameraTestInput, StreamName } from '../api/types.ts';
import type { Key } from '../i18n/translate.ts';

/** What stands in the form, as typed. */
export interface CameraDraft {
  readonly name: string;
  readonly url: string;
  /** Of the sub stream; empty for none. */
  readonly subUrl: string;
  readonly username: string;
  /** Empty while a saved password is left untouched. */
  readonly password: string;
  readonly passwordTouched: boolean;
  readonly enabled: boolean;
  readonly retentionDays: string;
  readonly maxGigabytes: string;
  /** IANA name; empty for that of the system. */
  readonly timeZone: string;
}

export type DraftErrors = Partial<Record<keyof CameraDraft, Key>>;

const DEFAULT_RETENTION_DAYS = 30;
const GIGABYTE = 1e9;

export function draftOf(camera: Camera | undefined): CameraDraft {
  const maxBytes = camera?.maxBytes ?? 0;
  return {
    name: camera?.name ?? '',
    url: camera?.url ?? '',
    subUrl: camera?.subUrl ?? '',
    username: camera?.username ?? '',
    password: '',
    passwordTouched: false,
    enabled: camera?.enabled ?? true,
    retentionDays: String(camera?.retentionDays ?? DEFAULT_RETENTION_DAYS),
    maxGigabytes: maxBytes > 0 ? String(Math.round(maxBytes / GIGABYTE)) : '',
    timeZone: camera?.timeZone ?? '',
  };
}

/** User name and password of a camera, as typed. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A draft for a new camera: with the credentials of the one before, or with those in the address. */
export function newDraft(credentials: Credentials | undefined, url = ''): CameraDraft {
  const parts = splitCredentials(url);
  const { username, password } = parts ?? credentials ?? { username: '', password: '' };
  const passwordTouched = password !== '';
  return { ...draftOf(undefined), url: parts?.url ?? url, username, password, passwordTouched };
}

/**
 * Moves user name and password out of a whole address, as they are often pasted together; undefined where
 * it has none, or cannot be read. Other secrets in it stay as they were typed: the API seals them.
 */
export function splitCredentials(
  url: string,
): { url: string; username: string; password: string } | undefined {
  const read = readCameraAddress(url);
  if (typeof read === 'string') return undefined;
  const { username, password, secrets } = read;
  if (username === undefined && password === undefined) return undefined;
  return {
    url: secrets.length === 0 ? read.url : url.trim(),
    username: username ?? '',
    password: password ?? '',
  };
}

/** What is wrong with an address, or undefined where the API will take it. */
function urlError(url: string): Key | undefined {
  const read = readCameraAddress(url);
  return typeof read === 'string' ? `address.${read}` : undefined;
}

const INVISIBLE = /\p{Cc}/u;

function wholeBetween(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}

/** What is wrong, by field. Empty where the draft can be sent. */
export function checkDraft(draft: CameraDraft): DraftErrors {
  const errors: DraftErrors = {};
  if (draft.name.trim() === '') errors.name = 'field.required';
  for (const field of ['name', 'username', 'password'] as const) {
    if (INVISIBLE.test(draft[field])) errors[field] = 'field.invisible';
  }
  const url = draft.url.trim() === '' ? 'field.required' : urlError(draft.url);
  if (url !== undefined) errors.url = url;
  const subUrl = draft.subUrl.trim() === '' ? undefined : urlError(draft.subUrl);
  if (subUrl !== undefined) errors.subUrl = subUrl;
  if (!wholeBetween(draft.retentionDays.trim(), 1, MAX_RETENTION_DAYS)) {
    errors.retentionDays = 'form.retentionWrong';
  }
  const most = draft.maxGigabytes.trim();
  if (most !== '' && !wholeBetween(most, 1, 1_000_000)) errors.maxGigabytes = 'form.maxBytesWrong';
  return errors;
}

/** The body that adds a camera, or that changes what differs from `saved`. */
export function inputOf(draft: CameraDraft, saved: Camera | undefined): CameraInput {
  const maxBytes =
    draft.maxGigabytes.trim() === '' ? null : Number(draft.maxGigabytes.trim()) * GIGABYTE;
  const input: CameraInput = {};
  const put = <K extends keyof CameraInput>(key: K, value: CameraInput[K], was: unknown): void => {
    if (saved === undefined || value !== was) Object.assign(input, { [key]: value });
  };
  put('name', draft.name.trim(), saved?.name);
  put('url', draft.url.trim(), saved?.url);
  const subUrl = draft.subUrl.trim() === '' ? null : draft.subUrl.trim();
  if (subUrl !== (saved?.subUrl ?? null)) input.subUrl = subUrl;
  put('username', draft.username.trim(), saved?.username);
  const timeZone = draft.timeZone === '' ? null : draft.timeZone;
  if (timeZone !== (saved?.timeZone ?? null)) input.timeZone = timeZone;
  put('retentionDays', Number(draft.retentionDays), saved?.retentionDays);
  if (saved === undefined) {
    if (draft.password !== '') input.password = draft.password;
    if (maxBytes !== null) input.maxBytes = maxBytes;
    if (!draft.enabled) input.enabled = false;
    return input;
  }
  if (draft.passwordTouched) input.password = draft.password;
  if (draft.enabled !== saved.enabled) input.enabled = draft.enabled;
  // A limit that was left as it is keeps its bytes, also where it was no whole number of gigabytes.
  if (draft.maxGigabytes !== draftOf(saved).maxGigabytes) input.maxBytes = maxBytes;
  return input;
}

/** The body of a test: with the saved password, where it was left untouched. */
export function testInputOf(
  draft: CameraDraft,
  saved: Camera | undefined,
  stream: StreamName = 'main',
): CameraTestInput {
  const url = stream === 'sub' ? draft.subUrl : draft.url;
  const input: CameraTestInput = { url: url.trim(), username: draft.username.trim() };
  if (stream === 'sub') input.stream = stream;
  if (saved !== undefined && !draft.passwordTouched) input.camera_id = saved.id;
  else input.password = draft.password;
  return input;
}

/** Tells whether a test that was made for one draft still says something about another. */
export function connectionKey(draft: CameraDraft): string {
  return JSON.stringify([
    draft.url.trim(),
    draft.subUrl.trim(),
    draft.username.trim(),
    draft.password,
  ]);
}
