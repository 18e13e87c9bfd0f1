import type { EpochMs } from '@vms/common/clock.ts';

/** A segment of a playlist: where it lies on the media time line, and when it was filmed. */
export interface DatedSegment {
  /** Seconds on the media time line. */
  readonly start: number;
  /** Seconds. */
  readonly duration: number;
  /** From EXT-X-PROGRAM-DATE-TIME (RFC 8216 §4.3.2.6); null where the playlist gives none. */
  readonly programDateTime: number | null;
}

/**
 * When the picture at `seconds` of the media time line was filmed. Undefined where no segment tells.
 * Between segments, and past the last, the nearest segment before counts.
 */
export function filmedAt(segments: readonly DatedSegment[], seconds: number): EpochMs | undefined {
  let found: EpochMs | undefined;
  for (const segment of segments) {
    if (segment.programDateTime === null) continue;
    if (segment.start > seconds && found !== undefined) break;
    found = segment.programDateTime + (seconds - segment.start) * 1000;
  }
  return found;
}

/**
 * Where on the media time line the picture of an instant lies. An instant in a gap is the start of the
 * next segment; one past everything is the end of the last. Undefined where no segment has a date.
 */
export function mediaTimeOf(segments: readonly DatedSegment[], at: EpochMs): number | undefined {
  let last: number | undefined;
  for (const segment of segments) {
    if (segment.programDateTime === null) continue;
    if (at < segment.programDateTime) return segment.start;
    const into = (at - segment.programDateTime) / 1000;
    if (into < segment.duration) return segment.start + into;
    last = segment.start + segment.duration;
  }
  return last;
}

/** Seconds of one frame where nothing is known: 25 frames a second. */
export const DEFAULT_FRAME_SECONDS = 1 / 25;
const SHORTEST_FRAME_SECONDS = 1 / 240;
const LONGEST_FRAME_SECONDS = 1;

/** Learns how long a frame is from the media times of the frames that were shown. */
export class FrameRate {
  readonly #steps: number[] = [];
  #last: number | undefined;

  /** Tells the media time of the frame on the screen. Jumps are ignored. */
  shown(mediaTime: number): void {
    const step = this.#last === undefined ? 0 : mediaTime - this.#last;
    this.#last = mediaTime;
    if (step < SHORTEST_FRAME_SECONDS || step > LONGEST_FRAME_SECONDS) return;
    this.#steps.push(step);
    if (this.#steps.length > 15) this.#steps.shift();
  }

  /** Seconds of one frame: the shortest quarter of what was seen, because a late screen skips frames. */
  get frameSeconds(): number {
    if (this.#steps.length === 0) return DEFAULT_FRAME_SECONDS;
    const sorted = [...this.#steps].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 4)] ?? DEFAULT_FRAME_SECONDS;
  }

  /** Media time of the frame on the screen, where one was shown. */
  get current(): number | undefined {
    return this.#last;
  }
}

/** Where to seek to show the frame `count` after (before, if negative) the one at `mediaTime`. */
export function stepTarget(mediaTime: number, count: number, frameSeconds: number): number {
  // The middle of the frame: its edges are rounded by container and browser.
  return Math.max(0, mediaTime + (count + 0.5) * frameSeconds);
}

/** What may have played behind the picture that was sought before the browser says that the seek is over. */
const MAX_PASSED_SECONDS = 1;

/**
 * Media time of the picture on the screen when a seek has ended: the one drawn meanwhile, if it can be of this
 * seek; otherwise the one sought, which is about to be drawn. Undefined where nothing was drawn or sought.
 *
 * @param sought media time in seconds; undefined where no place of the recording was asked for
 * @param drawn media time of the newest picture drawn since the seek began
 */
export function pictureAfterSeek(
  sought: number | undefined,
  drawn: number | undefined,
  frameSeconds: number,
): number | undefined {
  if (sought === undefined || drawn === undefined) return sought ?? drawn;
  const isOfSeek = drawn > sought - frameSeconds && drawn < sought + MAX_PASSED_SECONDS;
  return isOfSeek ? drawn : sought;
}
