import type { LedgerEntry } from '@vms/camera-sim/simulated-camera.ts';
import type { ShownFrame } from './latency-page.ts';

/** What was shown, laid beside what was sent. */
export interface LatencyMatch {
  /** ms from the last packet's hand-over to the simulator's socket until the picture was on the screen. */
  readonly latencies: readonly number[];
  /** Pictures whose number could not be read, or was not that of their time stamp. */
  readonly unreadable: number;
  /** Pictures that were sent between the first and the last that was shown, and never shown: their indexes in the ledger. */
  readonly missing: readonly number[];
  /** Indexes in the ledger of the first and the last picture that was shown. */
  readonly firstShown: number;
  readonly lastShown: number;
}

/** Ticks of 90 kHz from one picture to the next at 25 a second. */
const FRAME_TICKS = 3600;

/**
 * Finds for each shown picture the sending of that number that is nearest in time; a clip lasts many
 * times as long as any latency.
 *
 * @throws Error where a picture was shown before it was sent: then the clocks are wrong, and the figures too
 */
export function matchLatency(
  sent: readonly Pick<LedgerEntry, 'frame' | 'index' | 'sentAt'>[],
  shown: readonly ShownFrame[],
  clipFrames: number,
): LatencyMatch {
  const sendings = new Map<number, { index: number; sentAt: number }[]>();
  for (const { frame, index, sentAt } of sent) {
    const known = sendings.get(frame) ?? [];
    sendings.set(frame, [...known, { index, sentAt }]);
  }
  // Pixels are read a moment after the callback: they must be of the picture that the callback is for.
  const phases = shown.map((each) => phaseOf(each, clipFrames));
  const phase = mostFrequent(phases);
  const latencies: number[] = [];
  const seen = new Set<number>();
  for (const [at, { frame, shownAt }] of shown.entries()) {
    const candidates = frame === undefined ? undefined : sendings.get(frame);
    if (candidates === undefined || phases[at] !== phase) continue;
    const nearest = candidates.reduce((best, next) =>
      Math.abs(shownAt - next.sentAt) < Math.abs(shownAt - best.sentAt) ? next : best,
    );
    if (shownAt < nearest.sentAt) {
      throw new Error(`Picture ${frame} was shown before it was sent: the clocks disagree.`);
    }
    seen.add(nearest.index);
    latencies.push(shownAt - nearest.sentAt);
  }
  const [firstShown, lastShown] = [Math.min(...seen), Math.max(...seen)];
  return {
    latencies,
    firstShown,
    lastShown,
    unreadable: shown.length - latencies.length,
    missing: sent
      .map(({ index }) => index)
      .filter((index) => index > firstShown && index < lastShown && !seen.has(index)),
  };
}

/** How far a picture's number is from its time stamp, in pictures: the same for all of one view. */
function phaseOf({ frame, rtpTimestamp }: ShownFrame, clipFrames: number): number | undefined {
  if (frame === undefined) return undefined;
  const number = Math.round(rtpTimestamp / FRAME_TICKS) - frame;
  return ((number % clipFrames) + clipFrames) % clipFrames;
}

function mostFrequent(values: readonly (number | undefined)[]): number | undefined {
  const counts = new Map<number | undefined, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  counts.delete(undefined);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
