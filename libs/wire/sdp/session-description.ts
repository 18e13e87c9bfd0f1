import type { Codec, CodecConfig } from '@vms/common/frame.ts';
import type { QuirkId } from '../rtsp/quirks.ts';

/** One `m=` section: what can be set up. */
export interface MediaTrack {
  /** Position among the `m=` lines, from 0. */
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** The camera's own name of the encoding (`H264`, `opus`, `vnd.onvif.metadata`). */
  readonly encodingName: string;
  /** Undefined where the product does not support the encoding. */
  readonly codec: Codec | undefined;
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
  readonly name: string;
  /** Aggregate control URL for PLAY and TEARDOWN, without user information. */
  readonly controlUrl: string;
  readonly tracks: readonly MediaTrack[];
  /** Peculiarities that were tolerated. */
  readonly quirks: readonly QuirkId[];
}

/** Where a description came from; needed to resolve its control URLs. */
export interface DescriptionOrigin {
  /** URL of the DESCRIBE request. */
  readonly requestUrl: string;
  /** Content-Base header, as written. */
  readonly contentBase?: string | undefined;
  /** Content-Location header, as written. */
  readonly contentLocation?: string | undefined;
}
