import type { EpochMs } from '@vms/common/clock.ts';
import { placeOf, type Span } from '../timeline/view.ts';

const SECOND = 1000;

/** What is loaded before the instant that was asked for, so that small steps back need nothing new. */
export const LEAD_MS = 20 * SECOND;
/** What is loaded after it. The next range follows when this one ends. */
export const RANGE_MS = 30 * 60 * SECOND;
/** How near the end of what is recorded playback may start: what is being written is not yet durable. */
export const EDGE_MS = 3 * SECOND;
/** How far ahead of a gap the first search for the next recorded span looks. */
export const FIRST_SEARCH_MS = 24 * 3600 * SECOND;

export interface Range {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Where playback starts, and how much time without recording was passed over to get there. */
export interface Start {
  readonly at: EpochMs;
  readonly skippedMs: number;
}

/**
 * Where to play when a person asks for `at`: there, where it is recorded; else at the start of the next
 * span; else, past everything, shortly before the end of the last. Undefined where nothing is recorded.
 */
export function startFor(at: EpochMs, spans: readonly Span[]): Start | undefined {
  const place = placeOf(spans, at);
  if (place.inside !== undefined) {
    const latest = Math.max(place.inside.start, place.inside.end - EDGE_MS);
    const last = spans.at(-1) === place.inside;
    return { at: last ? Math.min(at, latest) : at, skippedMs: 0 };
  }
  if (place.after !== undefined) {
    return { at: place.after.start, skippedMs: place.after.start - at };
  }
  if (place.before !== undefined) {
    return {
      at: Math.max(place.before.start, place.before.end - EDGE_MS),
      skippedMs: 0,
    };
  }
  return undefined;
}

/** The range to load for playing at `at`, never past `now`. */
export function rangeFor(at: EpochMs, now: EpochMs): Range {
  return { from: at - LEAD_MS, to: Math.max(at + SECOND, Math.min(at + RANGE_MS, now)) };
}

/** True where `at` can be reached by a seek inside what is loaded. */
export function covers(range: Range, at: EpochMs): boolean {
  return at >= range.from && at < range.to - SECOND / 2;
}
