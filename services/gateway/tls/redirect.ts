import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { explainListening } from '@vms/http/listen.ts';

/** Milliseconds that a client has to send the request that is answered by a redirection. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Connections at a time; they are short. */
export const MAX_REDIRECTED_CONNECTIONS = 256;

export interface RedirectOptions {
  readonly host: string;
  readonly port: number;
  /** Where https is. */
  readonly httpsPort: number;
}

/**
 * Leads browsers that come by http to https, and serves nothing else.
 * @throws HttpError as `listen` does
 */
export async function redirectToHttps({ host, port, httpsPort }: RedirectOptions): Promise<Server> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const name = hostNameOf(request.headers.host);
    if (name === undefined) {
      response.writeHead(400, { connection: 'close' }).end();
      return;
    }
    const authority = httpsPort === 443 ? name : `${name}:${httpsPort}`;
    const path = request.url?.startsWith('/') === true ? request.url : '/';
    const location = `https://${authority}${path}`;
    response.writeHead(308, { location, connection: 'close' }).end();
  });
  server.maxConnections = MAX_REDIRECTED_CONNECTIONS;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw explainListening(cause, { host, port, key: 'gateway.httpRedirectPort' });
  }
  return server;
}

/** Without the port, `[::1]` with its brackets; undefined for what is no host. */
function hostNameOf(host = ''): string | undefined {
  return /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.exec(host)?.[1];
}
