import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The TCP connection that each TLS connection goes over: only that can be reset. */
const carriers = new WeakMap<Socket, Socket>();

/** Remembers the TCP connections of a server with TLS, for {@link resetConnection}. */
export function rememberCarriers(server: Server): void {
  const open = new Map<string, Socket>();
  server.on('connection', (carrier) => {
    const key = keyOf(carrier);
    open.set(key, carrier);
    carrier.once('close', () => {
      if (open.get(key) === carrier) open.delete(key);
    });
  });
  server.prependListener('secureConnection', (secure: Socket) => {
    const carrier = open.get(keyOf(secure));
    if (carrier !== undefined) carriers.set(secure, carrier);
  });
}

/**
 * Ends a connection at once (TCP RST, RFC 9293 §3.5.2). What was written and has not arrived is
 * dropped, where `destroy()` leaves it to the kernel, which delivers it as slowly as the peer reads.
 */
export function resetConnection(socket: Socket): void {
  const carrier = socket instanceof TLSSocket ? carriers.get(socket) : socket;
  if (carrier !== undefined && !carrier.destroyed) carrier.resetAndDestroy();
  socket.destroy();
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}|${remotePort}`;
}
