import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { CodecConfig, VideoConfig } from '@vms/common/frame.ts';
import { MediaError } from '@vms/media/errors.ts';
import {
  type EncodedFragment,
  encodeMediaFragment,
  type Mp4TrackFragment,
} from '@vms/media/isobmff/media-fragment.ts';
import { sampleTimesOf } from '@vms/media/isobmff/sample-times.ts';
import { mp4ConfigOf, timescaleOf } from '@vms/media/isobmff/track.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import { PlaybackError } from '../playback-error.ts';
import { LONE_PICTURE_MS } from './archive.ts';
import { audioFragment } from './audio-fragment.ts';
import { playedTracks } from './played-tracks.ts';
import type { RunFragment, RunReader } from './run-reader.ts';
import { gapsAround, type TimeSpan } from './sound-gaps.ts';
import { readBlocks, type TimedBlock } from './timed-blocks.ts';

/**
 * Where the time line of a playlist begins: so long before its range that no keyframe before the
 * range's start has a negative time. Milliseconds.
 */
export const TIMELINE_LEAD_MS = 600_000;

export interface SegmentInput {
  readonly reader: RunReader;
  readonly configuration: readonly CodecConfig[];
  /** Number of the track of video that is played; the first by default. */
  readonly video?: number | undefined;
  /** Consecutive fragments. */
  readonly fragments: readonly RunFragment[];
  /** The fragment behind the last in its run, where there is one. */
  readonly next: RunFragment | undefined;
  /** Wall clock of the time line's zero. */
  readonly origin: EpochMs;
}

/**
 * Reads fragments of a run and gives them as one fMP4 fragment: H.264, H.265 and AAC as they are,
 * G.711 as FLAC, and silence where sound is missing. Payloads of video and AAC are views of what was read.
 *
 * @throws PlaybackError `playback.unreadable` where file and index do not agree.
 */
export async function encodeSegment(input: SegmentInput): Promise<EncodedFragment> {
  const { configuration, fragments, reader, video } = input;
  const [first] = fragments;
  if (first === undefined) {
    throw new PlaybackError('playback.not-found', 'This part of the recording is not there.');
  }
  try {
    const blocks = await readBlocks(reader, fragments, input.origin);
    const played = playedTracks(configuration, video);
    const of = (number: number): TimedBlock[] => blocks.filter(({ track }) => track === number);
    const end = input.next && (input.next.wallClock - input.origin) * TICKS_100US_PER_MS;
    const tracks: Mp4TrackFragment[] = [];
    let span: TimeSpan | undefined;
    for (const [index, { config, number }] of played.entries()) {
      const own = of(number);
      if (config.kind !== 'video' || own.length === 0) continue;
      tracks.push(videoFragment(index + 1, config, own, end));
      span = spanOf(own, end);
    }
    for (const [index, { config, number }] of played.entries()) {
      if (config.kind !== 'audio') continue;
      const own = of(number);
      const gaps = span === undefined ? undefined : await gapsAround(input, number, own, span);
      const track = audioFragment(index + 1, config, own, gaps);
      if (track !== undefined) tracks.push(track);
    }
    return encodeMediaFragment({ sequence: first.number + 1, tracks });
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new PlaybackError(
      'playback.unreadable',
      {
        happened: `Recording ${reader.location.id} cannot be played here: ${messageOf(error)}`,
        kept: 'Its files were not changed.',
        remedy: 'Run "vms check".',
      },
      { cause: error },
    );
  }
}

/** `end`: where the next segment starts, 100 µs; undefined at the end of a run. */
function videoFragment(
  trackId: number,
  config: VideoConfig,
  blocks: readonly TimedBlock[],
  end: number | undefined,
): Mp4TrackFragment {
  const timescale = timescaleOf(mp4ConfigOf(config));
  const ticks = (time: number): number =>
    Math.round((time * timescale) / (1000 * TICKS_100US_PER_MS));
  const times = blocks.map((block) => ticks(block.time));
  const shown = times.reduce((latest, time) => Math.max(latest, time));
  // Leading pictures of the next segment are shown before its keyframe: they take the time up to there.
  const reorders = times.some((time, index) => time < (times[index - 1] ?? time));
  const usual = shown + usualInterval(times, timescale);
  const stop = end === undefined ? usual : reorders ? Math.min(ticks(end), usual) : ticks(end);
  const { baseMediaDecodeTime, samples } = sampleTimesOf(times, stop);
  return {
    trackId,
    baseMediaDecodeTime,
    samples: blocks.map(({ keyframe, payload }, index) => ({
      duration: samples[index]?.duration ?? 0,
      compositionOffset: samples[index]?.compositionOffset ?? 0,
      keyframe,
      payload,
    })),
  };
}

/** The time that a segment's pictures take, 100 µs since the time line's zero. */
function spanOf(blocks: readonly TimedBlock[], end: number | undefined): TimeSpan {
  const times = blocks.map(({ time }) => time);
  const from = times.reduce((earliest, time) => Math.min(earliest, time));
  const shown = times.reduce((latest, time) => Math.max(latest, time));
  return { from, to: end ?? shown + (shown - from) / Math.max(1, times.length - 1) };
}

function usualInterval(times: readonly number[], timescale: number): number {
  if (times.length < 2) return (LONE_PICTURE_MS * timescale) / 1000;
  const span = Math.max(...times) - Math.min(...times);
  return Math.round(span / (times.length - 1));
}
