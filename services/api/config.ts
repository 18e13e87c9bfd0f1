import { MAX_RETENTION_DAYS } from '@vms/common/camera.ts';
import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';

const port = z.int().min(0).max(65535);
const serviceUrl = z.url({ protocol: /^https?$/ });

/** `api` in vms.yaml. */
export const apiConfigSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(
      about(
        'Address to listen on. Browsers come by the gateway: leave it, unless services are on several machines. Anything but loopback needs allowInsecureRemote.',
      ),
    ),
  port: port.default(9095).meta(about('TCP port. 0 lets the system choose.')),
  allowInsecureRemote: z
    .boolean()
    .default(false)
    .meta(about('Lets passwords and recordings cross the network unencrypted.')),
  databasePath: z
    .string()
    .min(1)
    .default('data/api/vms.sqlite')
    .meta(
      about('SQLite file of users, cameras and tokens, made when absent.', {
        byDefault: 'api/vms.sqlite in the data directory',
      }),
    ),
  ingestUrl: serviceUrl
    .default('http://127.0.0.1:9091')
    .meta(about('Where ingest listens.', { byDefault: 'this machine, ingest.port' })),
  storageUrl: serviceUrl
    .default('http://127.0.0.1:9092')
    .meta(about('Where storage listens.', { byDefault: 'this machine, storage.port' })),
  streamUrl: serviceUrl
    .default('http://127.0.0.1:9094')
    .meta(about('Where the stream service listens.', { byDefault: 'this machine, stream.port' })),
  gatewayUrl: serviceUrl.optional().meta(
    about('Where the gateway listens, to be watched like the others.', {
      byDefault: 'this machine, gateway.port',
      example: 'http://127.0.0.1:8080',
    }),
  ),
  allowedOrigins: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(20)
    .default([])
    .meta(
      about(
        'Origins besides our own whose pages may use a session, such as https://vms.example.org.',
        { live: true },
      ),
    ),
  defaultRetentionDays: z
    .int()
    .min(1)
    .max(MAX_RETENTION_DAYS)
    .default(30)
    .meta(
      about('How long recordings are kept of cameras that are added without saying so.', {
        unit: 'days',
        live: true,
      }),
    ),
  demo: z
    .strictObject({ url: z.string().min(1) })
    .optional()
    .meta(about('Stream of the demo camera. Given by npm start.', { internal: true })),
});

export type ApiConfig = z.output<typeof apiConfigSchema>;
