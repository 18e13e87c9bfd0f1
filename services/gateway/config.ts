import { z } from 'zod';

/** `gateway` in vms.yaml. */
export const gatewayConfigSchema = z.strictObject({
  /** Address to listen on. Anything but loopback needs `allowInsecureRemote`. */
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8080),
  /**
   * Listens on other than loopback addresses although passwords then travel in clear: for trusted
   * networks, and behind a proxy that brings TLS.
   */
  allowInsecureRemote: z.boolean().default(false),
  /** Addresses (or CIDR ranges) of proxies whose `X-Forwarded-…` headers are believed. */
  trustedProxies: z.array(z.string().min(1)).max(100).default([]),
});
export type GatewayConfig = z.output<typeof gatewayConfigSchema>;
