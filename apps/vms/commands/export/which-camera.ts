import { readCameraNames } from '@vms/api/cameras/camera-names.ts';
import { type CameraId, isCameraId } from '@vms/common/ids.ts';
import { systemTimeZone } from '@vms/common/time-zone.ts';
import { CliError } from '../../cli-error.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { CAMERA_TEXTS } from '../cameras/camera-texts.ts';
import { cameraNamed, listCameras } from '../cameras/find-camera.ts';
import type { Installation } from '../installation.ts';

/** The camera that is meant, with how its times are shown. */
export interface NamedCamera {
  readonly id: CameraId;
  readonly name: string;
  readonly timeZone: string;
}

/**
 * Finds a camera by name or id: by the API where the system runs, else in its database. A camera that
 * was removed is known by its id alone.
 * @throws CliError `camera.unknown`, `camera.ambiguous`, and what SystemApi throws
 */
export async function whichCamera(installation: Installation, asked: string): Promise<NamedCamera> {
  const cameras = await knownCameras(installation);
  if (isCameraId(asked) && !cameras.some(({ id }) => id === asked)) {
    return { id: asked, name: asked, timeZone: systemTimeZone() };
  }
  const { id, name, timeZone } = cameraNamed(cameras, asked);
  if (isCameraId(id)) return { id, name, timeZone: timeZone ?? systemTimeZone() };
  throw new CliError('camera.unknown', CAMERA_TEXTS.unknown, { values: { asked } });
}

async function knownCameras(installation: Installation) {
  const api = await SystemApi.open(installation);
  return (await api.isRunning())
    ? listCameras(api)
    : readCameraNames(installation.configuration.api.databasePath);
}
