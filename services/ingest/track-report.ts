import type { TrackDelivery } from '@vms/common/camera.ts';
import type { Codec, CodecConfig } from '@vms/common/frame.ts';
import { displaySizeOf } from '@vms/media/display-size.ts';
import { profileNameOf } from '@vms/media/profile-name.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { readableName } from './rtsp-open.ts';
import { type Arrival, TRACK_SILENT_MS } from './track-arrivals.ts';

/** Tracks of one camera that are reported. */
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
  /** Whether its frames come; empty where the camera is not connected. */
  readonly delivery: TrackDelivery | '';
  /** Since its last frame, or since the session began where it has sent none; 0 while they come. */
  readonly silentSeconds: number;
}

/**
 * What a camera offers, video and audio; of each kind the one that is taken first. What it wants to be sent
 * (a back channel) it does not offer.
 *
 * @param configOf configuration that the frames of a track had, where some came
 * @param arrivalOf whether its frames come; undefined where the camera is not connected
 */
export function reportTracks(
  described: readonly MediaTrack[],
  configOf: (track: MediaTrack) => CodecConfig | undefined,
  arrivalOf: (track: MediaTrack) => Arrival | undefined,
): readonly TrackReport[] {
  const reports: TrackReport[] = [];
  for (const track of described) {
    if (track.kind === 'other' || track.refusal === 'back-channel') continue;
    if (reports.length >= MAX_REPORTED_TRACKS) break;
    const arrival = arrivalOf(track);
    const config = (isTaken(arrival?.delivery) ? configOf(track) : undefined) ?? track.config;
    reports.push({
      kind: track.kind,
      codec: track.codec ?? readableName(track.encodingName),
      supported: track.supported,
      ...sizeOf(config),
      sampleRate: track.kind === 'audio' ? audioRate(track, config) : 0,
      channels: track.kind === 'audio' ? audioChannels(track, config) : 0,
      profile: (config && profileNameOf(config)) ?? '',
      delivery: arrival?.delivery ?? '',
      silentSeconds: (arrival?.silentMs ?? 0) / 1000,
    });
  }
  return reports.sort((a, b) => Number(isTaken(b.delivery)) - Number(isTaken(a.delivery)));
}

function isTaken(delivery: TrackDelivery | '' | undefined): boolean {
  return delivery !== 'refused' && delivery !== 'not-requested';
}

/** Of the picture as it is shown: on square pixels. */
function sizeOf(config: CodecConfig | undefined): { width: number; height: number } {
  return config?.kind === 'video' ? displaySizeOf(config) : { width: 0, height: 0 };
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

/**
 * `H.264 video of 1920 × 1080 with AAC audio. Its opus audio is not supported and is left out.` A track is
 * named as sent only where its frames come.
 *
 * @param patienceMs milliseconds that a track may be silent at first before that is reported
 */
export function describeTracks(
  reports: readonly TrackReport[],
  patienceMs = TRACK_SILENT_MS,
): string {
  const video = reports.find((track) => track.kind === 'video' && track.supported);
  const audio = reports.find((track) => track.kind === 'audio' && track.delivery === 'receiving');
  const size = video !== undefined && video.width > 0 ? ` of ${video.width} × ${video.height}` : '';
  const sound = audio === undefined ? '' : ` with ${codecName(audio.codec)} audio`;
  const sentences: string[] = [];
  if (video !== undefined) sentences.push(`${codecName(video.codec)} video${size}${sound}.`);
  for (const track of reports) {
    if (track === video) continue;
    const isPatient = track.silentSeconds * 1000 < patienceMs;
    const name = `${codecName(track.codec)} ${track.kind}`;
    if (!track.supported) sentences.push(`Its ${name} is not supported and is left out.`);
    else if (track.delivery === 'refused') {
      sentences.push(`It announces ${name} and refuses to send it.`);
    } else if (track.delivery === 'stopped') sentences.push(`Its ${name} has stopped.`);
    else if (track.delivery === 'nothing-yet' && !isPatient) {
      sentences.push(`It announces ${name}, of which nothing usable has been received.`);
    }
  }
  return sentences.join(' ');
}
