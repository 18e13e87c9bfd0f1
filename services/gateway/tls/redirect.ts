import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { explainListening } from '@vms/http/listen.ts';
import { hostNameOf } from '../callers/allowed-hosts.ts';
import { type ConnectionBounds, ConnectionGuard } from '../callers/connection-guard.ts';
import type { NameCheck } from '../callers/guard-callers.ts';

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
  /** By which names browsers are led there; by others nobody is led anywhere. */
  readonly isAllowed: NameCheck;
}

/**
 * Leads browsers that come by http to https, and serves nothing else.
 * @throws HttpError as `listen` does
 */
export async function redirectToHttps(options: RedirectOptions): Promise<Server> {
  const { host, port, httpsPort, isAllowed } = options;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const { host: asked = '' } = request.headers;
    const name = hostNameOf(asked);
    if (name === undefined || !isAllowed(asked, request.socket.remoteAddress ?? '')) {
      response.writeHead(name === undefined ? 400 : 421, { connection: 'close' }).end();
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
