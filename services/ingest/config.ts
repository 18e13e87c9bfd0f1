import { z } from 'zod';

/** `ingest` in vms.yaml. */
export const ingestConfigSchema = z.strictObject({
  /** Address of calls, health and metrics. */
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(9091),
  /** Where the API listens, which has the list of cameras. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:9095'),
  /**
   * Lets cameras be on this machine itself. Off, so that nobody who may add a camera can make this
   * machine talk to its own services. The demo camera needs no leave.
   */
  allowLoopbackCameras: z.boolean().default(false),
  /** Refuses rtsps cameras whose certificate this machine does not trust. Most sign theirs themselves. */
  verifyCameraCertificates: z.boolean().default(false),
  /** Seconds without a frame after which a camera is shown as giving none. */
  noFramesSeconds: z.number().min(1).max(600).default(10),
  /** Seconds without any packet after which a camera is connected anew. */
  healthCheckSeconds: z.number().min(1).max(600).default(30),
  /** Mebibytes of the newest pictures of each camera that are kept for viewers and writers that join. */
  gopCacheMiB: z.number().min(0.25).max(64).default(4),
});

export type IngestConfig = z.output<typeof ingestConfigSchema>;
