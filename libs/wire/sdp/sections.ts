/** One `m=` section, taken apart but not understood. */
export interface MediaSection {
  /** `video`, `audio`, `application`, ...; lower case. */
  readonly media: string;
  /** Formats of the `m=` line that are payload types. */
  readonly payloadTypes: readonly number[];
  /** `a=rtpmap`, by payload type. */
  readonly maps: ReadonlyMap<number, string>;
  /** `a=fmtp`, by payload type. */
  readonly formats: ReadonlyMap<number, string>;
  readonly control: string | undefined;
  readonly frameRate: number | undefined;
  /** Of the `m=` line, for instance `RTP/AVP`; upper case. */
  readonly protocol: string;
  /** By RFC 3264 as seen from the camera, or from us: cameras do not agree. */
  readonly direction: Direction | undefined;
  /** Values of `a=crypto` (RFC 4568 §4). */
  readonly crypto: readonly string[];
  /** Value of `a=key-mgmt` (RFC 4567 §3.1). */
  readonly keyManagement: string | undefined;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A description as lines and sections. */
export interface Sections {
  readonly name: string;
  /** Session level `a=control`. */
  readonly control: string | undefined;
  readonly media: readonly MediaSection[];
  /** Lines could not be read, or the lines that must be there are missing. */
  readonly malformed: boolean;
}

/** `m=` sections that are looked at. */
export const MAX_SECTIONS = 32;
/** Lines that are looked at. */
export const MAX_LINES = 2048;
/** `a=rtpmap` and `a=fmtp` of one section. */
export const MAX_FORMATS = 32;
/** `a=crypto` of one section. */
export const MAX_CRYPTO = 8;
const MAX_FRAME_RATE = 1000;

interface OpenSection extends MediaSection {
  payloadTypes: number[];
  maps: Map<number, string>;
  formats: Map<number, string>;
  control: string | undefined;
  frameRate: number | undefined;
  direction: Direction | undefined;
  crypto: string[];
  keyManagement: string | undefined;
}

/** Sorts the lines of a description into sections; never throws. */
export function readSections(text: string): Sections {
  const media: OpenSection[] = [];
  let current: OpenSection | undefined;
  let name = '';
  let control: string | undefined;
  let keyManagement: string | undefined;
  let malformed = false;
  let version = false;
  let count = 0;
  for (const raw of text.split(/\r\n|\r|\n|\0/)) {
    const line = raw.trim();
    if (line === '') continue;
    if (++count > MAX_LINES) break;
    const match = /^([a-z])\s*=(.*)$/i.exec(line);
    if (match === null) {
      malformed = true;
      continue;
    }
    const type = (match[1] ?? '').toLowerCase();
    const value = (match[2] ?? '').trim();
    if (type === 'v') version = true;
    else if (type === 's' && current === undefined) name = value;
    else if (type === 'm') {
      if (media.length >= MAX_SECTIONS) break;
      current = openSection(value);
      if (current.payloadTypes.length === 0) malformed = true;
      media.push(current);
    } else if (type === 'a' && current !== undefined) readAttribute(current, value);
    else if (type === 'a' && /^control\s*:/i.test(value)) control ??= afterColon(value);
    else if (type === 'a' && /^key-mgmt\s*:/i.test(value)) keyManagement ??= afterColon(value);
  }
  // RFC 4567 §3.1: one of the session is that of every section without its own.
  for (const section of media) section.keyManagement ??= keyManagement;
  return { name, control, media, malformed: malformed || !version };
}

/** `video 0 RTP/AVP 96`: the port is nobody's business here, and often wrong. */
function openSection(value: string): OpenSection {
  const words = value.split(/\s+/);
  const payloadTypes = words.slice(3).filter((word) => /^\d{1,3}$/.test(word));
  return {
    media: (words[0] ?? '').toLowerCase(),
    payloadTypes: payloadTypes.map(Number).filter((type) => type <= 127),
    maps: new Map(),
    formats: new Map(),
    control: undefined,
    frameRate: undefined,
    protocol: (words[2] ?? '').toUpperCase(),
    direction: undefined,
    crypto: [],
    keyManagement: undefined,
  };
}

function readAttribute(section: OpenSection, value: string): void {
  const colon = value.indexOf(':');
  const key = (colon < 0 ? value : value.slice(0, colon)).trim().toLowerCase();
  const rest = afterColon(value);
  switch (key) {
    case 'control':
      section.control ??= rest;
      return;
    case 'rtpmap':
      keep(section.maps, rest);
      return;
    case 'fmtp':
      keep(section.formats, rest);
      return;
    case 'framerate': {
      const rate = Number.parseFloat(rest);
      if (rate > 0 && rate <= MAX_FRAME_RATE) section.frameRate = rate;
      return;
    }
    case 'sendonly':
    case 'recvonly':
    case 'inactive':
    case 'sendrecv':
      section.direction = key;
      return;
    case 'crypto':
      if (section.crypto.length < MAX_CRYPTO) section.crypto.push(rest);
      return;
    case 'key-mgmt':
      section.keyManagement ??= rest;
      return;
    default:
  }
}

function keep(map: Map<number, string>, value: string): void {
  const match = /^(\d{1,3})(?:\s+(.*))?$/s.exec(value);
  const type = Number(match?.[1] ?? 255);
  if (type > 127 || map.has(type) || map.size >= MAX_FORMATS) return;
  map.set(type, match?.[2] ?? '');
}

function afterColon(value: string): string {
  const colon = value.indexOf(':');
  return colon < 0 ? '' : value.slice(colon + 1).trim();
}
