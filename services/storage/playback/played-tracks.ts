import type { CodecConfig } from '@vms/common/frame.ts';

/** A track of a run that is played; its number there counts from 1. */
export interface PlayedTrack {
  readonly number: number;
  readonly config: CodecConfig;
}

/**
 * What a player is given of a run at a time: its sound, and one track of its video. A run whose camera
 * changes its encoding to and fro has several; a player takes no other than those that it began with.
 *
 * @param video number of the track of video; the first where it is none's
 */
export function playedTracks(
  configuration: readonly CodecConfig[],
  video: number | undefined,
): readonly PlayedTrack[] {
  const tracks = configuration.map((config, index) => ({ number: index + 1, config }));
  const videos = tracks.filter(({ config }) => config.kind === 'video');
  const played = videos.find(({ number }) => number === video) ?? videos[0];
  return tracks.filter((track) => track === played || track.config.kind === 'audio');
}

/** The number as names say it: undefined where there is nothing to choose. */
export function chosenVideo(
  configuration: readonly CodecConfig[],
  track: number,
): number | undefined {
  const videos = configuration.filter(({ kind }) => kind === 'video');
  return videos.length > 1 && configuration[track - 1]?.kind === 'video' ? track : undefined;
}
