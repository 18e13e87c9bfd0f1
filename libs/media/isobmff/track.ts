import type { AudioConfig, VideoConfig } from '@vms/common/frame.ts';
import { encodeStreamInfo } from '../flac/g711-to-flac.ts';

/** FLAC as it stands in fMP4; made of G.711 (libs/media/flac). */
export interface FlacConfig {
  readonly kind: 'audio';
  readonly codec: 'flac';
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** STREAMINFO without its block header. */
  readonly record: Uint8Array;
  readonly codecString: 'flac';
}

/** What fMP4 carries: H.264, H.265, AAC and FLAC. */
export type Mp4Config = VideoConfig | (AudioConfig & { readonly codec: 'aac' }) | FlacConfig;

/** A track of an fMP4 stream. */
export interface Mp4Track {
  /** From 1, as in the fragments. */
  readonly id: number;
  /** Ticks a second of this track's times. */
  readonly timescale: number;
  readonly config: Mp4Config;
}

/** Ticks a second of video tracks. */
export const VIDEO_TIMESCALE = 90_000;

/** How a recorded codec is carried in fMP4: as it is, and G.711 as FLAC. */
export function mp4ConfigOf(config: VideoConfig | AudioConfig): Mp4Config {
  if (config.kind === 'video') return config;
  if (config.codec === 'aac') return { ...config, codec: 'aac' };
  const { sampleRate, channels } = config;
  return {
    kind: 'audio',
    codec: 'flac',
    sampleRate,
    channels,
    record: encodeStreamInfo({ sampleRate, channels }),
    codecString: 'flac',
  };
}

/** Video runs at 90 kHz; audio at its sampling rate, so that durations are whole numbers. */
export function timescaleOf(config: Mp4Config): number {
  return config.kind === 'video' ? VIDEO_TIMESCALE : config.sampleRate;
}
