import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { AudioConfig, CodecConfig, VideoConfig } from '@vms/common/frame.ts';
import { MediaError } from '@vms/media/errors.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import {
  type Archive,
  type ArchiveRange,
  endOfFragment,
  type RunPart,
} from '../playback/archive.ts';
import type { RunFragment } from '../playback/run-reader.ts';
import { PlaybackError } from '../playback-error.ts';

/** Bytes of fragments that are read at once: a single one may be larger, up to its own bound. */
export const READ_BYTES = 4 * 1024 * 1024;
/** Index lines that are read at once. */
const LINES_AT_ONCE = 256;
/** Half of the 0.1 ms that recordings keep. */
const HALF_A_TICK_MS = 0.05;

/** A frame out of a recording. */
export interface RecordedFrame {
  readonly kind: 'video' | 'audio';
  /** Presentation time, 100 µs since 1970. */
  readonly time: number;
  readonly keyframe: boolean;
  readonly payload: Uint8Array;
}

/** What one fragment of a recording gives to an export. */
export interface RecordedFragment {
  /** Of its pictures; undefined where it holds none. */
  readonly video: VideoConfig | undefined;
  /** Of the sound of its run; undefined where that has none. */
  readonly audio: AudioConfig | undefined;
  /** It begins with a picture that can be decoded by itself. */
  readonly keyframe: boolean;
  /** Display time of its first picture. */
  readonly start: EpochMs;
  /** When the display of its last frame ends. */
  readonly end: EpochMs;
  /** In decode order. */
  readonly frames: readonly RecordedFrame[];
  /** Bytes that were read for it. */
  readonly bytes: number;
}

/** Bytes of the recordings that a range reads. */
export async function bytesOfRange(archive: Archive, range: ArchiveRange): Promise<number> {
  let bytes = 0;
  for await (const { reader, first, end } of archive.parts(range)) {
    const [from] = await reader.fragments(first, 1);
    const [to] = await reader.fragments(end - 1, 1);
    if (from !== undefined && to !== undefined) bytes += to.offset + to.length - from.offset;
  }
  return bytes;
}

/**
 * The frames of a range over all its runs, fragment by fragment, from the keyframe at or before its
 * start. What two overlapping runs both hold comes once. Little is in memory at a time.
 * @throws PlaybackError `playback.unreadable`, `playback.bad-range`, `playback.volume-busy`
 */
export async function* recordedFragments(
  archive: Archive,
  range: ArchiveRange,
): AsyncGenerator<RecordedFragment> {
  for await (const part of archive.parts(range)) {
    const tracks = await archive.configuration(part.reader);
    for (let at = part.first; at < part.end; at += LINES_AT_ONCE) {
      const lines = await part.reader.fragments(at, Math.min(LINES_AT_ONCE, part.end - at));
      for (const group of groupsOf(lines)) yield* readGroup(part, group, tracks);
    }
  }
}

/** Consecutive fragments of up to READ_BYTES together. */
function groupsOf(lines: readonly RunFragment[]): RunFragment[][] {
  const groups: RunFragment[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const group = groups.at(-1);
    if (group === undefined || bytes + line.length > READ_BYTES) {
      groups.push([line]);
      bytes = line.length;
    } else {
      group.push(line);
      bytes += line.length;
    }
  }
  return groups;
}

async function* readGroup(
  part: RunPart,
  group: readonly RunFragment[],
  tracks: readonly CodecConfig[],
): AsyncGenerator<RecordedFragment> {
  const { reader } = part;
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return;
  const bytes = await reader.bytes(first.offset, last.offset + last.length - first.offset);
  for (const line of group) {
    const frames = framesOf(part, line, bytes, line.offset - first.offset, tracks);
    const pictures = frames.filter(({ frame }) => frame.kind === 'video');
    const shownFirst = (pictures.length > 0 ? pictures : frames).map(({ frame }) => frame.time);
    if (frames.length === 0) continue;
    yield {
      video: configOf(pictures[0]?.config, 'video'),
      audio: configOf(
        tracks.find(({ kind }) => kind === 'audio'),
        'audio',
      ),
      keyframe: line.keyframe,
      start: shownFirst.reduce((a, b) => Math.min(a, b)) / TICKS_100US_PER_MS,
      end: Math.min(endOfFragment(line), part.until),
      frames: frames.map(({ frame }) => frame),
      bytes: line.length,
    };
  }
}

interface FrameOfTrack {
  readonly config: CodecConfig;
  readonly frame: RecordedFrame;
}

function framesOf(
  part: RunPart,
  line: RunFragment,
  bytes: Uint8Array,
  offset: number,
  tracks: readonly CodecConfig[],
): FrameOfTrack[] {
  const zero = Math.round(part.reader.header.dateUtc * TICKS_100US_PER_MS);
  const { timestamp, blocks } = clusterAt(part, bytes, offset);
  const frames = blocks.flatMap((block): FrameOfTrack[] => {
    const config = tracks[block.track - 1];
    if (config === undefined) return [];
    const { keyframe, payload } = block;
    const time = zero + timestamp + block.relative;
    return [{ config, frame: { kind: config.kind, time, keyframe, payload } }];
  });
  return line.number === part.end - 1 ? cutAt(frames, part.until) : frames;
}

/**
 * Leaves out what is shown at or after `until`, but no picture that one before it in decode order
 * may need.
 */
function cutAt(frames: readonly FrameOfTrack[], until: EpochMs): FrameOfTrack[] {
  const isBefore = ({ frame }: FrameOfTrack): boolean =>
    frame.time / TICKS_100US_PER_MS < until - HALF_A_TICK_MS;
  const lastPicture = frames.findLastIndex((each) => each.frame.kind === 'video' && isBefore(each));
  return frames.filter((each, index) =>
    each.frame.kind === 'video' ? index <= lastPicture : isBefore(each),
  );
}

function clusterAt({ reader }: RunPart, bytes: Uint8Array, offset: number) {
  try {
    return parseCluster(bytes, offset);
  } catch (cause) {
    if (!(cause instanceof MediaError)) throw cause;
    throw new PlaybackError(
      'playback.unreadable',
      {
        happened: `Recording ${reader.location.id} cannot be read: ${messageOf(cause)}`,
        kept: 'Its files were not changed.',
        remedy: 'Run "vms check".',
      },
      { cause },
    );
  }
}

function configOf(config: CodecConfig | undefined, kind: 'video'): VideoConfig | undefined;
function configOf(config: CodecConfig | undefined, kind: 'audio'): AudioConfig | undefined;
function configOf(config: CodecConfig | undefined, kind: string): CodecConfig | undefined {
  return config?.kind === kind ? config : undefined;
}
