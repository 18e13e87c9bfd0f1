import type { Clock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { RevocationFeed, type RevocationPage } from '../revocation-feed.ts';
import type { GrantOrigin, Revocation } from '../revocation-list.ts';

/** What the tokens of tests are made from. */
export const TEST_ORIGIN: GrantOrigin = { grant: 'ses_test', user: 'user_test', position: 1 };

/** The feed of the API as a test writes it. */
export class TestFeed {
  readonly revocations: Revocation[] = [];
  keptSince = 0;
  /** Revocations in one answer. */
  pageSize = 1_000;
  /** Whether the API answers. */
  up = true;
  readonly asked: number[] = [];
  readonly #wakes = new Set<() => void>();

  readonly read = async (after: number): Promise<RevocationPage> => {
    this.asked.push(after);
    if (!this.up) throw new Error('The API is unavailable.');
    const newer = this.revocations.filter(({ position }) => position > after);
    const revocations = newer.slice(0, this.pageSize);
    return { revocations, more: newer.length > this.pageSize, keptSince: this.keptSince };
  };

  readonly onWake = (wake: () => void): (() => void) => {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  };

  /** Readers that an event would wake. */
  get subscribers(): number {
    return this.#wakes.size;
  }

  /** @param named what ends; what is not named is not looked at */
  revoke(named: Partial<Revocation>): void {
    const last = this.revocations.at(-1)?.position ?? 1;
    const blank = { grant: '', user: '', camera: '', action: '', madeBefore: undefined };
    this.revocations.push({ position: last + 1, ...blank, ...named });
  }

  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  /** A reader of it, not started. */
  reader(clock: Clock, path?: string): RevocationFeed {
    const { onWake, read } = this;
    return new RevocationFeed({ read, onWake, clock, logger: silentLogger, path });
  }
}
