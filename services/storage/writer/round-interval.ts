/** Milliseconds that the link may hold frames back, so that several come in one read. */
export const COALESCE_MS = 20;

/**
 * Milliseconds allowed for the age of the newest frame when a round starts: held back by the link, up to
 * 40 ms after the one before it, and behind a round that starts late.
 */
const FRAME_AGE_MS = 100;

/** Where a tick has no room for that: two thirds of it. */
const SHORTEST_SHARE = 1 / 3;

/** Milliseconds between two commit rounds, so that a killed writer loses at most one tick of frames. */
export function roundMsOf(tickMs: number): number {
  return Math.max(tickMs - FRAME_AGE_MS, tickMs * SHORTEST_SHARE);
}
