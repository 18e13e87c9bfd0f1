import type { EpochMs } from '@vms/common/clock.ts';
import { instantOf, instantsOf, wallOf } from '../../time/zone.ts';
import { spanOf, type View } from './view.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Steps that a person counts in. Each divides a day, or is whole days. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
];

export interface Tick {
  readonly at: EpochMs;
  /** `day` stands at local midnight, `major` has a label, `minor` has none. */
  readonly kind: 'day' | 'major' | 'minor';
}

/** A tick and how its label is written. */
export interface Scale {
  readonly ticks: readonly Tick[];
  /** Milliseconds between major ticks. */
  readonly stepMs: number;
}

/** The smallest step whose labels stay `labelPx` apart. */
export function stepFor(view: View, widthPx: number, labelPx: number): number {
  const wanted = (spanOf(view) / Math.max(1, widthPx)) * labelPx;
  return STEPS.find((step) => step >= wanted) ?? 30 * DAY;
}

/** How many parts a step is divided into by minor ticks: those that a person would expect. */
export function partsOf(stepMs: number): number {
  if (stepMs === 7 * DAY || stepMs === 14 * DAY) return stepMs / DAY;
  const parts = new Map<number, number>([
    [15 * SECOND, 3],
    [15 * MINUTE, 3],
    [30 * SECOND, 3],
    [30 * MINUTE, 3],
    [MINUTE, 6],
    [HOUR, 4],
    [3 * HOUR, 3],
    [6 * HOUR, 6],
    [12 * HOUR, 4],
    [DAY, 4],
    [2 * DAY, 2],
  ]);
  return parts.get(stepMs) ?? (stepMs % (5 * SECOND) === 0 ? 5 : 2);
}

/**
 * Ticks of a view on the wall clock of `zone`: steps below a day count from local midnight, steps of
 * days stand at local midnights, also where a day has 23 or 25 hours.
 */
export function ticksOf(view: View, widthPx: number, zone: string, labelPx = 84): Scale {
  const stepMs = stepFor(view, widthPx, labelPx);
  const minorMs = stepMs / partsOf(stepMs);
  const ticks: Tick[] = [];
  const repeated: Tick[] = [];
  let wall = Math.floor(wallOf(view.from, zone) / minorMs) * minorMs;
  const last = wallOf(view.to, zone) + minorMs;
  let previous = Number.NEGATIVE_INFINITY;
  for (; wall <= last; wall += minorMs) {
    const day = wall % DAY === 0;
    const major = wall % stepMs === 0;
    const kind = day && stepMs < DAY ? 'day' : major ? 'major' : 'minor';
    const [first = instantOf(wall, zone), again] = instantsOf(wall, zone);
    // At the end of summer time a clock shows an hour twice: its ticks come again, an hour later.
    if (again !== undefined && kind !== 'day' && again <= view.to && again >= view.from) {
      repeated.push({ at: again, kind });
    }
    // Where summer time starts, two wall clocks name one instant: one tick is enough.
    if (first <= previous || first < view.from || first > view.to) continue;
    previous = first;
    ticks.push({ at: first, kind });
  }
  if (repeated.length > 0) ticks.push(...repeated);
  return { ticks: repeated.length > 0 ? ticks.sort((a, b) => a.at - b.at) : ticks, stepMs };
}
