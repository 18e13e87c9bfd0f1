import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';

/** `ingest` in vms.yaml. */
export const ingestConfigSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').meta(about('Address of calls, health and metrics.')),
  port: z.int().min(0).max(65_535).default(9091).meta(about('TCP port. 0 lets the system choose.')),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:9095')
    .meta(
      about('Where the API listens, which has the list of cameras.', {
        byDefault: 'this machine, api.port',
      }),
    ),
  allowLoopbackCameras: z
    .boolean()
    .default(false)
    .meta(
      about(
        'Lets cameras be on this machine itself. Off, so that nobody who may add a camera can make this machine talk to its own services. The demo camera needs no leave.',
      ),
    ),
  verifyCameraCertificates: z
    .boolean()
    .default(false)
    .meta(
      about(
        'Refuses rtsps cameras whose certificate this machine does not trust. Most sign theirs themselves.',
      ),
    ),
  noFramesSeconds: z
    .number()
    .min(1)
    .max(600)
    .default(10)
    .meta(
      about('Time without a frame after which a camera is shown as giving none.', {
        unit: 'seconds',
      }),
    ),
  healthCheckSeconds: z
    .number()
    .min(1)
    .max(600)
    .default(30)
    .meta(
      about('Time without any packet after which a camera is connected again.', {
        unit: 'seconds',
      }),
    ),
  gopCacheMiB: z
    .number()
    .min(0.25)
    .max(64)
    .default(4)
    .meta(
      about(
        'The newest pictures of each camera stream that are kept in memory for viewers and writers that join.',
        { unit: 'MiB' },
      ),
    ),
});

export type IngestConfig = z.output<typeof ingestConfigSchema>;
