import { Server as HttpsServer } from 'node:https';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { HttpError } from './http-error.ts';
import type { HttpServer } from './http-server.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The key of the configuration that sets the port, for the error: `gateway.port`. */
  readonly key?: string;
}

/** Where a server listens. */
export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:9095`, of no use to others where the host is 0.0.0.0. */
  readonly url: string;
}

/**
 * Binds the server's socket.
 * @throws HttpError `http.port-in-use`, `http.port-not-permitted`, `http.address-not-available`,
 *   `http.cannot-listen`
 */
export async function listen(
  server: HttpServer,
  options: ListenOptions,
): Promise<ListeningAddress> {
  try {
    await server.listen({ host: options.host, port: options.port });
  } catch (cause) {
    throw explainListening(cause, options);
  }
  const address = server.server.address();
  const port = typeof address === 'object' ? (address?.port ?? options.port) : options.port;
  const scheme = server.server instanceof HttpsServer ? 'https' : 'http';
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { host: options.host, port, url: `${scheme}://${host}:${port}` };
}

/** Why a socket could not be bound, in words; what is no error of the system stays as it is. */
export function explainListening(cause: unknown, { host, port, key }: ListenOptions): unknown {
  const other = key === undefined ? 'choose another port' : `choose another port with ${key}`;
  switch (systemErrorCode(cause)) {
    case 'EADDRINUSE':
      return new HttpError(
        'http.port-in-use',
        {
          happened: `Port ${port} on ${host} is in use by another program.`,
          remedy: `Stop the other program (ss -ltnp 'sport = :${port}' names it), or ${other}.`,
        },
        { cause },
      );
    case 'EACCES':
      return new HttpError(
        'http.port-not-permitted',
        {
          happened: `This user may not listen on port ${port}.`,
          remedy: `Ports below 1024 need a right of their own: ${other}.`,
        },
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new HttpError(
        'http.address-not-available',
        {
          happened: `${host} is no address of this machine.`,
          remedy: `Use 127.0.0.1 for this machine only, or 0.0.0.0 for all of its addresses.`,
        },
        { cause },
      );
    case undefined:
      return cause;
    default:
      return new HttpError(
        'http.cannot-listen',
        {
          happened: `Cannot listen on port ${port} of ${host}: ${messageOf(cause)}.`,
          remedy: `Check the network of this machine, or ${other}.`,
        },
        { cause },
      );
  }
}
