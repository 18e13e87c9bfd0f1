import type { EpochMs } from '@vms/common/clock.ts';
import { PlaybackError } from '../playback-error.ts';
import { endOfFragment, type RunPart } from './archive.ts';
import type { RunFragment, RunReader } from './run-reader.ts';
import { MAX_FRAGMENTS_PER_SEGMENT } from './segment-name.ts';

/** A segment ends at the first keyframe this long after its start. Milliseconds: two GOPs of 2 s. */
export const MIN_SEGMENT_MS = 3500;
/** A segment is held in memory while it is sent: longer GOPs are cut where they must be. */
export const MAX_SEGMENT_BYTES = 32 * 1024 * 1024;

/** A row of fragments that is played as one piece. */
export interface PlannedSegment {
  readonly first: number;
  readonly count: number;
  readonly start: EpochMs;
  /** Start of what follows in the run, or the end of the run's last frame. */
  readonly end: EpochMs;
  /** It begins with a keyframe. */
  readonly independent: boolean;
  /** Number of the track of its pictures; a segment ends where it changes. */
  readonly track: number;
}

/** Where a segment may be cut. */
interface Cut {
  readonly number: number;
  readonly wallClock: EpochMs;
  readonly offset: number;
}

/** A keyframe: what follows, up to the next, is of its track. */
interface KeyCut extends Cut {
  readonly track: number;
}

/** Cuts the part of a run into segments at keyframes; reads little but the keyframes' index lines. */
export async function planSegments(part: RunPart): Promise<PlannedSegment[]> {
  const segments: PlannedSegment[] = [];
  const end = await endOfPart(part);
  let start: KeyCut | undefined;
  let previous: KeyCut | undefined;
  const emit = async (from: KeyCut, to: Cut): Promise<void> => {
    segments.push(...(await splitToBounds(part.reader, from, to)));
  };
  for await (const keyframe of part.reader.keyframes(part.first)) {
    if (keyframe.number >= part.end) break;
    if (start !== undefined && previous !== undefined && start !== previous) {
      if (keyframe.offset - start.offset > MAX_SEGMENT_BYTES) {
        await emit(start, previous);
        start = previous;
      }
    }
    if (
      start !== undefined &&
      (keyframe.track !== start.track || keyframe.wallClock - start.wallClock >= MIN_SEGMENT_MS)
    ) {
      await emit(start, keyframe);
      start = keyframe;
    }
    start ??= keyframe;
    previous = keyframe;
  }
  if (start !== undefined) await emit(start, end);
  return segments;
}

/** Where the part ends: the fragment behind it, or the end of the run. */
async function endOfPart({ reader, end, until }: RunPart): Promise<Cut> {
  const [last, next] = await reader.fragments(end - 1, 2);
  if (last === undefined) throw noFragment();
  return {
    number: end,
    wallClock:
      next === undefined
        ? endOfFragment(last)
        : Math.min(next.wallClock, Math.max(until, last.wallClock)),
    offset: last.offset + last.length,
  };
}

/** One segment, or several where a GOP is over a bound: then only the first is independent. */
async function splitToBounds(reader: RunReader, from: KeyCut, to: Cut): Promise<PlannedSegment[]> {
  const whole = to.number - from.number;
  if (to.offset - from.offset <= MAX_SEGMENT_BYTES && whole <= MAX_FRAGMENTS_PER_SEGMENT) {
    return [segmentOf(from, to, from.track, true)];
  }
  const segments: PlannedSegment[] = [];
  let start: Cut = from;
  let previous: RunFragment | undefined;
  for (const fragment of await reader.fragments(from.number, whole)) {
    const bytes = fragment.offset + fragment.length - start.offset;
    const count = fragment.number + 1 - start.number;
    if (
      previous !== undefined &&
      (bytes > MAX_SEGMENT_BYTES || count > MAX_FRAGMENTS_PER_SEGMENT)
    ) {
      segments.push(segmentOf(start, fragment, from.track, segments.length === 0));
      start = fragment;
    }
    previous = fragment;
  }
  segments.push(segmentOf(start, to, from.track, segments.length === 0));
  return segments;
}

function segmentOf(from: Cut, to: Cut, track: number, independent: boolean): PlannedSegment {
  return {
    first: from.number,
    count: to.number - from.number,
    start: from.wallClock,
    end: Math.max(to.wallClock, from.wallClock),
    independent,
    track,
  };
}

function noFragment(): PlaybackError {
  return new PlaybackError('playback.not-found', 'This part of the recording is not there.');
}
