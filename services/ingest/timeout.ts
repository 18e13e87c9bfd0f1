import type { Clock } from '@vms/common/clock.ts';

/** What `withTimeout` rejects with. */
export class TimeoutError extends Error {
  constructor(ms: number) {
    super(`There was no result within ${ms} ms.`);
    this.name = 'TimeoutError';
  }
}

/** The result of `work`, if it comes within `ms` milliseconds. The work itself is not stopped. */
export function withTimeout<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new TimeoutError(ms)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
