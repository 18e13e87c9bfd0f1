import type { RequestListener, ServerOptions } from 'node:http';
import { createServer, Server } from 'node:https';
import type { HttpServer } from './http-server.ts';
import { rememberCarriers } from './reset-connection.ts';

/** PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** TLS 1.2 with forward secrecy at least: what browsers of the last ten years take. */
const OPTIONS = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
} as const;

/** Milliseconds that a client has to agree on keys. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** What Fastify asks for a server. */
export function tlsServerFactory(material: TlsMaterial, options: ServerOptions) {
  return (handler: RequestListener): Server => {
    const server = createServer(
      { ...options, ...OPTIONS, ...material, handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
      handler,
    );
    rememberCarriers(server);
    return server;
  };
}

/** New connections get another certificate; those that are open stay. */
export function renewTls({ server }: HttpServer, material: TlsMaterial): void {
  if (server instanceof Server) server.setSecureContext({ ...OPTIONS, ...material });
}
