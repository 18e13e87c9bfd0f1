import { readFile } from 'node:fs/promises';
import type { CameraAssignment } from '@vms/common/camera.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { isCameraId } from '@vms/common/ids.ts';
import { replaceFile } from '@vms/files/replace-file.ts';
import { z } from 'zod';
import { IngestError } from './ingest-error.ts';

/** Cameras that one instance holds at most. */
export const MAX_CAMERAS = 1_000;
/** Bytes of the largest list that is read. */
export const MAX_ROSTER_BYTES = 16 * 1024 * 1024;

/** The cameras as the API last listed them. */
export interface CameraList {
  /** Changes with the list. */
  readonly revision: string;
  readonly cameras: readonly CameraAssignment[];
}

const assignmentSchema = z.object({
  id: z.string().refine(isCameraId),
  name: z.string(),
  url: z.string(),
  subUrl: z.string().optional(),
  username: z.string(),
  sealedPassword: z.string(),
  enabled: z.boolean(),
  demo: z.boolean(),
  retentionDays: z.number(),
  maxBytes: z
    .number()
    .optional()
    .transform((bytes) => bytes),
});

const rosterSchema = z.object({
  version: z.literal(1),
  revision: z.string(),
  cameras: z.array(assignmentSchema).max(MAX_CAMERAS),
});

/**
 * The last known list, or undefined where there is none yet.
 * @throws IngestError `ingest.roster-unusable`
 */
export async function readRoster(path: string): Promise<CameraList | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_ROSTER_BYTES) throw new RangeError('it is too large');
    const { revision, cameras } = rosterSchema.parse(JSON.parse(bytes.toString('utf8')));
    return {
      revision,
      cameras: cameras.map((camera) => ({ ...camera, maxBytes: camera.maxBytes })),
    };
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw unusable(path, 'read', cause);
  }
}

/**
 * Writes the list so that after a power cut either the old or the new one is there, whole.
 * @throws IngestError `ingest.roster-unusable`
 */
export async function writeRoster(path: string, list: CameraList): Promise<void> {
  const content = `${JSON.stringify({ version: 1, ...list }, undefined, 1)}\n`;
  try {
    // Addresses and sealed passwords: nobody else reads them.
    await replaceFile(path, content, { file: 0o600, folder: 0o700 });
  } catch (cause) {
    throw unusable(path, 'written', cause);
  }
}

function unusable(path: string, what: string, cause: unknown): IngestError {
  return new IngestError(
    'ingest.roster-unusable',
    {
      happened: `The last known list of cameras (${path}) cannot be ${what}: ${messageOf(cause).slice(0, 200)}.`,
      kept: 'Cameras that are connected stay connected.',
      remedy: 'The list comes from the API. Check the rights and the space of the data folder.',
    },
    { cause },
  );
}
