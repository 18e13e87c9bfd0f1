import type { EpochMs } from '@vms/common/clock.ts';
import type { Span, Window } from '../timeline/view.ts';
import { FIRST_SEARCH_MS, type Start, startFor } from './range.ts';

export type FetchSpans = (window: Window, signal: AbortSignal) => Promise<Span[]>;

/** Gaps shorter than this are played over without a word. */
const FINE_RESOLUTION_MS = 500;
/** How many stretches a search over a long time may bring. */
const COARSE_PARTS = 2000;
/** How far back the newest recording is looked for; the API shows 400 days at most. */
export const SEARCH_BACK_MS = 399 * 86_400_000;

const coarse = (from: EpochMs, to: EpochMs): Window => ({
  from,
  to,
  resolutionMs: Math.max(FINE_RESOLUTION_MS, Math.ceil((to - from) / COARSE_PARTS)),
});

/**
 * Where to play for an instant: first a fine look at the day after it, then a coarse one at all that
 * follows, then at all before. Undefined where nothing is recorded at all.
 */
export async function findStart(
  at: EpochMs,
  now: EpochMs,
  fetchSpans: FetchSpans,
  signal: AbortSignal,
): Promise<Start | undefined> {
  const near = Math.min(at + FIRST_SEARCH_MS, now);
  const windows: Window[] = [
    { from: at - 1000, to: Math.max(at, near) + 1000, resolutionMs: FINE_RESOLUTION_MS },
  ];
  if (near < now) windows.push(coarse(at, now));
  for (const window of windows) {
    const spans = (await fetchSpans(window, signal)).filter((span) => span.end > at);
    if (spans.length > 0) return startFor(at, spans);
  }
  const newest = (await fetchSpans(coarse(at - SEARCH_BACK_MS, at + 1000), signal)).at(-1);
  return newest === undefined ? undefined : startFor(at, [newest]);
}

/** The first and the last recorded instant. */
export interface Ends {
  readonly first: EpochMs;
  readonly last: EpochMs;
}

/** Undefined where nothing is recorded. */
export async function findEnds(
  now: EpochMs,
  fetchSpans: FetchSpans,
  signal: AbortSignal,
): Promise<Ends | undefined> {
  const spans = await fetchSpans(coarse(now - SEARCH_BACK_MS, now + 1000), signal);
  const [first, last] = [spans[0], spans.at(-1)];
  return first === undefined || last === undefined
    ? undefined
    : { first: first.start, last: last.end };
}
