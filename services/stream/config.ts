import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';

const iceServerSchema = z.strictObject({
  urls: z
    .array(z.string().regex(/^(stun|stuns|turn|turns):/))
    .min(1)
    .max(8)
    .meta(
      about('Addresses of one server, such as stun:host:port or turn:host:port?transport=udp.', {
        example: ['turn:turn.example.org:3478'],
      }),
    ),
  username: z.string().max(256).default('').meta(about('User name, where TURN asks for one.')),
  credential: z.string().max(256).default('').meta(about('Password, where TURN asks for one.')),
  credentialFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      about('File with the password, instead of credential.', {
        example: '/etc/vms/turn-password',
        byDefault: 'none',
      }),
    ),
});

/** `stream` in vms.yaml. */
export const streamConfigSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(
      about(
        'Address of signalling, MSE, calls, health and metrics. Anything but loopback needs allowInsecureRemote.',
      ),
    ),
  port: z.int().min(0).max(65_535).default(9094).meta(about('TCP port. 0 lets the system choose.')),
  allowInsecureRemote: z
    .boolean()
    .default(false)
    .meta(about('Lets signalling and MSE cross the network unencrypted.')),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:9095')
    .meta(
      about('Where the API listens, which has the list of cameras.', {
        byDefault: 'this machine, api.port',
      }),
    ),
  udpPort: z
    .int()
    .min(1)
    .max(65_535)
    .default(8443)
    .meta(
      about(
        'The one UDP port of all WebRTC media. Browsers refuse some ports: keep to 8443 or a high one.',
      ),
    ),
  udpHost: z
    .string()
    .max(64)
    .default('')
    .meta(about('Address that the UDP port is bound to; empty is every address of this machine.')),
  announce: z
    .array(z.string().regex(/^(\[[0-9A-Fa-f:]+\]|[0-9A-Fa-f.:]+?)(:\d{1,5})?$/))
    .max(16)
    .default([])
    .meta(
      about(
        "Addresses that viewers are told instead of this machine's own, as address or address:port: for a machine behind address translation.",
      ),
    ),
  iceServers: z
    .array(iceServerSchema)
    .max(8)
    .default([])
    .meta(about('STUN and TURN servers that viewers are told, and whose STUN this side asks too.')),
  maxSessions: z
    .int()
    .min(1)
    .max(5_000)
    .default(500)
    .meta(about('Live views that may be open at the same time.')),
  allowedOrigins: z
    .array(z.url())
    .max(32)
    .default([])
    .meta(
      about('Pages that may open MSE, beside those of the same host: https://vms.example.org.', {
        live: true,
      }),
    ),
  ffmpeg: z.string().min(1).default('ffmpeg').meta(about('The ffmpeg that makes snapshots.')),
});

export type StreamConfig = z.output<typeof streamConfigSchema>;
