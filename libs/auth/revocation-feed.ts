import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { AuthError } from './auth-error.ts';
import { readRevocations, writeRevocations } from './revocation-file.ts';
import {
  type FeedPosition,
  type Revocable,
  type Revocation,
  RevocationList,
} from './revocation-list.ts';

/** Milliseconds between two readings: what a lost event costs at most, with the call itself. */
export const REVOCATION_POLL_MS = 2_000;
/** Milliseconds for one call. */
export const REVOCATION_TIMEOUT_MS = 2_000;

/** A part of the feed. */
export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  readonly more: boolean;
  /** Those up to here are not kept any more. */
  readonly keptSince: FeedPosition;
}

export interface RevocationFeedOptions {
  /** RevocationService of the API. Throws where it does not answer. */
  readonly read: (after: FeedPosition) => Promise<RevocationPage>;
  /** Calls back when there may be something new; gives what ends that. */
  readonly onWake: (wake: () => void) => () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** File of what is known, for the next start; undefined keeps nothing. */
  readonly path?: string | undefined;
}

/**
 * What is revoked, as the API has it, in the services that verify tokens: read by cursor when the bus
 * says so and every 2 s. While the API is unavailable what is known holds, also after a restart: tokens that
 * were made go on, and what was revoked stays so. It decides without asking anybody.
 */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions;
  readonly #list = new RevocationList();
  readonly #listeners = new Set<() => void>();
  #position: FeedPosition = 0;
  #failure: string | undefined;
  #timer: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: RevocationFeedOptions) {
    this.#options = options;
  }

  /** Why the API's feed is not known right now. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Takes up what was known, then reads without waiting for it. */
  async start(): Promise<void> {
    const { logger, onWake, path } = this.#options;
    try {
      const known = path === undefined ? undefined : await readRevocations(path);
      for (const revocation of known?.revocations ?? []) this.#list.add(revocation);
      this.#position = known?.position ?? 0;
    } catch (error) {
      logger.error({ error, path }, 'The last known revocations cannot be read.');
    }
    if (this.#stopped) return;
    this.#unsubscribe = onWake(() => void this.refresh());
    void this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#unsubscribe?.();
    this.#listeners.clear();
  }

  isRevoked(token: Revocable): boolean {
    return this.#list.isRevoked(token);
  }

  /** @throws AuthError `auth.media-token-revoked` */
  check(token: Revocable): void {
    if (this.isRevoked(token)) throw revoked();
  }

  /** Calls back whenever more is revoked than before; gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads now; a wish that comes meanwhile is followed by one more reading. */
  refresh(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#reading !== undefined) {
      this.#again = true;
      return this.#reading;
    }
    this.#timer?.cancel();
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      if (this.#stopped) return;
      if (this.#again) {
        this.#again = false;
        void this.refresh();
        return;
      }
      this.#timer = this.#options.clock.after(REVOCATION_POLL_MS, () => void this.refresh());
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { logger, read } = this.#options;
    try {
      for (let more = true; more && !this.#stopped; ) {
        const page = await read(this.#position);
        await this.#take(page);
        more = page.more && page.revocations.length > 0;
      }
      this.#failure = undefined;
    } catch (error) {
      this.#failure ??= messageOf(error);
      logger.debug({ error: messageOf(error) }, 'The revocations cannot be read.');
    }
  }

  async #take({ keptSince, revocations }: RevocationPage): Promise<void> {
    const before = this.#list.size;
    this.#list.forget(keptSince);
    const missed = this.#position > 0 && this.#position < keptSince;
    // What was revoked meanwhile is not known any more: whatever was made before then has ended.
    if (missed) this.#list.add({ ...EVERYTHING, position: keptSince + 1, madeBefore: keptSince });
    for (const revocation of revocations) this.#list.add(revocation);
    const last = revocations.at(-1);
    if (last !== undefined) this.#position = last.position;
    else if (missed) this.#position = keptSince;
    if (missed || revocations.length > 0) this.#notify();
    if (missed || revocations.length > 0 || this.#list.size < before) await this.#keep();
  }

  /** One listener that fails keeps no other from ending what was revoked. */
  #notify(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#options.logger.error({ error }, 'A listener to revocations failed.');
      }
    }
  }

  async #keep(): Promise<void> {
    const { logger, path } = this.#options;
    if (path === undefined) return;
    try {
      await writeRevocations(path, { position: this.#position, revocations: this.#list.values() });
    } catch (error) {
      logger.error({ error, path }, 'The revocations could not be kept for the next start.');
    }
  }
}

const EVERYTHING = { grant: '', user: '', camera: '', action: '' };

function revoked(): AuthError {
  return new AuthError('auth.media-token-revoked', {
    happened: 'The sign-in or API token that opened this video has ended.',
    remedy: 'Sign in again, then open the video from its page.',
  });
}
