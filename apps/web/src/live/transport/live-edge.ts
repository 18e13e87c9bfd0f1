/** What a buffer of MSE looks like; all in seconds of the media time line. */
export interface BufferView {
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly currentTime: number;
  /** How far behind the newest picture playing should stay. */
  readonly target: number;
  /** Where the buffer ended when the media time went past it; undefined while something is left to play. */
  readonly ranOutAt?: number | undefined;
}

/** What to do so that playing stays near the live edge. */
export interface Pace {
  readonly seekTo?: number;
  readonly rate: number;
}

/** Further behind than this is caught up by a jump. */
export const MAX_BEHIND_SECONDS = 2;
/** Seconds by which Chromium's clock may run past the end of the buffer before we seek back. */
const PAST_SECONDS = 0.5;
/** What playing behind the target by one second adds to its rate. */
const GAIN = 0.4;
const MAX_RATE = 1.25;
/** Differences below this are left alone, so that the rate does not waver. */
const SLACK_SECONDS = 0.06;

/** Least and greatest distance from the edge, and what one stall adds to it. */
export const MIN_TARGET_SECONDS = 0.12;
const MAX_TARGET_SECONDS = 1.2;
const STALL_SECONDS = 0.12;
/** What a second without stall takes off. */
const EASE_SECONDS = 0.004;

/** Where playing should go on, and how fast. */
export function paceOf({ ranges, currentTime, target, ranOutAt }: BufferView): Pace {
  const newest = ranges.at(-1);
  if (newest === undefined) return { rate: 1 };
  const behind = newest.end - currentTime;
  const edge = Math.max(newest.start, newest.end - target);
  const stranded = currentTime < newest.start - 0.001 && !plays(ranges, currentTime);
  if (stranded || behind > MAX_BEHIND_SECONDS) return { seekTo: edge, rate: 1 };
  // The media time lies past everything. It goes back to what came since, and to nothing before: that
  // would show the last second of a dead camera again and again, as if it moved.
  if (behind < -PAST_SECONDS && newest.end !== ranOutAt) {
    const hasNewPictures = ranOutAt !== undefined && ranOutAt < newest.end;
    return { seekTo: hasNewPictures ? Math.max(edge, ranOutAt) : edge, rate: 1 };
  }
  const excess = behind - target;
  if (excess <= SLACK_SECONDS) return { rate: 1 };
  return { rate: Math.min(MAX_RATE, 1 + excess * GAIN) };
}

/** True where there is something left to play in the range that holds `at`. */
function plays(ranges: BufferView['ranges'], at: number): boolean {
  return ranges.some((range) => at >= range.start - 0.001 && at < range.end - 0.05);
}

/** `ranOutAt` of the next look, after `ranOutAt` in the one before. */
export function noteRanOut({ ranges, currentTime, ranOutAt }: BufferView): number | undefined {
  const end = ranges.at(-1)?.end;
  return end === undefined || currentTime <= end ? undefined : (ranOutAt ?? end);
}

/** The distance to keep after a stall, or after `seconds` without one. */
export function nextTarget(
  target: number,
  event: 'stall' | { readonly calmSeconds: number },
): number {
  const wanted =
    event === 'stall' ? target + STALL_SECONDS : target - event.calmSeconds * EASE_SECONDS;
  return Math.min(MAX_TARGET_SECONDS, Math.max(MIN_TARGET_SECONDS, wanted));
}

/** Milliseconds for which the browser may hold back what it has: at first, and at most. */
const FIRST_REFILL_MS = 400;
const MAX_REFILL_MS = 3200;
/** What a millisecond of playing takes off a limit that has grown. */
const REFILL_EASE = 0.5;

/**
 * Ends the browser's own waiting. Each time its sound has run dry, Chromium holds back sound and picture
 * until twice as much is there as the time before, up to 3 s, which live does not have: only a seek makes
 * it forget. Where it soon holds back again it is given longer, since a seek decodes from a keyframe on.
 */
export class RefillWatch {
  #hasPlayed = false;
  #heldMs = 0;
  #limitMs = FIRST_REFILL_MS;

  /**
   * Called at regular intervals; whether to seek now, once each time that it plays no more.
   * @param isHeld the browser shows nothing
   * @param aheadSeconds what lies before it
   * @param targetSeconds the distance to keep from the newest picture
   */
  shouldSeek(
    isHeld: boolean,
    aheadSeconds: number,
    targetSeconds: number,
    elapsedMs: number,
  ): boolean {
    if (!isHeld) {
      this.#hasPlayed = true;
      this.#limitMs = Math.max(FIRST_REFILL_MS, this.#limitMs - elapsedMs * REFILL_EASE);
    }
    // Without more than its distance there is nothing to show.
    const isRefilling = isHeld && this.#hasPlayed && aheadSeconds > targetSeconds;
    this.#heldMs = isRefilling ? this.#heldMs + elapsedMs : 0;
    if (this.#heldMs < this.#limitMs) return false;
    this.#hasPlayed = false;
    this.#heldMs = 0;
    this.#limitMs = Math.min(MAX_REFILL_MS, this.#limitMs * 2);
    return true;
  }
}

/** Seconds of what has been played that are kept, and from which length on they are let go. */
const KEEP_BEHIND_SECONDS = 8;
const TRIM_FROM_SECONDS = 16;

/** What to remove from the buffer; undefined where it is short enough. */
export function trimOf(
  ranges: BufferView['ranges'],
  currentTime: number,
): { readonly from: number; readonly to: number } | undefined {
  const first = ranges[0];
  if (first === undefined || currentTime - first.start < TRIM_FROM_SECONDS) return undefined;
  return { from: 0, to: currentTime - KEEP_BEHIND_SECONDS };
}
