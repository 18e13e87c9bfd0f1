import type { RevocationPage } from '@vms/auth/revocation-feed.ts';
import { REVOCATION_TIMEOUT_MS } from '@vms/auth/revocation-feed.ts';
import type { FeedPosition } from '@vms/auth/revocation-list.ts';
import { RevocationService } from '@vms/proto/gen/vms/api/v1/revocations_pb.js';
import { createRpcClient } from './rpc.ts';

/** Reads RevocationService of the API, for a RevocationFeed. */
export function readRevocationsOf(
  baseUrl: string,
  internalToken: string,
): (after: FeedPosition) => Promise<RevocationPage> {
  const options = { baseUrl, internalToken, timeoutMs: REVOCATION_TIMEOUT_MS };
  const client = createRpcClient(RevocationService, options);
  return async (after) => {
    const { keptSince, more, revocations } = await client.listRevocations({ after });
    return {
      keptSince,
      more,
      revocations: revocations.map(
        ({ action, cameraId, grantId, madeBefore, position, userId }) => ({
          position,
          grant: grantId,
          user: userId,
          camera: cameraId,
          action,
          madeBefore: madeBefore === 0 ? undefined : madeBefore,
        }),
      ),
    };
  };
}
