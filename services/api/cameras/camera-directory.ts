import type { ConnectRouter } from '@connectrpc/connect';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import type { CameraStore } from './camera-store.ts';

/** What ingest and storage ask for: every camera, with sealed passwords. */
export function cameraDirectory(cameras: CameraStore): (router: ConnectRouter) => void {
  return (router) =>
    router.service(CameraDirectoryService, {
      async listCameras() {
        const list = await cameras.all();
        return {
          revision: list.revision,
          cameras: list.cameras.map((camera) => ({
            id: camera.id,
            name: camera.name,
            url: camera.url,
            subUrl: camera.subUrl ?? '',
            username: camera.username,
            sealedPassword: camera.sealedPassword,
            enabled: camera.enabled,
            demo: camera.demo,
            retentionDays: camera.retentionDays,
            maxBytes: BigInt(camera.maxBytes ?? 0),
          })),
        };
      },
    });
}
