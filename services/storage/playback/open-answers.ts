import type { ServerResponse } from 'node:http';
import type { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Revocable } from '@vms/auth/revocation-list.ts';
import { resetConnection } from '@vms/http/reset-connection.ts';

/** The answers that are being sent, each ended when what allowed it is revoked. */
export class OpenAnswers {
  readonly #open = new Map<ServerResponse, Revocable>();

  constructor(revocations: RevocationFeed) {
    revocations.onChange(() => {
      for (const [answer, grant] of this.#open) {
        if (!revocations.isRevoked(grant)) continue;
        // Reset, so that what is on its way is not delivered to a slow reader, nor taken for the whole.
        if (answer.socket !== null) resetConnection(answer.socket);
        answer.destroy();
      }
    });
  }

  add(grant: Revocable, answer: ServerResponse): void {
    if (answer.destroyed) return;
    this.#open.set(answer, grant);
    answer.once('close', () => this.#open.delete(answer));
  }
}
