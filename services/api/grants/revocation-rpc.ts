import type { ConnectRouter } from '@connectrpc/connect';
import { RevocationService } from '@vms/proto/gen/vms/api/v1/revocations_pb.js';
import type { GrantRevocations } from './grant-revocations.ts';

/** What stream and storage read: what ended of the grants that tokens are made from. */
export function revocationRpc(revocations: GrantRevocations): (router: ConnectRouter) => void {
  return (router) =>
    router.service(RevocationService, {
      async listRevocations({ after }) {
        const page = await revocations.read(after);
        return {
          ...page,
          revocations: page.revocations.map((revocation) => ({
            position: revocation.position,
            grantId: revocation.grant,
            userId: revocation.user,
            cameraId: revocation.camera,
            action: revocation.action,
            madeBefore: revocation.madeBefore ?? 0,
          })),
        };
      },
    });
}
