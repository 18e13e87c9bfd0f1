/** Milliseconds that the link may hold frames back, so that several come in one read. */
export const COALESCE_MS = 20;

/**
 * Milliseconds by which a round comes before its tick ends, for what it may miss: up to 40 ms between two
 * pictures (25 a second), 20 ms of ingest's nap and 20 ms of the link; the rest for a round that starts late.
 */
const FRAME_AGE_MS = 100;

/** Shortest round, as a share of the tick, where a tick has no room for that. */
const SHORTEST_SHARE = 1 / 3;

/** Milliseconds between two commit rounds, so that a killed writer loses at most one tick of pictures. */
export function roundMsOf(tickMs: number): number {
  return Math.max(tickMs - FRAME_AGE_MS, tickMs * SHORTEST_SHARE);
}
