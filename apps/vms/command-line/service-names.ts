/** Services that `vms run` knows, in the order in which they are started. */
export const SERVICE_NAMES = ['ingest', 'storage', 'stream', 'api', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];
