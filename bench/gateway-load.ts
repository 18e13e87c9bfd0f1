import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Bytes of an answer of the service behind: a page of cameras. */
const ANSWER = Buffer.alloc(2048, 'x');
/** Bytes of a part of live video, and how often one comes: 1 Mbit/s. */
const PART = Buffer.alloc(12_500, 1);
const PART_INTERVAL_MS = 100;
const ACCEPT =
  'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n';
const ASK_FOR_SOCKET =
  'GET /live/v1/x HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n';

/** A service that answers everything at once, and sends live video to every WebSocket. */
export async function startUpstream(): Promise<{ url: string; stop(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((asked, answer) => {
    asked.resume();
    if (asked.url === '/health') answer.end('{"status":"ok","checks":{}}');
    else answer.writeHead(200, { 'content-length': ANSWER.length }).end(ANSWER);
  });
  server.on('upgrade', (_request, stream) => {
    const socket = stream as Socket;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    socket.write(ACCEPT);
  });
  // A viewer that does not read loses parts, as those of the stream service do.
  const timer = setInterval(() => {
    for (const socket of sockets) if (!socket.writableNeedDrain) socket.write(PART);
  }, PART_INTERVAL_MS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      clearInterval(timer);
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export interface RequestLoad {
  readonly connections: number;
  readonly milliseconds: number;
  /** Content of each request: none is a GET, any other a POST. */
  readonly body: Buffer | undefined;
}

/** Asks on kept connections, one request after the other on each; gives how many were answered. */
export async function askAll(url: string, load: RequestLoad): Promise<number> {
  const { hostname, port } = new URL(url);
  const { body } = load;
  const length = body === undefined ? '' : `content-length: ${body.length}\r\n`;
  const method = body === undefined ? 'GET' : 'POST';
  const head = `${method} /api/v1/x HTTP/1.1\r\nhost: localhost\r\n${length}\r\n`;
  const bytes = Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)]);
  const endsAt = performance.now() + load.milliseconds;
  let answered = 0;
  const one = async (): Promise<void> => {
    const socket = connect(Number(port), hostname).setNoDelay(true);
    await once(socket, 'connect');
    let left = -1;
    const done = Promise.withResolvers<void>();
    socket.on('error', done.reject);
    socket.once('close', () => done.reject(new Error('A connection was closed.')));
    socket.on('data', (part) => {
      if (left < 0) {
        const end = part.indexOf('\r\n\r\n');
        if (!part.toString('latin1', 9, 12).startsWith('200') || end < 0) {
          done.reject(new Error(`Not answered: ${part.toString('latin1', 0, 200)}`));
          return;
        }
        left = ANSWER.length - (part.length - end - 4);
      } else left -= part.length;
      if (left > 0) return;
      left = -1;
      answered++;
      if (performance.now() < endsAt) socket.write(bytes);
      else done.resolve();
    });
    socket.write(bytes);
    await done.promise.finally(() => socket.destroy());
  };
  await Promise.all(Array.from({ length: load.connections }, one));
  return answered;
}

/** Viewers by WebSocket that read what comes; every tenth does not. */
export async function openSockets(url: string, count: number): Promise<{ close(): void }> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(ASK_FOR_SOCKET);
    await once(socket, 'data');
    socket.on('error', () => socket.destroy());
    if (index % 10 === 9) socket.pause();
    else socket.resume();
    sockets.push(socket);
  }
  return {
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Resolves when something answers at an address. */
export async function untilAnswered(url: string, giveUpMs: number): Promise<void> {
  const endsAt = performance.now() + giveUpMs;
  while (performance.now() < endsAt) {
    const asked = httpRequest(url).end();
    const isThere = await Promise.race([
      once(asked, 'response').then(() => true),
      once(asked, 'close').then(() => false),
    ]).catch(() => false);
    asked.destroy();
    if (isThere) return;
  }
  throw new Error(`Nothing answers at ${url}.`);
}
