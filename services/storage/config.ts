import { MAX_RETENTION_DAYS } from '@vms/common/camera.ts';
import { about } from '@vms/common/config-facts.ts';
import { DEFAULT_TICK_MS, MAX_TICK_MS, MIN_TICK_MS } from '@vms/format/volume-identity.ts';
import { z } from 'zod';

/** Bytes that are kept free on a volume where nothing is set: 5 % of it, at most 20 GiB. */
export const DEFAULT_FREE_SHARE = 0.05;
export const MAX_DEFAULT_FREE_BYTES = 20 * 1024 ** 3;

const volumeSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .meta(about('Folder, best the root of a disk of its own.', { example: '/mnt/disk1' })),
  minFreeBytes: z
    .int()
    .min(0)
    .optional()
    .meta(
      about('What is kept free: the oldest recordings go first.', {
        unit: 'bytes',
        byDefault: '5 % of the volume, at most 20 GiB',
        example: 20 * 1024 ** 3,
      }),
    ),
  tickMs: z
    .int()
    .min(MIN_TICK_MS)
    .max(MAX_TICK_MS)
    .default(DEFAULT_TICK_MS)
    .meta(
      about(
        'The most that is lost when the writer is killed, for a volume that is made new; later it stands in its volume.json. Rotating disks with over a hundred cameras want 2000 to 5000.',
        { unit: 'milliseconds' },
      ),
    ),
});

/** `storage` in vms.yaml. */
export const storageConfigSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(
      about(
        'Address of playback, calls, health and metrics. Anything but loopback needs allowInsecureRemote.',
      ),
    ),
  port: z.int().min(0).max(65_535).default(9092).meta(about('TCP port. 0 lets the system choose.')),
  allowInsecureRemote: z
    .boolean()
    .default(false)
    .meta(about('Lets recordings cross the network unencrypted.')),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:9095')
    .meta(
      about('Where the API listens, which has the list of cameras.', {
        byDefault: 'this machine, api.port',
      }),
    ),
  dataPath: z
    .string()
    .min(1)
    .default('data/storage')
    .meta(
      about(
        'Folder of the catalogue and the last known list of cameras: on the system disk, not on a volume.',
        { byDefault: 'storage in the data directory' },
      ),
    ),
  volumes: z
    .array(volumeSchema)
    .min(1)
    .max(64)
    .default([{ path: 'data/volumes/default', tickMs: DEFAULT_TICK_MS }])
    .meta(
      about('Where recordings go. Cameras are spread over them and stay where they are.', {
        byDefault: 'one, volumes/default in the data directory',
      }),
    ),
  orphanRetentionDays: z
    .int()
    .min(1)
    .max(MAX_RETENTION_DAYS)
    .default(30)
    .meta(
      about('How long recordings are kept of cameras that are deleted or not known.', {
        unit: 'days',
        live: true,
      }),
    ),
  decodeWatchMinutes: z
    .int()
    .min(0)
    .max(1440)
    .default(10)
    .meta(
      about(
        'Time between two checks of a camera, in which its newest recorded keyframe is decoded to notice recordings that cannot be watched. Takes at most 2 % of one core; needs ffmpeg. 0 switches it off.',
        { unit: 'minutes', live: true },
      ),
    ),
  ackLedger: z
    .string()
    .min(1)
    .optional()
    .meta(
      about(
        'File to which every acknowledgement is appended once it is durable: for fault tests.',
        {
          internal: true,
        },
      ),
    ),
});

export type StorageConfig = z.output<typeof storageConfigSchema>;
export type VolumeConfig = StorageConfig['volumes'][number];
