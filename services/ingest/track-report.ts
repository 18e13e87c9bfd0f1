import type { Codec, CodecConfig } from '@vms/common/frame.ts';
import { profileNameOf } from '@vms/media/profile-name.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { readableName } from './rtsp-open.ts';

/** Tracks of one camera that are told of. */
export const MAX_REPORTED_TRACKS = 16;

/** A track as the camera offers it and as its frames show it. */
export interface TrackReport {
  readonly kind: 'video' | 'audio';
  /** Our name of the codec, or the camera's where it is not supported. */
  readonly codec: string;
  readonly supported: boolean;
  /** Pixels; 0 where not known or not video. */
  readonly width: number;
  readonly height: number;
  /** Hz; 0 for video. */
  readonly sampleRate: number;
  readonly channels: number;
  /** By the name that cameras show, such as `High`; empty where not known. */
  readonly profile: string;
}

/**
 * What a camera offers, video and audio.
 *
 * @param configOf configuration that the frames of a track had, where some came
 */
export function reportTracks(
  described: readonly MediaTrack[],
  configOf: (track: MediaTrack) => CodecConfig | undefined,
): readonly TrackReport[] {
  const reports: TrackReport[] = [];
  for (const track of described) {
    if (track.kind === 'other' || reports.length >= MAX_REPORTED_TRACKS) continue;
    const config = configOf(track) ?? track.config;
    reports.push({
      kind: track.kind,
      codec: track.codec ?? readableName(track.encodingName),
      supported: track.supported,
      width: config?.kind === 'video' ? config.width : 0,
      height: config?.kind === 'video' ? config.height : 0,
      sampleRate: track.kind === 'audio' ? audioRate(track, config) : 0,
      channels: track.kind === 'audio' ? audioChannels(track, config) : 0,
      profile: (config && profileNameOf(config)) ?? '',
    });
  }
  return reports;
}

function audioRate(track: MediaTrack, config: CodecConfig | undefined): number {
  return config?.kind === 'audio' ? config.sampleRate : track.clockRate;
}

function audioChannels(track: MediaTrack, config: CodecConfig | undefined): number {
  return config?.kind === 'audio' ? config.channels : track.channels;
}

const CODEC_NAMES: Readonly<Record<Codec, string>> = {
  h264: 'H.264',
  h265: 'H.265',
  aac: 'AAC',
  pcmu: 'G.711 µ-law',
  pcma: 'G.711 A-law',
};

/** What a person calls a codec. */
export function codecName(codec: string): string {
  return codec in CODEC_NAMES ? CODEC_NAMES[codec as Codec] : codec;
}

/** `H.264 video of 1920 × 1080 with AAC audio. Its opus audio is not supported and is left out.` */
export function describeTracks(reports: readonly TrackReport[]): string {
  const video = reports.find((track) => track.kind === 'video' && track.supported);
  const audio = reports.find((track) => track.kind === 'audio' && track.supported);
  const left = reports.filter((track) => !track.supported);
  const size = video !== undefined && video.width > 0 ? ` of ${video.width} × ${video.height}` : '';
  const sound = audio === undefined ? '' : ` with ${codecName(audio.codec)} audio`;
  const sentences: string[] = [];
  if (video !== undefined) sentences.push(`${codecName(video.codec)} video${size}${sound}.`);
  for (const { codec, kind } of left) {
    sentences.push(`Its ${codec} ${kind} is not supported and is left out.`);
  }
  return sentences.join(' ');
}
