import { about } from '@vms/common/config-facts.ts';
import { z } from 'zod';
import { HOST_PATTERN, MAX_HOST_CHARACTERS } from './callers/allowed-hosts.ts';
import { MAX_PREFIX_CHARACTERS, prefixFault } from './path-prefix.ts';

/** Characters of a token that nobody guesses. */
export const MIN_SCRAPE_TOKEN_CHARACTERS = 20;
/** Characters of the longest scrape token that is compared with what a caller sends. */
export const MAX_SCRAPE_TOKEN_CHARACTERS = 256;

/** `gateway` in vms.yaml. */
export const gatewayConfigSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(
      about(
        'Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for all of its IPv4 addresses, "::" for all. Anything but loopback needs tls or allowInsecureRemote.',
      ),
    ),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .meta(
      about(
        'TCP port of page, API, playback and live views: the only one that browsers need, beside stream.udpPort.',
      ),
    ),
  allowInsecureRemote: z
    .boolean()
    .default(false)
    .meta(
      about(
        'Listens on other than loopback addresses although passwords then travel in clear: for trusted networks, and behind a proxy that brings TLS.',
      ),
    ),
  tls: z
    .union([
      z.enum(['none', 'auto']),
      z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) }),
    ])
    .default('none')
    .meta(
      about(
        'TLS of its own. auto makes a certificate at the first start, which browsers warn of once and which is renewed by itself. For one of yours write { certFile: /path/fullchain.pem, keyFile: /path/privkey.pem }: renewed files are taken up within a minute. With none a proxy brings TLS, or the network is trusted.',
      ),
    ),
  httpRedirectPort: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .meta(
      about('TCP port that leads browsers which come by http to https, where tls is set.', {
        example: 80,
      }),
    ),
  trustedProxies: z
    .array(z.string().min(1))
    .max(100)
    .default([])
    .meta(about('Addresses (or CIDR ranges) of proxies whose X-Forwarded-… headers are believed.')),
  hosts: z
    .array(
      z
        .string()
        .max(MAX_HOST_CHARACTERS)
        .regex(HOST_PATTERN, 'A name such as cameras.example.org, *.example.org, or * for any'),
    )
    .max(100)
    .default([])
    .meta(
      about(
        'Names by which browsers reach the system, such as cameras.example.org or *.example.org. Addresses, localhost, the name of this machine and the names of its certificate need no mention, and what a trusted proxy passes on only where names are given. "*" takes any name, which lets pages of others reach the system by DNS rebinding.',
        { example: ['cameras.example.org'] },
      ),
    ),
  scrapeToken: z
    .string()
    .min(MIN_SCRAPE_TOKEN_CHARACTERS)
    .max(MAX_SCRAPE_TOKEN_CHARACTERS)
    .optional()
    .meta(about('What stands in scrapeTokenFile.', { internal: true })),
  scrapeTokenFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      about(
        'File with the token by which a program such as Prometheus may read /metrics and all of /health, as “Authorization: Bearer …”. At least 20 characters.',
        {
          example: '/etc/vms/scrape-token',
          byDefault: 'none',
        },
      ),
    ),
  pathPrefix: z
    .string()
    .max(MAX_PREFIX_CHARACTERS)
    .superRefine((prefix, context) => {
      const fault = prefixFault(prefix);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .default('')
    .meta(
      about(
        'Path below which browsers find the system, such as /vms, where a proxy gives it one. Whether the proxy takes it away or passes it on does not matter.',
      ),
    ),
});
export type GatewayConfig = z.output<typeof gatewayConfigSchema>;
