import type { Codec, CodecConfig } from '@vms/common/frame.ts';
import { WireError } from '../errors.ts';
import type { QuirkId } from '../rtsp/quirks.ts';
import { readCryptoAttribute } from '../srtp/crypto-attribute.ts';
import { readMikey } from '../srtp/mikey.ts';
import type { SrtpKey, SrtpProtection } from '../srtp/srtp-key.ts';
import { baseOf, type DescriptionOrigin, resolveControl } from './control-url.ts';
import { type Encoding, readEncoding } from './encoding.ts';
import { type MediaSection, readSections } from './sections.ts';
import { configOf, hasUnsupportedAudio } from './track-config.ts';

/** One `m=` section: what can be set up. */
export interface MediaTrack {
  /** Position among the `m=` lines, from 0. */
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** The camera's own name of the encoding (`H264`, `opus`, `vnd.onvif.metadata`). */
  readonly encodingName: string;
  /** Undefined where the product does not support the encoding. */
  readonly codec: Codec | undefined;
  /** Whether it can be recorded: a known codec, and nothing that speaks against it. */
  readonly supported: boolean;
  /** Why a known codec cannot be recorded all the same. */
  readonly refusal: TrackRefusal | undefined;
  /** Undefined where the packets are not encrypted. */
  readonly protection: SrtpProtection | undefined;
  /** RTP payload type, 0 to 127. */
  readonly payloadType: number;
  /** Hz of the RTP timestamps. */
  readonly clockRate: number;
  /** Channels of audio; 1 where not said. */
  readonly channels: number;
  /** Full URL for SETUP, without user information. */
  readonly controlUrl: string;
  /** `a=fmtp` by lower-case name. */
  readonly formatParameters: ReadonlyMap<string, string>;
  /** From the parameter sets of the SDP; undefined where they are missing or bad: wait for in-band ones. */
  readonly config: CodecConfig | undefined;
  /** Frames a second as declared; rarely what is delivered. */
  readonly frameRate: number | undefined;
}

/** What speaks against a track of a known codec. */
export type TrackRefusal =
  /** The camera wants to be sent this audio. */
  | 'back-channel'
  /** It is encrypted, and the description has no keys that can be followed. */
  | 'encryption'
  /** Its AAC is of an object type that cannot be recorded. */
  | 'audio-object-type';

export interface SessionDescription {
  /** `s=`, empty where absent. */
  readonly name: string;
  /** Aggregate control URL for PLAY and TEARDOWN, without user information. */
  readonly controlUrl: string;
  readonly tracks: readonly MediaTrack[];
  /** Peculiarities that were tolerated. */
  readonly quirks: readonly QuirkId[];
}

/** Longest description that is read. */
export const MAX_DESCRIPTION_BYTES = 256 * 1024;

/**
 * Reads a session description (RFC 4566) as cameras write them: whatever cannot be read is skipped.
 *
 * @throws WireError `wire.sdp` where there is no media at all, `wire.too-long`
 */
export function parseSessionDescription(
  body: Uint8Array,
  origin: DescriptionOrigin,
): SessionDescription {
  if (body.length > MAX_DESCRIPTION_BYTES) {
    throw new WireError(
      'wire.too-long',
      `The camera's description is over ${MAX_DESCRIPTION_BYTES} bytes and was not read.`,
    );
  }
  const description = readSections(Buffer.from(body).toString('utf8'));
  if (description.media.length === 0) {
    throw new WireError('wire.sdp', {
      happened: 'The camera describes no video and no audio.',
      remedy: 'Check the path of the address: cameras answer so for streams that do not exist.',
    });
  }
  const base = baseOf(origin);
  const quirks = new Set<QuirkId>();
  if (base.malformed || description.malformed) quirks.add('malformed-description');
  const tracks = description.media.map((section, index) =>
    trackOf(section, index, base.url, quirks, isBackChannel(section, description.media)),
  );
  const markedByCamera = tracks.some(
    ({ supported }, index) => supported && description.media[index]?.direction === 'sendonly',
  );
  if (markedByCamera) quirks.add('direction-of-the-camera');
  return {
    name: description.name,
    controlUrl: resolveControl(base.url, description.control),
    tracks,
    quirks: [...quirks],
  };
}

function trackOf(
  section: MediaSection,
  index: number,
  base: string,
  quirks: Set<QuirkId>,
  backChannel: boolean,
): MediaTrack {
  const encoding = readEncoding(section);
  const config =
    encoding.codec === undefined ? undefined : configOf(encoding.codec, encoding, quirks);
  const isSecure = SECURE_PROFILE.test(section.protocol);
  const protection = isSecure ? protectionOf(section) : undefined;
  let refusal: TrackRefusal | undefined;
  if (encoding.codec === undefined) refusal = undefined;
  else if (backChannel) refusal = 'back-channel';
  else if (isSecure && protection === undefined) refusal = 'encryption';
  else if (encoding.codec === 'aac' && hasUnsupportedAudio(encoding)) refusal = 'audio-object-type';
  return {
    index,
    kind: kindOf(section, encoding),
    encodingName: encoding.name,
    codec: encoding.codec,
    supported: encoding.codec !== undefined && refusal === undefined,
    refusal,
    protection,
    payloadType: encoding.payloadType,
    clockRate: encoding.clockRate,
    channels: encoding.channels,
    controlUrl: resolveControl(base, section.control),
    formatParameters: encoding.parameters,
    config,
    frameRate: section.frameRate,
  };
}

/** What repairs other tracks is none itself: RFC 4588, RFC 5109, RFC 6015, RFC 8627. */
const REPAIR = /^(rtx|ulpfec|parityfec|1d-interleaved-parityfec|flexfec(-03)?)$/i;

function kindOf({ media }: MediaSection, { name }: Encoding): MediaTrack['kind'] {
  if (REPAIR.test(name)) return 'other';
  return media === 'video' || media === 'audio' ? media : 'other';
}

/** `RTP/SAVP`, `RTP/SAVPF`, `UDP/TLS/RTP/SAVPF` (RFC 3711 §12, RFC 5124, RFC 5764). */
const SECURE_PROFILE = /SAVP/;

/**
 * Keys of a section (RFC 4568, RFC 4567); undefined where none can be followed: DTLS-SRTP has none in
 * its description.
 */
function protectionOf({
  protocol,
  crypto,
  keyManagement,
}: MediaSection): SrtpProtection | undefined {
  if (/TLS/.test(protocol)) return undefined;
  // Each line is one choice, the best first; what a camera sends with is the first that it knows itself.
  let keys: readonly SrtpKey[] = [];
  for (const value of crypto) if (keys.length === 0) keys = readCryptoAttribute(value);
  if (keys.length === 0 && keyManagement !== undefined) {
    const key = readMikey(keyManagement);
    keys = key === undefined ? [] : [key];
  }
  return keys.length === 0 ? undefined : { profile: protocol.replace(/\/(TCP|UDP)$/, ''), keys };
}

/**
 * Whether the camera wants to be sent this section (ONVIF Streaming §5.3): only audio, and only beside a
 * track to be received. Cameras that mark all they have `sendonly` mean that they send it.
 */
function isBackChannel(section: MediaSection, all: readonly MediaSection[]): boolean {
  if (section.media !== 'audio' || section.direction !== 'sendonly') return false;
  return all.some(
    ({ media, direction }) =>
      (media === 'video' || media === 'audio') &&
      direction !== 'sendonly' &&
      direction !== 'inactive',
  );
}
