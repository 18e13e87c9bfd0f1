import { z } from 'zod';

const iceServerSchema = z.strictObject({
  /** `stun:host:port`, `turn:host:port?transport=udp`, … */
  urls: z
    .array(z.string().regex(/^(stun|stuns|turn|turns):/))
    .min(1)
    .max(8),
  username: z.string().max(256).default(''),
  credential: z.string().max(256).default(''),
});

/** `stream` in vms.yaml. */
export const streamConfigSchema = z.strictObject({
  /** Address of signalling, MSE, calls, health and metrics. */
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(9094),
  /** Lets signalling and MSE cross the network unencrypted. Default false. */
  allowInsecureRemote: z.boolean().default(false),
  /** Where the API listens, which has the list of cameras. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:9095'),
  /** The one UDP port of all WebRTC media. Browsers refuse some ports: keep to 8443 or a high one. */
  udpPort: z.int().min(1).max(65_535).default(8443),
  /** Address that the UDP port is bound to; empty is every address of this machine. */
  udpHost: z.string().max(64).default(''),
  /**
   * Addresses that viewers are told instead of this machine's own, as `address` or `address:port`:
   * for a machine behind address translation.
   */
  announce: z
    .array(z.string().regex(/^(\[[0-9A-Fa-f:]+\]|[0-9A-Fa-f.:]+?)(:\d{1,5})?$/))
    .max(16)
    .default([]),
  /** STUN and TURN servers that viewers are told, and whose STUN this side asks too. */
  iceServers: z.array(iceServerSchema).max(8).default([]),
  /** Sessions that may be open at the same time. */
  maxSessions: z.int().min(1).max(5_000).default(500),
  /** Pages that may open MSE, beside those of the same host: `https://vms.example`. */
  allowedOrigins: z.array(z.url()).max(32).default([]),
  /** The ffmpeg that makes snapshots. */
  ffmpeg: z.string().min(1).default('ffmpeg'),
});

export type StreamConfig = z.output<typeof streamConfigSchema>;
