import type { CodecConfig } from '@vms/common/frame.ts';
import { createAacConfig } from '@vms/media/aac/audio-specific-config.ts';
import { createG711Config } from '@vms/media/g711/g711.ts';
import { createH264Config } from '@vms/media/h264/parameter-sets.ts';
import { createH265Config } from '@vms/media/h265/parameter-sets.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';
import type { QuirkId } from '../rtsp/quirks.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import { createDepacketizer, type DepacketizerOptions } from './create-depacketizer.ts';
import type { AccessUnit, AccessUnitSink, Depacketizer } from './depacketizer.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from './header.ts';
import { H264_720P, H264_1080P, H265_720P } from './parameter-sets.cases.ts';

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
export const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

export const H264_CONFIG = createH264Config([bytes(H264_720P.sps)], [bytes(H264_720P.pps)]);
export const H264_OTHER_CONFIG = createH264Config([bytes(H264_1080P.sps)], [bytes(H264_1080P.pps)]);
export const H265_CONFIG = createH265Config({
  vps: [bytes(H265_720P.vps)],
  sps: [bytes(H265_720P.sps)],
  pps: [bytes(H265_720P.pps)],
});
export const AAC_CONFIG = createAacConfig(bytes('1190'));

/** A track as a description would give it. */
export function trackOf(
  codec: NonNullable<MediaTrack['codec']>,
  config: CodecConfig | undefined,
  parameters: Record<string, string> = {},
): MediaTrack {
  const video = codec === 'h264' || codec === 'h265';
  return {
    index: 0,
    kind: video ? 'video' : 'audio',
    encodingName: codec.toUpperCase(),
    codec,
    supported: true,
    payloadType: 96,
    clockRate: video ? 90000 : codec === 'aac' ? 48000 : 8000,
    channels: 1,
    controlUrl: 'rtsp://camera/1',
    refusal: undefined,
    protection: undefined,
    formatParameters: new Map(Object.entries(parameters)),
    config,
    frameRate: undefined,
  };
}

export const H264_TRACK = trackOf('h264', H264_CONFIG);
export const H265_TRACK = trackOf('h265', H265_CONFIG);
export const AAC_TRACK = trackOf('aac', AAC_CONFIG);
export const PCMA_TRACK = trackOf('pcma', createG711Config('pcma', 8000, 1));

/** What came out, by copy. */
export interface Emitted extends AccessUnit {
  /** NAL units of video, or the access unit of audio. */
  readonly units: readonly string[];
}

/** Sends payloads to a depacketizer as packets in order, and writes down what comes of them. */
export class PacketSender implements AccessUnitSink {
  readonly emitted: Emitted[] = [];
  readonly quirks: QuirkId[] = [];
  readonly depacketizer: Depacketizer;
  readonly #video: boolean;
  sequence = 65530;
  timestamp = 0xfffff000;
  ssrc = 0xcafe;
  payloadType = 96;

  /** @param options by default the marker is trusted, so that nothing waits for the next packet */
  constructor(track: MediaTrack, options: DepacketizerOptions = { trustMarker: true }) {
    this.#video = track.kind === 'video';
    this.depacketizer = createDepacketizer(track, this, options);
  }

  onAccessUnit(unit: AccessUnit): void {
    const units = this.#video ? [...lengthPrefixedNals(unit.payload)] : [unit.payload];
    this.emitted.push({ ...unit, units: units.map(hexOf) });
  }

  onQuirk(quirk: QuirkId): void {
    this.quirks.push(quirk);
  }

  /** One packet; the buffer is overwritten afterwards, as a read buffer would be. */
  send(payload: string | Uint8Array, marker = false): this {
    const data = typeof payload === 'string' ? bytes(payload) : payload;
    const packet = Buffer.alloc(7 + RTP_HEADER_BYTES + data.length, 0xee);
    writeRtpHeader(packet, 4, {
      marker,
      payloadType: this.payloadType,
      sequence: this.sequence & 0xffff,
      timestamp: this.timestamp,
      ssrc: this.ssrc,
    });
    packet.set(data, 4 + RTP_HEADER_BYTES);
    this.sequence++;
    this.depacketizer.push(packet, 4, packet.length - 3);
    packet.fill(0xee);
    return this;
  }

  /** So many packets are lost. */
  lose(packets = 1): this {
    this.sequence += packets;
    return this;
  }

  /** The next access unit begins. */
  next(ticks = 3600): this {
    this.timestamp = (this.timestamp + ticks) >>> 0;
    return this;
  }
}
