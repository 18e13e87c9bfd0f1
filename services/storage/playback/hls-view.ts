import type { EpochMs } from '@vms/common/clock.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import { encodeInitSegment } from '@vms/media/isobmff/init-segment.ts';
import { mp4ConfigOf, timescaleOf } from '@vms/media/isobmff/track.ts';
import { PlaybackError } from '../playback-error.ts';
import type { Archive, ArchiveRange } from './archive.ts';
import { encodePlaylist, type PlaylistSegment } from './hls-playlist.ts';
import { chosenVideo, playedTracks } from './played-tracks.ts';
import { initName, segmentName } from './segment-name.ts';
import { planSegments } from './segment-plan.ts';

/** Milliseconds that one playlist may span. */
export const MAX_PLAYBACK_MS = 4 * 3600_000;
/** Runs that follow within this time join without a discontinuity. Milliseconds. */
export const MAX_JOIN_MS = 500;

/**
 * The playlist of a range, across files and gaps.
 *
 * @throws PlaybackError `playback.bad-range`, `playback.nothing-recorded`, `playback.volume-busy`.
 */
export async function playlistOf(archive: Archive, range: ArchiveRange): Promise<string> {
  checkRange(range);
  const segments: PlaylistSegment[] = [];
  let before: { readonly configuration: readonly CodecConfig[]; readonly end: EpochMs } | undefined;
  let map = '';
  for await (const part of archive.parts(range)) {
    const configuration = await archive.configuration(part.reader);
    const run = part.reader.location.id;
    const planned = await planSegments(part);
    const [first] = planned;
    for (const segment of planned) {
      const video = chosenVideo(configuration, segment.track);
      const played = playedTracks(configuration, video).map(({ config }) => config);
      const changed = before === undefined || !sameConfiguration(before.configuration, played);
      if (changed) map = initName(run, video);
      const joins = before !== undefined && Math.abs(segment.start - before.end) <= MAX_JOIN_MS;
      const runStart = segment === first;
      segments.push({
        uri: segmentName({ run, first: segment.first, count: segment.count, video }),
        start: segment.start,
        durationMs: segment.end - segment.start,
        map,
        discontinuity: before !== undefined && (changed || (runStart && !joins)),
        runStart,
        independent: segment.independent,
      });
      before = { configuration: played, end: segment.end };
    }
  }
  if (segments.length === 0) {
    throw new PlaybackError('playback.nothing-recorded', {
      happened: 'Nothing is recorded in this time.',
      remedy: 'Choose another time; the time line shows what is recorded.',
    });
  }
  return encodePlaylist({ segments, from: range.from });
}

/** The initialization segment of what is played of a run (playedTracks). */
export function initSegmentOf(configuration: readonly CodecConfig[], video?: number): Uint8Array {
  return encodeInitSegment(
    playedTracks(configuration, video).map((track, index) => {
      const config = mp4ConfigOf(track.config);
      return { id: index + 1, config, timescale: timescaleOf(config) };
    }),
  );
}

/** @throws PlaybackError `playback.bad-range` */
export function checkRange({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }): void {
  if (to > from && to - from <= MAX_PLAYBACK_MS) return;
  throw new PlaybackError('playback.bad-range', {
    happened: `A range from ${from} to ${to} cannot be played.`,
    remedy: `Choose a time of at most ${MAX_PLAYBACK_MS / 3600_000} hours that ends after its start.`,
  });
}

function sameConfiguration(a: readonly CodecConfig[], b: readonly CodecConfig[]): boolean {
  return a.length === b.length && a.every((track, index) => sameTrack(track, b[index]));
}

function sameTrack(a: CodecConfig, b: CodecConfig | undefined): boolean {
  if (b === undefined || a.codec !== b.codec || Buffer.compare(a.record, b.record) !== 0)
    return false;
  if (a.kind === 'video') return b.kind === 'video' && a.width === b.width && a.height === b.height;
  return b.kind === 'audio' && a.sampleRate === b.sampleRate && a.channels === b.channels;
}
