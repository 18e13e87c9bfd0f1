import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join } from 'node:path';
import { createMockApi, type MockControls } from './mock-api.ts';

/** The policy under which the gateway serves the page. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Files under /assets have a hash of their content in their names. */
const CACHED_FOR_GOOD = 'public, max-age=31536000, immutable';

/** What goes wrong with the files of the page, as in an upgrade. */
export interface PageFaults {
  /** The document names another build than the one that is there. */
  otherBuild: boolean;
  /** Files that are gone. */
  missing: RegExp | undefined;
}

export interface PageServer {
  readonly origin: string;
  readonly controls: MockControls;
  readonly faults: PageFaults;
  /** Nothing listens any more, and every connection breaks. */
  leave(): Promise<void>;
  /** On the same port again. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Serves a build of the page as the gateway does, with the mock behind it. */
export async function servePage(dist: string, port = 0): Promise<PageServer> {
  const { handle, upgrade, controls } = createMockApi();
  const faults: PageFaults = { otherBuild: false, missing: undefined };
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      if (await handle(request, response)) return;
      const { pathname } = new URL(request.url ?? '/', 'http://page');
      const name = extname(pathname) === '' ? '/index.html' : pathname;
      const file = faults.missing?.test(name) === true ? undefined : join(dist, name);
      const found = file === undefined ? undefined : await readFile(file).catch(() => undefined);
      const body =
        faults.otherBuild && name === '/index.html'
          ? found?.toString().replace(/index-[^".]+\.js/, 'index-other.js')
          : found;
      response.writeHead(body === undefined ? 404 : 200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': PAGE_POLICY,
        'cache-control':
          name.startsWith('/assets/') && body !== undefined ? CACHED_FOR_GOOD : 'no-cache',
      });
      response.end(body);
    };
    answer().catch((thrown: unknown) => {
      response.statusCode = 500;
      response.end(String(thrown));
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket) => {
    if (!upgrade(request, socket)) socket.destroy();
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  const leave = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen(port);
  const own = (server.address() as AddressInfo).port;
  return {
    origin: `http://127.0.0.1:${own}`,
    controls,
    faults,
    leave,
    comeBack: () => listen(own),
    close: leave,
  };
}
