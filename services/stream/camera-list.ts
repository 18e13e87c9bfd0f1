import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { CameraId } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';

/** Milliseconds for which an answer of the API is believed. */
export const LIST_LIFE_MS = 2_000;
/** Milliseconds for an answer of the API. */
export const LIST_TIMEOUT_MS = 2_000;

/** Which cameras there are. */
export interface CameraList {
  has(camera: CameraId): Promise<boolean>;
  /** Why the list is not fresh; undefined where it is. */
  readonly failure: string | undefined;
}

/** Asks for the ids of all cameras; throws where nobody answers. */
export type ListCameraIds = () => Promise<readonly string[]>;

/** CameraDirectoryService of the API. */
export function cameraIdsOf(baseUrl: string, internalToken: string): ListCameraIds {
  const options = { baseUrl, internalToken, timeoutMs: LIST_TIMEOUT_MS };
  const client = createRpcClient(CameraDirectoryService, options);
  return async () => (await client.listCameras({})).cameras.map(({ id }) => id);
}

/**
 * The API's list, asked for when it is needed and kept for LIST_LIFE_MS. While the API is away the last
 * known list holds; where none was ever known, any camera may be watched: the token, or the internal
 * token of the caller, says that it exists.
 */
export function createCameraList(ids: ListCameraIds, clock: Clock, logger: Logger): CameraList {
  let known: ReadonlySet<string> | undefined;
  let askedAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  let failure: string | undefined;
  const refresh = async (): Promise<void> => {
    try {
      known = new Set(await ids());
      failure = undefined;
    } catch (error) {
      failure = `The list of cameras cannot be had: ${messageOf(error)}`;
      logger.debug({ error: messageOf(error) }, 'The list of cameras cannot be had.');
    }
    askedAt = clock.monotonic();
    asking = undefined;
  };
  return {
    get failure() {
      return failure;
    },
    async has(camera) {
      const now = clock.monotonic();
      // A camera may have been added a moment ago: that one is missing is only believed when just asked.
      const isMissing = known?.has(camera) === false && askedAt < now;
      if (isMissing || now - askedAt > LIST_LIFE_MS) {
        asking ??= refresh();
        await asking;
      }
      return known?.has(camera) ?? true;
    },
  };
}
