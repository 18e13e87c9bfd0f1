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
/** Fragments that are read at once: as many as MAX_SOUND_SHIFT_MS has at the default tick, and more. */
const FRAGMENTS_PER_READ = 16;

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
  const [first] = fragments;
  if (first === undefined) return undefined;
  const look = new Look((fragment) => first.wallClock - fragment.wallClock);
  for (let end = first.number; end > 0 && !look.isOver; end -= FRAGMENTS_PER_READ) {
    const from = Math.max(0, end - FRAGMENTS_PER_READ);
    look.add((await reader.fragments(from, end - from)).reverse());
  }
  const sound = await soundOf(reader, look.near.reverse(), track, origin);
  return sound.at(-1);
}

/** Time with which the sound goes on behind a segment: `end` at the latest, where none is to come. */
async function oldestBehind(
  { fragments, origin, reader }: SegmentPlace,
  track: number,
  end: number,
): Promise<number> {
  const endMs = end / TICKS_100US_PER_MS + origin;
  const look = new Look(({ wallClock }) => wallClock - endMs);
  let number = (fragments.at(-1)?.number ?? 0) + 1;
  let isNewest = false;
  while (!look.isOver && !isNewest) {
    const read = await reader.fragments(number, FRAGMENTS_PER_READ);
    look.add(read);
    number += read.length;
    isNewest = read.length < FRAGMENTS_PER_READ;
  }
  const [next] = await soundOf(reader, look.near, track, origin);
  if (next !== undefined) return next;
  // What is still recorded may yet bring it.
  const isSilent = look.isOver || !reader.location.open;
  return isSilent ? end : end - MAX_SOUND_SHIFT_MS * TICKS_100US_PER_MS;
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

/** Fragments on one side of a segment in which its sound may lie: within MAX_SOUND_SHIFT_MS and MAX_LOOK_BYTES. */
class Look {
  readonly near: RunFragment[] = [];
  /** One of the bounds is reached. */
  isOver = false;
  readonly #distanceMs: (fragment: RunFragment) => number;
  #bytes = 0;

  /** @param distanceMs from the segment */
  constructor(distanceMs: (fragment: RunFragment) => number) {
    this.#distanceMs = distanceMs;
  }

  /** @param fragments those that follow, from the nearest on */
  add(fragments: readonly RunFragment[]): void {
    for (const fragment of fragments) {
      this.#bytes += fragment.length;
      this.isOver ||=
        this.#distanceMs(fragment) > MAX_SOUND_SHIFT_MS || this.#bytes > MAX_LOOK_BYTES;
      if (this.isOver) return;
      this.near.push(fragment);
    }
  }
}
