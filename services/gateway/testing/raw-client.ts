import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Milliseconds after which a server that neither answers nor closes is said to hang. */
export const HANG_MS = 20_000;

/** Opens a socket to `http://…` or `https://…`, of a certificate that nobody signed. */
export async function openSocket(url: string, localAddress?: string): Promise<Socket> {
  const { protocol, hostname: host, port } = new URL(url);
  const options = { host, port: Number(port), ...(localAddress !== undefined && { localAddress }) };
  const isTls = protocol === 'https:';
  const socket = isTls
    ? connectTls({ ...options, rejectUnauthorized: false })
    : connectTcp(options);
  socket.setNoDelay(true);
  // A server that refuses closes, and may do so by a reset.
  socket.on('error', () => socket.destroy());
  await once(socket, isTls ? 'secureConnect' : 'connect');
  return socket;
}

/** Everything that the server sends until it closes; rejects where it does not. */
export function readToEnd(socket: Socket, hangMs = HANG_MS): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const timer = setTimeout(() => {
      socket.destroy();
      const text = Buffer.concat(parts).toString('latin1');
      reject(new Error(`The server neither answered nor closed within ${hangMs} ms: ${text}`));
    }, hangMs);
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).toString('latin1'));
    });
  });
}

/** Sends bytes on a connection of their own and gives all that comes back until the server closes. */
export async function exchange(url: string, bytes: string, hangMs = HANG_MS): Promise<string> {
  const socket = await openSocket(url);
  const answer = readToEnd(socket, hangMs);
  socket.write(bytes, 'latin1');
  return answer;
}
