/** First wait before a process is started again. */
export const FIRST_RESTART_MS = 250;
/** Longest wait: a recorder never gives up. */
export const MAX_RESTART_MS = 30_000;
/** A process that worked for so long starts again with the first wait. */
export const STEADY_AFTER_MS = 10_000;
/** Share of a wait that is left to chance, so that processes do not start in step. */
const JITTER = 0.2;

/**
 * Milliseconds to wait before the restart after `failures` failures in a row (1 is the first):
 * doubled each time, bounded.
 */
export function restartDelayMs(failures: number, random: () => number = Math.random): number {
  const doubled = FIRST_RESTART_MS * 2 ** Math.min(failures - 1, 20);
  return Math.min(doubled, MAX_RESTART_MS) * (1 - JITTER * random());
}
