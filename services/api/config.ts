import { z } from 'zod';

const port = z.int().min(0).max(65535);

/** Configuration of the API and its defaults. */
export const apiConfigSchema = z.strictObject({
  /** Address to listen on. Anything but loopback needs `allowInsecureRemote`, as there is no TLS. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 lets the system choose. */
  port: port.default(9095),
  /** Lets passwords and recordings cross the network unencrypted. Default false. */
  allowInsecureRemote: z.boolean().default(false),
  /** SQLite file, made when absent. */
  databasePath: z.string().min(1).default('data/api/vms.sqlite'),
  /** Where ingest, storage and stream listen. */
  ingestUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:9091'),
  storageUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:9092'),
  streamUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:9094'),
  /** Origins besides our own whose pages may use a session, such as `https://vms.example.org`. */
  allowedOrigins: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(20)
    .default([]),
  /** Days that recordings are kept where a camera names no other. */
  defaultRetentionDays: z.int().min(1).max(3650).default(30),
  /** Stream of the demo camera. Given by `npm start`; `vms start` never has one. */
  demo: z.strictObject({ url: z.string().min(1) }).optional(),
});

export type ApiConfig = z.output<typeof apiConfigSchema>;
