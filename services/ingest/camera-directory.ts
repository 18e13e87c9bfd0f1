import type { CameraAssignment } from '@vms/common/camera.ts';
import { isCameraId } from '@vms/common/ids.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import { type CameraList, MAX_CAMERAS } from './roster-file.ts';

/** Milliseconds for an answer of the API. */
export const DIRECTORY_TIMEOUT_MS = 5_000;

/** Where the list of cameras comes from. */
export interface CameraDirectory {
  /** @throws VmsError where it cannot be reached */
  list(): Promise<CameraList>;
}

/** Asks CameraDirectoryService of the API. */
export function createCameraDirectory(baseUrl: string, internalToken: string): CameraDirectory {
  const client = createRpcClient(CameraDirectoryService, {
    baseUrl,
    internalToken,
    timeoutMs: DIRECTORY_TIMEOUT_MS,
  });
  return {
    async list() {
      const { revision, cameras } = await client.listCameras({});
      const assignments: CameraAssignment[] = [];
      for (const camera of cameras.slice(0, MAX_CAMERAS)) {
        if (!isCameraId(camera.id)) continue;
        assignments.push({
          id: camera.id,
          name: camera.name,
          url: camera.url,
          ...(camera.subUrl !== '' && { subUrl: camera.subUrl }),
          username: camera.username,
          sealedPassword: camera.sealedPassword,
          enabled: camera.enabled,
          demo: camera.demo,
          retentionDays: camera.retentionDays,
          maxBytes: camera.maxBytes > 0n ? Number(camera.maxBytes) : undefined,
        });
      }
      return { revision, cameras: assignments };
    },
  };
}
