import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gateway, HEALTHY } from '../testing/gateway-harness.ts';
import { exchange, openSocket } from '../testing/raw-client.ts';

/** Milliseconds after which a view or a download must have ended: as after a sign-out. */
const END_MS = 5_000;
const PART = Buffer.alloc(256 * 1024);
/** More than all buffers on the way take. */
const MAX_PARTS = 256;
const UPGRADED =
  'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n';
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';

/** A service that sends until its reader stands still, and then ends its side by `end`. */
async function service(t: TestContext, end: (socket: Socket) => void) {
  const ended = Promise.withResolvers<number>();
  const sockets: Socket[] = [];
  const send = (socket: Socket, write: (part: Buffer) => boolean): void => {
    sockets.push(socket);
    let parts = 0;
    while (parts++ < MAX_PARTS) write(PART);
    // The kernel has what it takes, and the rest waits: the reader stands still.
    const sent = socket.bytesWritten;
    const look = setInterval(() => {
      if (socket.writableLength === 0) return;
      clearInterval(look);
      end(socket);
      ended.resolve(sent);
    }, 100);
    t.after(() => clearInterval(look));
  };
  const server = createServer((request, response) => {
    if (request.url === '/health') return HEALTHY(request, response);
    response.writeHead(200, { 'content-length': MAX_PARTS * PART.length });
    response.flushHeaders();
    send(request.socket, (part) => response.write(part));
  });
  server.on('upgrade', (_request, stream) => {
    if (!(stream instanceof Socket)) return;
    stream.on('error', () => stream.destroy());
    stream.write(UPGRADED);
    send(stream, (part) => stream.write(part));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, ended: ended.promise };
}

for (const [what, path, headers] of [
  ['an answer', '/media/v1/x', ''],
  ['a WebSocket', '/live/v1/x', UPGRADE],
] as const) {
  for (const tls of ['none', 'auto'] as const) {
    test(`${what} that its service resets ends at once for a reader that stands still (tls: ${tls})`, async (t) => {
      const tlsFolder = mkdtempSync(join(tmpdir(), 'vms-cut-off-'));
      t.after(() => rmSync(tlsFolder, { recursive: true }));
      const { url: behind, ended } = await service(t, (socket) => socket.resetAndDestroy());
      const upstreams = { storage: behind, stream: behind };
      const url = await gateway(t, { upstreams, tlsFolder, config: { tls } });
      const socket = await openSocket(url);
      t.after(() => socket.destroy());
      const outcome = new Promise<string | undefined>((resolve) => {
        socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
        socket.once('end', () => resolve('the end'));
      });
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
      await ended;
      const endedAt = performance.now();
      const open = async (): Promise<number> => {
        const ask = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
        const text = await exchange(url, ask);
        return Number(/^vms_gateway_connections\{.*\} (\d+)$/m.exec(text)?.[1]);
      };
      // The one that asks is one itself.
      while ((await open()) > 1) {
        assert.ok(performance.now() - endedAt < END_MS, 'the connection is still open');
      }
      let bytes = 0;
      socket.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      socket.resume();
      // Not the end of what the gateway held: it was dropped.
      assert.equal(await outcome, 'ECONNRESET');
      assert.ok(bytes < MAX_PARTS * PART.length);
    });
  }
}
