import type { ServerResponse } from 'node:http';
import type { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Revocable } from '@vms/auth/revocation-list.ts';

/** The answers that are being sent, each ended when what allowed it is revoked. */
export class OpenAnswers {
  readonly #open = new Map<ServerResponse, Revocable>();

  constructor(revocations: RevocationFeed) {
    revocations.onChange(() => {
      for (const [answer, grant] of this.#open) {
        // Cut off, so that what was sent cannot be taken for the whole.
        if (revocations.isRevoked(grant)) answer.destroy();
      }
    });
  }

  add(grant: Revocable, answer: ServerResponse): void {
    if (answer.destroyed) return;
    this.#open.set(answer, grant);
    answer.once('close', () => this.#open.delete(answer));
  }
}
