import type { Codec } from '@vms/common/frame.ts';
import type { MediaSection } from './sections.ts';

/** How a section's media is carried in RTP. */
export interface Encoding {
  readonly payloadType: number;
  /** As the camera writes it. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly parameters: ReadonlyMap<string, string>;
  readonly codec: Codec | undefined;
}

/** Static payload types that cameras use without `a=rtpmap` (RFC 3551 tables 4 and 5). */
const STATIC_TYPES: ReadonlyMap<number, string> = new Map([
  [0, 'PCMU/8000'],
  [3, 'GSM/8000'],
  [4, 'G723/8000'],
  [8, 'PCMA/8000'],
  [9, 'G722/8000'],
  [10, 'L16/44100/2'],
  [11, 'L16/44100'],
  [14, 'MPA/90000'],
  [18, 'G729/8000'],
  [26, 'JPEG/90000'],
  [32, 'MPV/90000'],
  [33, 'MP2T/90000'],
]);

const VIDEO_CLOCK_HZ = 90000;
const AUDIO_CLOCK_HZ = 8000;
const MAX_CLOCK_HZ = 1_000_000;
const MAX_CHANNELS = 8;
/** Parameters of one `a=fmtp`. */
export const MAX_PARAMETERS = 64;

/** Picks the first format of a section that the product supports, else its first one. */
export function readEncoding(section: MediaSection): Encoding {
  const types = section.payloadTypes.length > 0 ? section.payloadTypes : [...section.maps.keys()];
  let first: Encoding | undefined;
  for (const type of types.length > 0 ? types : [0]) {
    const encoding = encodingOf(section, type, types.length === 0);
    if (encoding.codec !== undefined) return encoding;
    first ??= encoding;
  }
  return first ?? encodingOf(section, 0, true);
}

function encodingOf(section: MediaSection, payloadType: number, unknown: boolean): Encoding {
  const map =
    section.maps.get(payloadType) ??
    STATIC_TYPES.get(unknown ? -1 : payloadType) ??
    only(section.maps) ??
    '';
  const [name = '', rate = '', channels = ''] = map.split('/').map((part) => part.trim());
  const fallbackRate = section.media === 'audio' ? AUDIO_CLOCK_HZ : VIDEO_CLOCK_HZ;
  const parameters = readParameters(
    section.formats.get(payloadType) ?? only(section.formats) ?? '',
  );
  return {
    payloadType,
    name: name === '' ? `payload type ${payloadType}` : name,
    clockRate: bounded(rate, MAX_CLOCK_HZ) ?? fallbackRate,
    channels: bounded(channels, MAX_CHANNELS) ?? 1,
    parameters,
    codec: codecOf(section.media, name, parameters),
  };
}

function codecOf(
  media: string,
  name: string,
  parameters: ReadonlyMap<string, string>,
): Codec | undefined {
  const wanted = name.toUpperCase();
  if (media === 'video') {
    if (wanted === 'H264') return 'h264';
    return wanted === 'H265' || wanted === 'HEVC' ? 'h265' : undefined;
  }
  if (media !== 'audio') return undefined;
  if (wanted === 'PCMU') return 'pcmu';
  if (wanted === 'PCMA') return 'pcma';
  const mode = (parameters.get('mode') ?? 'AAC-hbr').toUpperCase();
  return wanted === 'MPEG4-GENERIC' && mode.startsWith('AAC') ? 'aac' : undefined;
}

/** `name=value;name=value`; the value of a base64 text may hold `=` itself. */
function readParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals < 1 || parameters.size >= MAX_PARAMETERS) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    if (!parameters.has(name)) parameters.set(name, part.slice(equals + 1).trim());
  }
  return parameters;
}

/** The one value of a map with one entry: cameras confuse payload types. */
function only(map: ReadonlyMap<number, string>): string | undefined {
  return map.size === 1 ? map.values().next().value : undefined;
}

function bounded(text: string, max: number): number | undefined {
  const value = Number.parseInt(text, 10);
  return value > 0 && value <= max ? value : undefined;
}
