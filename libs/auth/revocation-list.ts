import type { EpochMs } from '@vms/common/clock.ts';
import type { CameraId } from '@vms/common/ids.ts';

/**
 * A place in the feed of revocations: milliseconds since 1970 of a clock that never goes back and never
 * gives the same twice, so that positions go on where a database was put back from a copy.
 */
export type FeedPosition = number;

/** What a media token is made from: it ends with that. */
export interface GrantOrigin {
  /** A session (`ses_…`), an API token (`tok_…`), or one of the two below. */
  readonly grant: string;
  /** Empty where no user is behind it. */
  readonly user: string;
  /** Of the feed, when whoever asked was identified. */
  readonly position: FeedPosition;
}

/** Of the command line on the machine itself. */
export const OPERATOR_GRANT = 'operator';
/** Of programs of this installation, which show the internal token. */
export const INTERNAL_ORIGIN: GrantOrigin = {
  grant: 'internal',
  user: '',
  position: Number.MAX_SAFE_INTEGER,
};

/** What a token opens, as far as revocations name it. */
export interface Revocable extends GrantOrigin {
  readonly camera: CameraId;
  readonly action: string;
}

/** Ends every token that has all that is named; the empty text names nothing. */
export interface Revocation {
  readonly position: FeedPosition;
  readonly grant: string;
  readonly user: string;
  readonly camera: string;
  readonly action: string;
  /** Only tokens made before; undefined for what never comes back, such as a session that has ended. */
  readonly madeBefore: FeedPosition | undefined;
}

/** Milliseconds that a revocation is kept: twice as long as any token may be good for. */
export const REVOCATION_LIFE_MS: EpochMs = 48 * 3600_000;
/**
 * Revocations that are kept; beyond, one takes the place of all of the user with the most, or of all
 * there are, and ends all older tokens of that user, or of everybody.
 */
export const MAX_REVOCATIONS = 20_000;

/** What is revoked now. Whether a token is takes 16 look-ups, however long the list is. */
export class RevocationList {
  readonly #byNames = new Map<string, Revocation>();

  get size(): number {
    return this.#byNames.size;
  }

  values(): Revocation[] {
    return [...this.#byNames.values()];
  }

  /** Of two that name the same, the one that ends more tokens stays. */
  add(revocation: Revocation): void {
    const { action, camera, grant, user } = revocation;
    const key = keyOf(grant, user, camera, action);
    const known = this.#byNames.get(key);
    if (known !== undefined && reach(known) > reach(revocation)) return;
    this.#byNames.set(key, revocation);
  }

  /** Forgets what was revoked up to `position`. */
  forget(position: FeedPosition): void {
    for (const [key, revocation] of this.#byNames) {
      if (revocation.position <= position) this.#byNames.delete(key);
    }
  }

  isRevoked({ action, camera, grant, position, user }: Revocable): boolean {
    if (this.#byNames.size === 0) return false;
    for (const g of ['', grant]) {
      for (const u of ['', user]) {
        for (const c of ['', camera]) {
          for (const a of ['', action]) {
            const found = this.#byNames.get(keyOf(g, u, c, a));
            if (found !== undefined && position < reach(found)) return true;
          }
        }
      }
    }
    return false;
  }
}

function keyOf(grant: string, user: string, camera: string, action: string): string {
  return `${grant}|${user}|${camera}|${action}`;
}

/** Tokens made before this position end; INTERNAL_ORIGIN's position is the last that is finite. */
function reach({ madeBefore }: Revocation): FeedPosition {
  return madeBefore ?? Number.POSITIVE_INFINITY;
}
