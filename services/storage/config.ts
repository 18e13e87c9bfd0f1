import { DEFAULT_TICK_MS, MAX_TICK_MS, MIN_TICK_MS } from '@vms/format/volume-identity.ts';
import { z } from 'zod';

/** Bytes that are kept free on a volume where nothing is set: 5 % of it, at most 20 GiB. */
export const DEFAULT_FREE_SHARE = 0.05;
export const MAX_DEFAULT_FREE_BYTES = 20 * 1024 ** 3;

const volumeSchema = z.strictObject({
  /** Folder, best the root of a disk of its own. */
  path: z.string().min(1),
  /** Bytes that are kept free: the oldest recordings go first. Default: 5 %, at most 20 GiB. */
  minFreeBytes: z.int().min(0).optional(),
  /**
   * Milliseconds between two commits, for a volume that is made new. Rotating disks with over a
   * hundred cameras want 2000 to 5000. Later it stands in the volume's volume.json.
   */
  tickMs: z.int().min(MIN_TICK_MS).max(MAX_TICK_MS).default(DEFAULT_TICK_MS),
});

/** `storage` in vms.yaml. */
export const storageConfigSchema = z.strictObject({
  /** Address of playback, calls, health and metrics. */
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(9092),
  /** Lets recordings cross the network unencrypted. Default false. */
  allowInsecureRemote: z.boolean().default(false),
  /** Where the API listens, which has the list of cameras. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:9095'),
  /** Folder of the catalogue and the last known list of cameras: on the system disk, not on a volume. */
  dataPath: z.string().min(1).default('data/storage'),
  /** Where recordings go. Cameras are spread over them and stay where they are. */
  volumes: z
    .array(volumeSchema)
    .min(1)
    .max(64)
    .default([{ path: 'data/volumes/default', tickMs: DEFAULT_TICK_MS }]),
  /** Days that recordings are kept of cameras that are deleted or not known. */
  orphanRetentionDays: z.int().min(1).max(3650).default(30),
  /** File to which every acknowledgement is appended once it is durable: for the fault tests. */
  ackLedger: z.string().min(1).optional(),
});

export type StorageConfig = z.output<typeof storageConfigSchema>;
export type VolumeConfig = StorageConfig['volumes'][number];
