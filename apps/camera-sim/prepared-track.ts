import { createHash } from 'node:crypto';
import type { Codec } from '@vms/common/frame.ts';
import { packetizeAac } from '@vms/wire/rtp/aac-packetizer.ts';
import { packetizeG711 } from '@vms/wire/rtp/g711-packetizer.ts';
import { packetizeH264 } from '@vms/wire/rtp/h264-packetizer.ts';
import { packetizeH265 } from '@vms/wire/rtp/h265-packetizer.ts';
import {
  DEFAULT_MAX_PAYLOAD_BYTES,
  type PacketizerOptions,
  type RtpPayload,
} from '@vms/wire/rtp/packetizer.ts';
import { slicesOf } from './access-units.ts';
import type { ClipAudio, ClipVideo } from './clip.ts';
import { createPacketTemplate, type PacketTemplate } from './packet-template.ts';

/** A frame ready to be sent, and what the ledger says of it. */
export interface PreparedFrame {
  readonly template: PacketTemplate;
  readonly keyframe: boolean;
  /** Bytes of the payload: of video the slices alone, behind 4-byte lengths; of audio all of it. */
  readonly bytes: number;
  /** SHA-256 of those bytes, hexadecimal. */
  readonly hash: string;
}

/** A track of a clip cut into packets, shared by every camera and client that plays it. */
export interface PreparedTrack {
  readonly kind: 'video' | 'audio';
  readonly codec: Codec;
  readonly payloadType: number;
  /** Hz of the RTP clock. */
  readonly clockRate: number;
  /** Ticks of that clock from one frame to the next. */
  readonly frameTicks: number;
  readonly frames: readonly PreparedFrame[];
  /** Numbers of the frames at which one can begin. */
  readonly keyframes: readonly number[];
  readonly source: ClipVideo | ClipAudio;
}

const VIDEO_CLOCK_RATE = 90_000;
const DYNAMIC_VIDEO = 96;
const DYNAMIC_AUDIO = 97;
/** Static payload types (RFC 3551 table 4), valid for 8 kHz mono alone. */
const PCMU = 0;
const PCMA = 8;

export function prepareVideo(
  clip: ClipVideo,
  options: PacketizerOptions = { maxPayloadBytes: DEFAULT_MAX_PAYLOAD_BYTES },
): PreparedTrack {
  const packetize = clip.codec === 'h264' ? packetizeH264 : packetizeH265;
  return {
    kind: 'video',
    codec: clip.codec,
    payloadType: DYNAMIC_VIDEO,
    clockRate: VIDEO_CLOCK_RATE,
    frameTicks: VIDEO_CLOCK_RATE / clip.framesPerSecond,
    keyframes: clip.keyframes,
    source: clip,
    frames: clip.frames.map((frame) => {
      const compared = slicesOf(clip.codec, frame.payload);
      const payloads = packetize(frame.payload, options);
      return prepareFrame(payloads, DYNAMIC_VIDEO, frame.keyframe, compared);
    }),
  };
}

export function prepareAudio(
  clip: ClipAudio,
  options: PacketizerOptions = { maxPayloadBytes: DEFAULT_MAX_PAYLOAD_BYTES },
): PreparedTrack {
  const packetize = clip.codec === 'aac' ? packetizeAac : packetizeG711;
  const payloadType = audioPayloadType(clip);
  return {
    kind: 'audio',
    codec: clip.codec,
    payloadType,
    clockRate: clip.sampleRate,
    frameTicks: clip.frameSamples,
    keyframes: [0],
    source: clip,
    frames: clip.frames.map((frame) =>
      prepareFrame(packetize(frame.payload, options), payloadType, true, frame.payload),
    ),
  };
}

function audioPayloadType(clip: ClipAudio): number {
  if (clip.sampleRate !== 8000 || clip.channels !== 1) return DYNAMIC_AUDIO;
  if (clip.codec === 'pcmu') return PCMU;
  return clip.codec === 'pcma' ? PCMA : DYNAMIC_AUDIO;
}

function prepareFrame(
  payloads: readonly RtpPayload[],
  payloadType: number,
  keyframe: boolean,
  compared: Uint8Array,
): PreparedFrame {
  return {
    template: createPacketTemplate(payloads, payloadType),
    keyframe,
    bytes: compared.length,
    hash: createHash('sha256').update(compared).digest('hex'),
  };
}
