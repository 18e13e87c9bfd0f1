import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { explainListening } from '@vms/http/listen.ts';
import { hostNameOf } from '../callers/allowed-hosts.ts';
import { type ConnectionBounds, ConnectionGuard } from '../callers/connection-guard.ts';

/** Milliseconds that a client has to send the request that is answered by a redirection. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Of connections that are closed after their one answer. */
export const REDIRECT_BOUNDS: ConnectionBounds = {
  total: 256,
  perCaller: 128,
  waitingPerCaller: 64,
  pipelined: 1,
};

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
  new ConnectionGuard(server, { bounds: REDIRECT_BOUNDS });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw explainListening(cause, { host, port, key: 'gateway.httpRedirectPort' });
  }
  return server;
}
