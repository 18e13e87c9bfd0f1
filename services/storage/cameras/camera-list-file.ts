import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '@vms/common/errors.ts';
import { type CameraId, isCameraId } from '@vms/common/ids.ts';
import { replaceFile } from '@vms/files/replace-file.ts';
import { z } from 'zod';

/** Cameras of one instance at most. */
export const MAX_CAMERAS = 1_000;

/** What storage needs to know of a camera. Neither its address nor its password. */
export interface RecordedCamera {
  readonly id: CameraId;
  readonly enabled: boolean;
  /** Days that its recordings are kept. */
  readonly retentionDays: number;
  /** Bytes that its recordings may take; undefined is no limit of its own. */
  readonly maxBytes?: number | undefined;
}

const listSchema = z.object({
  version: z.literal(1),
  cameras: z
    .array(
      z.object({
        id: z.string().refine((id): id is CameraId => isCameraId(id)),
        enabled: z.boolean(),
        retentionDays: z.number().min(0),
        maxBytes: z.number().min(0).optional(),
      }),
    )
    .max(MAX_CAMERAS),
});

/**
 * The last known list, from which recording starts where the API is away; undefined where there is none.
 * @throws Error where the file is there and cannot be read.
 */
export async function readCameraList(path: string): Promise<RecordedCamera[] | undefined> {
  try {
    return listSchema.parse(JSON.parse(await readFile(path, 'utf8'))).cameras;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the list so that after a power cut either the old or the new one is there, whole. */
export async function writeCameraList(
  path: string,
  cameras: readonly RecordedCamera[],
): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: 1, cameras }, null, 1)}\n`);
}
