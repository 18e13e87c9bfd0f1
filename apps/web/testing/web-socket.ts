import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x81;
const BINARY = 0x82;

/** The sending half of a WebSocket (RFC 6455): all that a test double of live view needs. */
export interface SendingSocket {
  send(data: string | Uint8Array): void;
  /** Breaks the connection off, as a killed process does. */
  destroy(): void;
  /** At once where it is closed already. */
  onClose(callback: () => void): void;
}

export function acceptWebSocket(request: IncomingMessage, socket: Duplex): SendingSocket {
  const key = String(request.headers['sec-websocket-key']);
  const accept = createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      '\r\n',
    ].join('\r\n'),
  );
  socket.on('error', () => {});
  // The page says nothing but good-bye.
  socket.on('data', () => socket.end());
  return {
    send(data) {
      if (socket.destroyed || socket.writableEnded) return;
      const payload = typeof data === 'string' ? Buffer.from(data) : data;
      socket.write(frameHead(typeof data === 'string' ? TEXT : BINARY, payload.length));
      socket.write(payload);
    },
    destroy: () => socket.destroy(),
    onClose: (callback) => {
      if (socket.closed) callback();
      else socket.on('close', callback);
    },
  };
}

function frameHead(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, length]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
