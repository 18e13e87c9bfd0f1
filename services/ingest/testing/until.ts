import { setTimeout as wait } from 'node:timers/promises';
import type { ManualClock } from '@vms/common/manual-clock.ts';

/** Milliseconds after which a condition that does not come is a failure. */
const LIMIT_MS = 60_000;

/**
 * Resolves when the condition holds. With a clock, moves it by `stepMs` between two looks, so that
 * waits of the code under test pass while real sockets do their work.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  clock?: ManualClock,
  stepMs = 10,
): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited in vain for: ${what}.`);
    clock?.advance(stepMs);
    await wait(1);
  }
}
