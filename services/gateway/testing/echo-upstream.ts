import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What a service behind the gateway saw of a request. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly probe: string;
  readonly cookie: string;
  readonly forwardedFor: string;
}

export interface EchoUpstream {
  readonly url: string;
  /** Requests that bear what only the gateway may say, in words of somebody else; and broken ones. */
  readonly intruders: string[];
  /** Requests that were seen whole. */
  requests: number;
}

/** A service that answers with what it saw, and notes whatever the gateway did not write itself. */
export async function echoUpstream(t: TestContext): Promise<EchoUpstream> {
  const intruders: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1');
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.url === '/health') {
        response.end('{"status":"ok","checks":{}}');
        return;
      }
      echo.requests++;
      const seen = see(request, body);
      if (seen.forwardedFor !== '127.0.0.1') intruders.push(JSON.stringify(seen));
      response.setHeader('x-seen', encodeURIComponent(JSON.stringify(seen)));
      response.end(JSON.stringify(seen));
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A caller that left takes the connection of his request with him.
    if (error.code !== 'ECONNRESET') {
      intruders.push(`cannot be parsed: ${error.message}`);
    }
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const echo = { url: `http://127.0.0.1:${port}`, intruders, requests: 0 };
  return echo;
}

function see({ method = '', url: path = '', headers }: IncomingMessage, body: string): Seen {
  const of = (name: string): string => [headers[name]].flat().join(', ');
  return {
    method,
    path,
    body,
    probe: of('x-probe'),
    cookie: of('cookie'),
    forwardedFor: of('x-forwarded-for'),
  };
}
