import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/**
 * Waits until `probe` gives something other than undefined or false, and gives that.
 * @throws Error that says what was waited for, after `timeoutMs`.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    }
    await delay(POLL_MS);
  }
}
