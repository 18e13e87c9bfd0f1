import type { Clock, Timer } from '@vms/common/clock.ts';

/** Milliseconds before a round at which the link is asked for what it holds back: ingest may nap for 20 of them. */
export const FLUSH_LEAD_MS = 30;

/**
 * Milliseconds by which a round comes before its tick ends, for what it may miss: up to 40 ms between two
 * pictures (25 a second), 20 ms of ingest's nap and FLUSH_LEAD_MS; the rest for a round that starts late.
 */
const FRAME_AGE_MS = 100;

/** Shortest round, as a share of the tick, where a tick has no room for that. */
const SHORTEST_SHARE = 1 / 3;

/** Milliseconds between two commit rounds, so that a killed writer loses at most one tick of pictures. */
export function roundMsOf(tickMs: number): number {
  return Math.max(tickMs - FRAME_AGE_MS, tickMs * SHORTEST_SHARE);
}

/**
 * Calls back every `roundMs`, and FLUSH_LEAD_MS before each time.
 *
 * @param roundMs more than FLUSH_LEAD_MS
 * @returns what ends both
 */
export function startRounds(
  clock: Clock,
  roundMs: number,
  calls: { beforeRound(): void; onRound(): void },
): Timer {
  const beforeNext = (): Timer => clock.after(roundMs - FLUSH_LEAD_MS, () => calls.beforeRound());
  let before = beforeNext();
  const rounds = clock.every(roundMs, () => {
    before = beforeNext();
    calls.onRound();
  });
  return {
    cancel() {
      rounds.cancel();
      before.cancel();
    },
  };
}
