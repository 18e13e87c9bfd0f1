import { MAX_CAMERA_PAGE } from '@vms/api/bounds.ts';
import { type CameraView, cameraPage } from '@vms/api/cameras/camera-schemas.ts';
import type { z } from 'zod';
import { CliError } from '../../cli-error.ts';
import type { SystemApi } from '../../system-access/system-api.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';

/** Pages that are asked for: more than there may be cameras. */
const MAX_PAGES = 10;

/** All cameras, by name, with their state. */
export async function listCameras(api: SystemApi): Promise<CameraView[]> {
  const cameras: CameraView[] = [];
  let query = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer: z.output<typeof cameraPage> = await api.call(
      'GET',
      `/cameras?limit=${MAX_CAMERA_PAGE}${query}`,
      cameraPage,
    );
    cameras.push(...answer.cameras);
    if (answer.nextCursor === null) break;
    query = `&cursor=${encodeURIComponent(answer.nextCursor)}`;
  }
  return cameras;
}

/**
 * The camera of an id or of a name, capital letters or not.
 * @throws CliError `camera.unknown`, `camera.ambiguous`
 */
export function cameraNamed<Camera extends { readonly id: string; readonly name: string }>(
  cameras: readonly Camera[],
  asked: string,
): Camera {
  const byId = cameras.find(({ id }) => id === asked);
  if (byId !== undefined) return byId;
  const plain = (name: string): string => name.trim().normalize('NFC').toLowerCase();
  const named = cameras.filter(({ name }) => plain(name) === plain(asked));
  const [camera] = named;
  if (camera === undefined) {
    throw new CliError('camera.unknown', CAMERA_TEXTS.unknown, { values: { asked } });
  }
  if (named.length === 1) return camera;
  const ids = named.map(({ id }) => id).join(', ');
  throw new CliError('camera.ambiguous', CAMERA_TEXTS.ambiguous, { values: { asked, ids } });
}
