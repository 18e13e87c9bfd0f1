import type { Camera, CameraInput, CameraSearch, FoundStream } from '../../api/types.ts';
import type { Key } from '../../i18n/dictionary.ts';
import type { Credentials } from '../camera-form-model.ts';

/** What stands in the fields of a search, as typed. */
export interface FindDraft extends Credentials {
  readonly address: string;
}

/** A host of RFC 3986 with a port, or an IPv6 address; not yet whether there is such a thing. */
const ADDRESS = /^(\[[0-9a-f:.]+\]|[0-9a-f]*:[0-9a-f:.]+|[\p{L}\p{N}_.-]+)(:\d{1,5})?$/iu;

/** What is wrong with an address, or undefined where it may be searched. */
export function addressError(address: string): Key | undefined {
  const text = address.trim();
  if (text === '') return 'field.required';
  if (/^rtsps?:\/\/[^/]+\/./i.test(text)) return 'add.addressIsUrl';
  const bare = bareAddress(text);
  const [, port] = /:(\d+)$/.exec(bare) ?? [];
  const isPort = /^[^:]+:\d+$|\]:\d+$/.test(bare);
  if (isPort && (Number(port) < 1 || Number(port) > 65_535)) return 'add.addressWrong';
  return ADDRESS.test(bare) ? undefined : 'add.addressWrong';
}

/** `http://192.168.1.20/` as copied from the browser is `192.168.1.20`. */
export function bareAddress(address: string): string {
  return address
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/+$/, '');
}

/** An address as it stands in a URL: IPv6 in brackets. */
export function urlHost(bare: string): string {
  return /^[0-9a-f]*:[0-9a-f:.]*:/i.test(bare) ? `[${bare}]` : bare;
}

/** The stream in a role that a search found. */
export function streamOf(search: CameraSearch, role: FoundStream['role']): FoundStream | undefined {
  return search.streams.find((stream) => stream.role === role);
}

/** `Intelbras 192.168.1.20`: a name to begin with, that no camera has yet. */
export function suggestedName(
  search: CameraSearch,
  address: string,
  cameras: readonly Pick<Camera, 'name'>[],
): string {
  const name = [search.maker?.name, bareAddress(address)].filter(Boolean).join(' ');
  const taken = new Set(cameras.map((camera) => camera.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) {
    if (!taken.has(`${name} (${number})`)) return `${name} (${number})`;
  }
}

/** The body that adds what a search found. */
export function inputOfSearch(
  name: string,
  search: CameraSearch,
  credentials: Credentials,
): CameraInput {
  const input: CameraInput = {
    name: name.trim(),
    url: streamOf(search, 'main')?.url ?? search.streams[0]?.url ?? '',
    username: credentials.username.trim(),
    password: credentials.password,
  };
  const sub = streamOf(search, 'sub');
  if (sub !== undefined) input.subUrl = sub.url;
  return input;
}

/** Tells whether what a search found still belongs to what stands in the fields. */
export function searchKey(draft: FindDraft): string {
  return JSON.stringify([bareAddress(draft.address), draft.username.trim(), draft.password]);
}

/** The first part of the keys of an outcome's words; those of an outcome we do not know are an error's. */
export function outcomeKey(outcome: string, known: (key: string) => boolean): string {
  return known(`find.${outcome}`) ? `find.${outcome}` : 'find.error';
}
