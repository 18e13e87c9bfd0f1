import { AuthError } from './auth-error.ts';

/** Whether who asks has shown anything yet: a session, or a device that is known. */
export type HashLane = 'known' | 'stranger';

export interface HashSlotsOptions {
  /** Hashes under way at a time. */
  readonly atOnce: number;
  /** Of those, hashes of strangers. */
  readonly strangersAtOnce: number;
  /** Hashes of one lane that may wait. */
  readonly waiting: number;
}

interface Lane {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** Bounds hashing of passwords. Strangers never take all of it, and whoever is known goes first. */
export class HashSlots {
  readonly #options: HashSlotsOptions;
  readonly #lanes: Readonly<Record<HashLane, Lane>> = {
    known: { underWay: 0, waiting: [] },
    stranger: { underWay: 0, waiting: [] },
  };

  constructor(options: HashSlotsOptions) {
    this.#options = options;
  }

  /** @throws AuthError `auth.too-many-hashes` where too many wait already */
  async run<Result>(name: HashLane, work: () => Promise<Result>): Promise<Result> {
    const lane = this.#lanes[name];
    if (!this.#hasRoom(name)) {
      if (lane.waiting.length >= this.#options.waiting) throw tooMany();
      await new Promise<void>((resolve) => lane.waiting.push(resolve));
    } else {
      lane.underWay++;
    }
    try {
      return await work();
    } finally {
      lane.underWay--;
      this.#serve();
    }
  }

  #hasRoom(name: HashLane): boolean {
    const { known, stranger } = this.#lanes;
    const { atOnce, strangersAtOnce } = this.#options;
    if (known.underWay + stranger.underWay >= atOnce) return false;
    return name === 'known' || stranger.underWay < strangersAtOnce;
  }

  #serve(): void {
    for (const name of ['known', 'stranger'] as const) {
      const lane = this.#lanes[name];
      while (lane.waiting.length > 0 && this.#hasRoom(name)) {
        lane.underWay++;
        lane.waiting.shift()?.();
      }
    }
  }
}

function tooMany(): AuthError {
  return new AuthError('auth.too-many-hashes', {
    happened: 'Too many passwords are being checked at once.',
    remedy: 'Try again in a moment.',
  });
}
