import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Milliseconds between two looks whether a service has reset a connection that is not being read. */
export const RESET_CHECK_MS = 1_000;

/** Opens connections to services and notices their resets, also while a slow caller is waited for. */
export function createUpstreamConnector(): buildConnector.connector {
  const connect = buildConnector({ allowH2: false });
  return (options, callback) =>
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null) noticeReset(socket);
      callback(...result);
    });
}

/**
 * A socket whose data waits is not read, and does not see a reset. Writing nothing puts no byte on the
 * wire and fails where the connection was reset. One that is read sees it without.
 */
function noticeReset(socket: Socket): void {
  const timer = setInterval(() => {
    const waits = socket.readableLength > 0 || socket.isPaused();
    if (waits && socket.writable) socket.write('');
  }, RESET_CHECK_MS);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}
