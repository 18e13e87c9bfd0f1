import type { Codec, CodecConfig } from '@vms/common/frame.ts';
import { WireError } from '../errors.ts';
import type { QuirkId } from '../rtsp/quirks.ts';
import { baseOf, type DescriptionOrigin, resolveControl } from './control-url.ts';
import { readEncoding } from './encoding.ts';
import { type MediaSection, readSections } from './sections.ts';
import { configOf } from './track-config.ts';

/** One `m=` section: what can be set up. */
export interface MediaTrack {
  /** Position among the `m=` lines, from 0. */
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** The camera's own name of the encoding (`H264`, `opus`, `vnd.onvif.metadata`). */
  readonly encodingName: string;
  /** Undefined where the product does not support the encoding. */
  readonly codec: Codec | undefined;
  /** Whether it can be recorded: a known codec, sent by the camera and not wanted from us. */
  readonly supported: boolean;
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
    trackOf(section, index, base.url, quirks),
  );
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
): MediaTrack {
  const encoding = readEncoding(section);
  const config =
    encoding.codec === undefined ? undefined : configOf(encoding.codec, encoding, quirks);
  return {
    index,
    kind: section.media === 'video' || section.media === 'audio' ? section.media : 'other',
    encodingName: encoding.name,
    codec: encoding.codec,
    supported: encoding.codec !== undefined && !section.sendOnly,
    payloadType: encoding.payloadType,
    clockRate: encoding.clockRate,
    channels: encoding.channels,
    controlUrl: resolveControl(base, section.control),
    formatParameters: encoding.parameters,
    config,
    frameRate: section.frameRate,
  };
}
