import type { EpochMs } from '@vms/common/clock.ts';

/** Milliseconds between two frames that belong together: two intervals of the slowest test camera. */
const JOINED_MS = 120;

/**
 * Milliseconds of picture before a kill that are missing: from the last frame that is held to the
 * kill, where recording did not go on without a hole. 0 where the frames around the kill join (the
 * writer that followed got the current GOP again).
 *
 * @param times wall clocks of all held frames of a camera, ascending.
 * @throws Error where nothing is held before the kill, or nothing after: then there is nothing to compare.
 */
export function lostBefore(kill: EpochMs, times: readonly EpochMs[]): number {
  let last: EpochMs | undefined;
  let next: EpochMs | undefined;
  for (const time of times) {
    if (time <= kill) last = time;
    else {
      next = time;
      break;
    }
  }
  if (last === undefined || next === undefined) {
    throw new Error('The kill lies outside of what was recorded: nothing to compare.');
  }
  return next - last <= JOINED_MS ? 0 : Math.max(0, kill - last);
}

/** Milliseconds around a kill in which nothing is held, after it as well as before. */
export function holeAround(kill: EpochMs, times: readonly EpochMs[]): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time > kill) return time - last <= JOINED_MS ? 0 : time - last;
    last = time;
  }
  return Number.POSITIVE_INFINITY;
}
