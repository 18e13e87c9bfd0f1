import type { EpochMs, MonotonicMs, Ticks90k } from './clock.ts';
import type { CameraId, StreamName } from './ids.ts';

export type VideoCodec = 'h264' | 'h265';
export type AudioCodec = 'aac' | 'pcmu' | 'pcma';
export type Codec = VideoCodec | AudioCodec;

/** Codec configuration of a video track. A new object whenever anything in it changes. */
export interface VideoConfig {
  readonly kind: 'video';
  readonly codec: VideoCodec;
  /** Pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  /** AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1). */
  readonly record: Uint8Array;
  /** RFC 6381, for instance `avc1.64001f` or `hvc1.1.6.L93.B0`. */
  readonly codecString: string;
}

/** Codec configuration of an audio track. A new object whenever anything in it changes. */
export interface AudioConfig {
  readonly kind: 'audio';
  readonly codec: AudioCodec;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1) for AAC, empty for G.711. */
  readonly record: Uint8Array;
  /** RFC 6381 for AAC (`mp4a.40.2`); `pcmu` or `pcma` for G.711. */
  readonly codecString: string;
}

export type CodecConfig = VideoConfig | AudioConfig;

/**
 * The one neutral unit: an access unit of video, or a frame of audio. Every consumer (Matroska,
 * fMP4, MPEG-TS, RTP packetiser, decoder) takes this and nothing else, and none changes the payload.
 */
export interface Frame {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** By reference: the same object until the configuration changes. */
  readonly config: CodecConfig;
  /** Presentation time, 90 kHz, unwrapped, of this camera session's own time line. */
  readonly pts: Ticks90k;
  /** Decode time, 90 kHz; equals `pts` where there are no B-frames. */
  readonly dts: Ticks90k;
  /** Presentation time as wall clock in UTC: our clock, slewed at most 500 ppm. */
  readonly wallClock: EpochMs;
  /**
   * Random access point: decoding can begin here. H.264: IDR or recovery point; H.265: IRAP or recovery
   * point. Which kind it is, libs/media/random-access.ts reads out of the payload. True for every audio
   * frame.
   */
  readonly keyframe: boolean;
  /** Nothing of this track joins on to the frame before: first of an RTSP session, or after a loss. */
  readonly discontinuity: boolean;
  /** Counts frames of this camera stream (all tracks together) since ingest took it up; no gaps at the source. */
  readonly sequence: number;
  /** Video: NAL units, each behind a 4-byte big-endian length. Audio: one raw AAC access unit, or G.711 bytes. */
  readonly payload: Uint8Array;
  /**
   * When ingest had all of it, by this machine's monotonic clock: what the product adds to latency is
   * counted from here. Absent where it did not come from a camera, or came from another machine.
   */
  readonly receivedAt?: MonotonicMs;
}
