import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { AudioConfig, CodecConfig } from '@vms/common/frame.ts';
import { MediaError } from '@vms/media/errors.ts';
import { encodeG711AsFlac, MAX_BLOCK_SAMPLES } from '@vms/media/flac/g711-to-flac.ts';
import {
  type EncodedFragment,
  encodeMediaFragment,
  type Mp4Sample,
  type Mp4TrackFragment,
} from '@vms/media/isobmff/media-fragment.ts';
import { sampleTimesOf } from '@vms/media/isobmff/sample-times.ts';
import { mp4ConfigOf, timescaleOf } from '@vms/media/isobmff/track.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import { type ClusterBlock, TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import { PlaybackError } from './playback-error.ts';
import type { RunFragment, RunReader } from './run-reader.ts';

/**
 * Where the time line of a playlist begins: so long before its range that no keyframe before the
 * range's start has a negative time. Milliseconds.
 */
export const TIMELINE_LEAD_MS = 600_000;

/** Samples of an AAC frame (ISO/IEC 14496-3 §4.5.2.1). */
const AAC_FRAME_SAMPLES = 1024;
/** Shown for the only picture of a segment that ends a run. 90 kHz: 40 ms. */
const DEFAULT_VIDEO_DURATION = 3600;

export interface SegmentInput {
  readonly reader: RunReader;
  readonly configuration: readonly CodecConfig[];
  /** Consecutive fragments. */
  readonly fragments: readonly RunFragment[];
  /** The fragment behind the last in its run, where there is one. */
  readonly next: RunFragment | undefined;
  /** Wall clock of the time line's zero. */
  readonly origin: EpochMs;
}

/** A block with its presentation time, 100 µs since the time line's zero. */
interface TimedBlock extends ClusterBlock {
  readonly time: number;
}

/**
 * Reads fragments of a run and gives them as one fMP4 fragment: H.264, H.265 and AAC as they are,
 * G.711 as FLAC. Payloads of video and AAC are views of what was read.
 *
 * @throws PlaybackError `playback.unreadable` where file and index do not agree.
 */
export async function encodeSegment(input: SegmentInput): Promise<EncodedFragment> {
  const { configuration, fragments, reader } = input;
  const first = fragments[0];
  const last = fragments.at(-1);
  if (first === undefined || last === undefined) {
    throw new PlaybackError('playback.not-found', 'This part of the recording is not there.');
  }
  const bytes = await reader.bytes(first.offset, last.offset + last.length - first.offset);
  try {
    const blocks = timedBlocks(bytes, input);
    const end = input.next && (input.next.wallClock - input.origin) * TICKS_100US_PER_MS;
    const tracks = configuration.flatMap((config, index) => {
      const own = blocks.filter((block) => block.track === index + 1);
      return own.length === 0 ? [] : [trackFragment(index + 1, config, own, end)];
    });
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

function timedBlocks(bytes: Uint8Array, { fragments, origin, reader }: SegmentInput): TimedBlock[] {
  const zero = Math.round((reader.header.dateUtc - origin) * TICKS_100US_PER_MS);
  const start = fragments[0]?.offset ?? 0;
  const blocks: TimedBlock[] = [];
  for (const fragment of fragments) {
    const cluster = parseCluster(bytes, fragment.offset - start);
    if (start + cluster.end !== fragment.offset + fragment.length) {
      throw new MediaError(
        'media.matroska',
        `Cluster ${fragment.number} is not as its index says.`,
      );
    }
    for (const block of cluster.blocks) {
      blocks.push({ ...block, time: zero + cluster.timestamp + block.relative });
    }
  }
  return blocks;
}

/** `end`: where the next segment starts, 100 µs; undefined at the end of a run. */
function trackFragment(
  trackId: number,
  config: CodecConfig,
  blocks: readonly TimedBlock[],
  end: number | undefined,
): Mp4TrackFragment {
  const timescale = timescaleOf(mp4ConfigOf(config));
  const ticks = (time: number): number =>
    Math.round((time * timescale) / (1000 * TICKS_100US_PER_MS));
  const times = blocks.map((block) => ticks(block.time));
  if (config.kind === 'audio') return audioFragment(trackId, config, blocks, times);
  const shown = times.reduce((latest, time) => Math.max(latest, time));
  const stop = end === undefined ? shown + usualInterval(times) : ticks(end);
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

/** Each frame lasts until the next, so that lost audio is silence; the last as long as it is. */
function audioFragment(
  trackId: number,
  config: AudioConfig,
  blocks: readonly TimedBlock[],
  times: readonly number[],
): Mp4TrackFragment {
  const pieces = blocks.flatMap((block, index) => {
    const time = times[index] ?? 0;
    return config.codec === 'aac'
      ? [{ time, length: AAC_FRAME_SAMPLES, payload: block.payload }]
      : flacPieces(config, config.codec, block.payload, time);
  });
  const samples: Mp4Sample[] = [];
  let at = pieces[0]?.time ?? 0;
  const baseMediaDecodeTime = at;
  pieces.forEach(({ length, payload }, index) => {
    const next = pieces[index + 1]?.time ?? at + length;
    const duration = Math.max(0, next - at);
    samples.push({ duration, compositionOffset: 0, keyframe: true, payload });
    at += duration;
  });
  return { trackId, baseMediaDecodeTime, samples };
}

/** A G.711 payload as FLAC frames; more than one only where it is longer than a block may be. */
function flacPieces(
  config: AudioConfig,
  codec: 'pcmu' | 'pcma',
  payload: Uint8Array,
  time: number,
): { time: number; length: number; payload: Uint8Array }[] {
  const { channels, sampleRate } = config;
  const pieces = [];
  const whole = Math.floor(payload.length / channels);
  for (let done = 0; done < whole; done += MAX_BLOCK_SAMPLES) {
    const length = Math.min(MAX_BLOCK_SAMPLES, whole - done);
    const part = payload.subarray(done * channels, (done + length) * channels);
    const firstSample = time + done;
    const frame = encodeG711AsFlac({ codec, channels, sampleRate, payload: part, firstSample });
    pieces.push({ time: firstSample, length, payload: frame });
  }
  return pieces;
}

function usualInterval(times: readonly number[]): number {
  if (times.length < 2) return DEFAULT_VIDEO_DURATION;
  const span = Math.max(...times) - Math.min(...times);
  return Math.round(span / (times.length - 1));
}
