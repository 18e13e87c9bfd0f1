import type { EpochMs } from '@vms/common/clock.ts';

/** The stretch of time that a time line shows. */
export interface View {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A stretch that is recorded. */
export interface Span {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The closest view. */
export const MIN_VIEW_MS = 2 * MINUTE;
/** The widest view. */
export const MAX_VIEW_MS = 45 * DAY;
/** How far past now a view may reach, as a part of its own length. */
export const FUTURE_SHARE = 0.5;

export function spanOf(view: View): number {
  return view.to - view.from;
}

/** A view of `lengthMs` that shows `at` at `share` (0 left … 1 right) of its width. */
export function viewAround(at: EpochMs, lengthMs: number, share = 0.5): View {
  const length = Math.min(MAX_VIEW_MS, Math.max(MIN_VIEW_MS, lengthMs));
  return { from: at - length * share, to: at + length * (1 - share) };
}

/** Makes the view `factor` times as long while `anchor` keeps its place. */
export function zoom(view: View, factor: number, anchor: EpochMs): View {
  const length = spanOf(view);
  return viewAround(anchor, length * factor, (anchor - view.from) / length);
}

export function pan(view: View, byMs: number): View {
  return { from: view.from + byMs, to: view.to + byMs };
}

/** The same view, moved back so that no more than FUTURE_SHARE of it lies after now. */
export function keepNearNow(view: View, now: EpochMs): View {
  const excess = view.to - (now + spanOf(view) * FUTURE_SHARE);
  return excess > 0 ? pan(view, -excess) : view;
}

/** Moves the view by as little as brings `at` inside, a margin of a tenth from the edge. */
export function reveal(view: View, at: EpochMs): View {
  const margin = spanOf(view) * 0.1;
  if (at < view.from + margin) return pan(view, at - margin - view.from);
  if (at > view.to - margin) return pan(view, at + margin - view.to);
  return view;
}

export function xOf(at: EpochMs, view: View, widthPx: number): number {
  return ((at - view.from) / spanOf(view)) * widthPx;
}

export function timeAt(x: number, view: View, widthPx: number): EpochMs {
  return view.from + (x / Math.max(1, widthPx)) * spanOf(view);
}

/** What to ask the server for, so that small moves ask nothing new. */
export interface Window extends View {
  readonly resolutionMs: number;
}

/**
 * The view with at least half its length to either side, on a grid that depends on the zoom alone, and
 * the resolution (about half a pixel) as a power of two of milliseconds.
 */
export function windowOf(view: View, widthPx: number): Window {
  const length = spanOf(view);
  const cell = 2 ** Math.ceil(Math.log2(length / 2));
  const resolution = 2 ** Math.floor(Math.log2(length / Math.max(1, widthPx) / 2));
  return {
    from: Math.floor((view.from - length / 2) / cell) * cell,
    to: Math.ceil((view.to + length / 2) / cell) * cell,
    resolutionMs: Math.max(1, resolution),
  };
}

export interface Bar {
  readonly x: number;
  readonly width: number;
}

/** Spans as bars in pixels: clipped to the view, none thinner than a pixel, touching ones joined. */
export function barsOf(spans: readonly Span[], view: View, widthPx: number): Bar[] {
  const bars: { x: number; width: number }[] = [];
  for (const span of spans) {
    if (span.end <= view.from || span.start >= view.to) continue;
    const left = Math.max(0, xOf(span.start, view, widthPx));
    const right = Math.min(widthPx, Math.max(xOf(span.end, view, widthPx), left + 1));
    const last = bars.at(-1);
    if (last !== undefined && left - (last.x + last.width) < 0.25) {
      last.width = Math.max(last.width, right - last.x);
    } else {
      bars.push({ x: left, width: right - left });
    }
  }
  return bars;
}

export interface Place {
  /** The span that holds the instant. */
  readonly inside?: Span;
  /** The nearest recorded edge before and after, where there is one. */
  readonly before?: Span;
  readonly after?: Span;
}

/** Where an instant lies among spans that are in order and do not overlap. */
export function placeOf(spans: readonly Span[], at: EpochMs): Place {
  let before: Span | undefined;
  for (const span of spans) {
    if (at < span.start) {
      return { ...(before === undefined ? {} : { before }), after: span };
    }
    if (at < span.end) return { inside: span };
    before = span;
  }
  return before === undefined ? {} : { before };
}
