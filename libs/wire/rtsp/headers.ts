/** Headers of a message: names without case, in the order of arrival. */
export class RtspHeaders {
  readonly fields: readonly (readonly [name: string, value: string])[];

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.fields = fields;
  }

  /** First value of that name, trimmed. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (const [key, value] of this.fields) if (key.toLowerCase() === wanted) return value;
    return undefined;
  }

  /** Every value of that name: `WWW-Authenticate` comes several times. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.fields.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
  }
}

/** RFC 2326 §12.37: what a server means that names no timeout. */
export const DEFAULT_SESSION_TIMEOUT_SECONDS = 60;
/** A longer promise is not believed: firewalls forget long before. */
export const MAX_SESSION_TIMEOUT_SECONDS = 3600;

/** `Session: <id>;timeout=<seconds>` (RFC 2326 §12.37). */
export interface SessionHeader {
  readonly id: string;
  /** Seconds until the server forgets a silent client. */
  readonly timeoutSeconds: number;
}

/** Undefined where the value holds no id. */
export function parseSession(value: string): SessionHeader | undefined {
  const [id = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (id === '') return undefined;
  let timeoutSeconds = DEFAULT_SESSION_TIMEOUT_SECONDS;
  for (const parameter of parameters) {
    const match = /^timeout\s*=\s*"?(\d+)/i.exec(parameter);
    const seconds = Number(match?.[1] ?? 0);
    if (seconds > 0) timeoutSeconds = Math.min(seconds, MAX_SESSION_TIMEOUT_SECONDS);
  }
  return { id, timeoutSeconds };
}

/** `Transport:` (RFC 2326 §12.39), as far as a connection of our own needs it. */
export interface TransportHeader {
  /** For instance `RTP/AVP/TCP`; upper case. */
  readonly protocol: string;
  /** Channel of RTP and of RTCP; undefined where the server left them out. */
  readonly interleaved: readonly [rtp: number, rtcp: number] | undefined;
  /** It sends to a group, and not to us. */
  readonly multicast: boolean;
  readonly clientPort: readonly [rtp: number, rtcp: number] | undefined;
  readonly serverPort: readonly [rtp: number, rtcp: number] | undefined;
  /** As an unsigned number; undefined where absent, unreadable or the meaningless 0. */
  readonly ssrc: number | undefined;
  readonly source: string | undefined;
  readonly mode: string | undefined;
}

/** Reads the first of the transports in the value. */
export function parseTransport(value: string): TransportHeader {
  const parts = (value.split(',')[0] ?? '').split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const part of parts.slice(1)) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (!parameters.has(name)) {
      parameters.set(name, equals < 0 ? '' : unquote(part.slice(equals + 1).trim()));
    }
  }
  return {
    protocol: (parts[0] ?? '').toUpperCase(),
    interleaved: numberPair(parameters.get('interleaved'), 255),
    multicast: parameters.has('multicast'),
    clientPort: numberPair(parameters.get('client_port'), 65535),
    serverPort: numberPair(parameters.get('server_port'), 65535),
    ssrc: parseSsrc(parameters.get('ssrc')),
    source: parameters.get('source'),
    mode: parameters.get('mode'),
  };
}

/**
 * What a client asks for in SETUP: RTP on `rtpChannel` of this connection, RTCP on the next.
 *
 * @param profile `RTP/SAVP` for a track that is encrypted
 */
export function formatInterleavedTransport(rtpChannel: number, profile = 'RTP/AVP'): string {
  return `${profile}/TCP;unicast;interleaved=${rtpChannel}-${rtpChannel + 1}`;
}

/** One track of `RTP-Info:` (RFC 2326 §12.33). */
export interface RtpInfo {
  /** As written: often relative. */
  readonly url: string;
  readonly sequence: number | undefined;
  readonly rtpTime: number | undefined;
  readonly ssrc: number | undefined;
}

/** Reads the tracks; those without a URL are left out. Commas inside URLs are understood. */
export function parseRtpInfo(value: string): RtpInfo[] {
  const tracks: RtpInfo[] = [];
  for (const entry of value.split(/,\s*(?=url\s*=)/i)) {
    const url = /^\s*url\s*=\s*("[^"]*"|[^;]*)/i.exec(entry)?.[1];
    if (url === undefined) continue;
    tracks.push({
      url: unquote(url.trim()),
      sequence: decimal(/;\s*seq\s*=\s*(\d+)/i.exec(entry)?.[1], 0xffff),
      rtpTime: decimal(/;\s*rtptime\s*=\s*(\d+)/i.exec(entry)?.[1], 0xffffffff),
      ssrc: parseSsrc(/;\s*ssrc\s*=\s*([0-9a-f]+)/i.exec(entry)?.[1]),
    });
  }
  return tracks;
}

/** Methods of `Public:`, upper case. */
export function parsePublic(value: string): ReadonlySet<string> {
  return new Set(
    value
      .split(',')
      .map((method) => method.trim().toUpperCase())
      .filter((method) => method !== ''),
  );
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function decimal(text: string | undefined, max: number): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value <= max ? value : undefined;
}

/** `0-1`, or `0` alone, which means 0 and 1. */
function numberPair(text: string | undefined, max: number): readonly [number, number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text ?? '');
  const first = decimal(match?.[1], max);
  if (first === undefined) return undefined;
  const second = decimal(match?.[2] ?? String(first + 1), max);
  return second === undefined ? undefined : [first, second];
}

/** Hexadecimal, up to 8 digits (RFC 2326 §12.39). */
function parseSsrc(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9a-f]{1,8}$/i.test(text)) return undefined;
  const value = Number.parseInt(text, 16);
  return value === 0 ? undefined : value;
}
