import type { EpochMs } from '@vms/common/clock.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { RunFragment, RunReader } from './run-reader.ts';
import { readBlocks, type TimedBlock } from './timed-blocks.ts';

/** Milliseconds without sound that are left as they are: the frame before lasts longer. */
export const MAX_HOLE_MS = 100;
/** Milliseconds by which sound may be stored before or after the pictures that it belongs to. */
export const MAX_SOUND_SHIFT_MS = 2_000;
/** Bytes that are read on each side of a segment to look for its sound. */
export const MAX_LOOK_BYTES = 8 * 1024 * 1024;
/** Milliseconds of silence in one segment, all its gaps together. One without a keyframe has no other bound. */
export const MAX_SILENCE_MS = 120_000;

const MAX_HOLE = MAX_HOLE_MS * TICKS_100US_PER_MS;
const MAX_SILENCE = MAX_SILENCE_MS * TICKS_100US_PER_MS;
/** Enough for MAX_SOUND_SHIFT_MS: rounds of the shortest tick cut a fragment every 33 ms. */
const FRAGMENTS_PER_LOOK = 64;

/** 100 µs since the time line's zero. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export interface SegmentPlace {
  readonly reader: RunReader;
  readonly fragments: readonly RunFragment[];
  readonly origin: EpochMs;
}

/**
 * Where a segment has no sound although it has pictures, in order of time. A browser shows nothing of
 * what has pictures alone once a source buffer has a track of sound (Media Source Extensions §3.5.13).
 * Sound is stored when it comes, a little beside its pictures: before a gap is believed at either end,
 * the fragments there are looked at. What goes beyond MAX_SILENCE_MS is left as it is.
 */
export async function gapsAround(
  place: SegmentPlace,
  track: number,
  blocks: readonly TimedBlock[],
  span: TimeSpan,
): Promise<readonly TimeSpan[]> {
  const times = blocks.map(({ time }) => time);
  const gaps: TimeSpan[] = [];
  const [first = span.to] = times;
  if (first - span.from > MAX_HOLE) {
    const before = await newestBefore(place, track);
    gaps.push({ from: Math.max(span.from, before ?? span.from), to: Math.min(first, span.to) });
  }
  times.forEach((time, index) => {
    const next = times[index + 1];
    if (next !== undefined) gaps.push({ from: time, to: next });
  });
  const last = times.at(-1);
  if (last !== undefined && span.to - last > MAX_HOLE) {
    gaps.push({ from: last, to: Math.min(span.to, await oldestBehind(place, track, span.to)) });
  }
  let silence = 0;
  return gaps.filter(({ from, to }) => {
    const length = to - from;
    if (length <= MAX_HOLE || silence + length > MAX_SILENCE) return false;
    silence += length;
    return true;
  });
}

/** Time of the newest sound in the fragments before; undefined where there is none. */
async function newestBefore(
  { fragments, origin, reader }: SegmentPlace,
  track: number,
): Promise<number | undefined> {
  const number = fragments[0]?.number ?? 0;
  const from = Math.max(0, number - FRAGMENTS_PER_LOOK);
  const wallClock = fragments[0]?.wallClock ?? 0;
  const read = await reader.fragments(from, number - from);
  const near = read.filter((fragment) => wallClock - fragment.wallClock <= MAX_SOUND_SHIFT_MS);
  const sound = await soundOf(reader, withinBytes(near.reverse()).reverse(), track, origin);
  return sound.at(-1);
}

/** Time with which the sound goes on behind a segment: `end` at the latest, where none is to come. */
async function oldestBehind(
  { fragments, origin, reader }: SegmentPlace,
  track: number,
  end: number,
): Promise<number> {
  const number = (fragments.at(-1)?.number ?? 0) + 1;
  const endMs = end / TICKS_100US_PER_MS + origin;
  const read = await reader.fragments(number, FRAGMENTS_PER_LOOK);
  const near = read.filter(({ wallClock }) => wallClock - endMs <= MAX_SOUND_SHIFT_MS);
  const [next] = await soundOf(reader, withinBytes(near), track, origin);
  if (next !== undefined) return next;
  // What is still recorded may yet bring it.
  const isOver = !reader.location.open || near.length < read.length;
  return isOver ? end : end - MAX_SOUND_SHIFT_MS * TICKS_100US_PER_MS;
}

async function soundOf(
  reader: RunReader,
  fragments: readonly RunFragment[],
  track: number,
  origin: EpochMs,
): Promise<number[]> {
  const blocks = await readBlocks(reader, fragments, origin);
  return blocks.filter((block) => block.track === track).map(({ time }) => time);
}

/** As many of the fragments, from the first on, as may be read for a look. */
function withinBytes(fragments: readonly RunFragment[]): RunFragment[] {
  let bytes = 0;
  return fragments.filter(({ length }) => {
    bytes += length;
    return bytes <= MAX_LOOK_BYTES;
  });
}
