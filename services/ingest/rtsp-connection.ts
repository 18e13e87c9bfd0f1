import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { WireError } from '@vms/wire/errors.ts';
import {
  createRtspStreamParser,
  type RtspStreamHandler,
  type RtspStreamParser,
} from '@vms/wire/rtsp/stream-parser.ts';
import type { PinnedAddress } from './address-policy.ts';
import { IngestError } from './ingest-error.ts';

/** Bytes of the read buffer that all sockets of the process share. */
export const READ_BUFFER_BYTES = 256 * 1024;
/** Milliseconds for TCP to stand: SYN goes out at 0 and 1 s, so a return is soon seen. */
export const CONNECT_TIMEOUT_MS = 2_500;
/** Milliseconds for TLS after that. */
export const TLS_TIMEOUT_MS = 5_000;
/** Bytes of requests that a camera may leave unread before it is given up. */
export const MAX_UNSENT_BYTES = 64 * 1024;

/**
 * One buffer for every socket: the kernel's bytes are looked at during the callback and what is kept
 * is copied, so 200 sockets need no buffer each, and reading allocates nothing.
 */
export function createReadBuffer(): Uint8Array {
  return Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
}

/** Who takes what a connection brings. */
export interface RtspConnectionHandler extends RtspStreamHandler {
  /** The connection has ended; nothing follows. */
  onClosed(error: IngestError): void;
}

export interface RtspConnectionOptions {
  readonly address: PinnedAddress;
  readonly readBuffer: Uint8Array;
  readonly clock: Clock;
  readonly handler: RtspConnectionHandler;
  /** Whether a TLS certificate must be one that this machine trusts. Cameras sign theirs themselves. */
  readonly verifyCertificate: boolean;
  /** Milliseconds for the TLS handshake, once TCP stands. Default {@link TLS_TIMEOUT_MS}. */
  readonly tlsTimeoutMs?: number;
}

/** A TCP or TLS connection to a camera, on which RTSP messages and interleaved data come and go. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #parser: RtspStreamParser;
  readonly #handler: RtspConnectionHandler;
  readonly #address: PinnedAddress;
  #received = 0;
  #closed = false;
  #connected = false;

  /** Begins to connect; `onClosed` of the handler reports a failure. */
  constructor(options: RtspConnectionOptions, onConnected: () => void) {
    const { address, clock, handler } = options;
    this.#address = address;
    this.#handler = handler;
    this.#parser = createRtspStreamParser(handler);
    let timer = clock.after(CONNECT_TIMEOUT_MS, () =>
      this.#end(notReachable(address, 'ETIMEDOUT')),
    );
    this.#socket = address.tls ? this.#openTls(options) : this.#openTcp(options);
    this.#socket.setNoDelay(true);
    this.#socket.once(address.tls ? 'secureConnect' : 'connect', () => {
      timer.cancel();
      this.#connected = true;
      onConnected();
    });
    if (address.tls) {
      const limit = options.tlsTimeoutMs ?? TLS_TIMEOUT_MS;
      this.#socket.once('connect', () => {
        timer.cancel();
        timer = clock.after(limit, () => this.#end(noTlsAnswer(limit)));
      });
    }
    this.#socket.on('error', (cause) => this.#end(this.#explain(cause)));
    this.#socket.on('close', () => {
      timer.cancel();
      this.#end(lost());
    });
    this.#socket.on('end', () => this.#end(lost()));
  }

  /** Bytes received since the connection was made. */
  get receivedBytes(): number {
    return this.#received;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** See {@link RtspStreamParser.assignChannel}. */
  assignChannel(channel: number): void {
    this.#parser.assignChannel(channel);
  }

  /** Sends bytes. A camera that does not read them is given up. */
  send(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.#end(noAnswer());
      return;
    }
    this.#socket.write(bytes);
  }

  /** Ends the connection at once. The handler is not called. */
  destroy(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #openTcp({ address, readBuffer }: RtspConnectionOptions): Socket {
    return connectTcp({
      host: address.address,
      port: address.port,
      onread: {
        buffer: readBuffer,
        callback: (length, buffer) => {
          this.#take(buffer, length);
          return true;
        },
      },
    });
  }

  /** TLS has no `onread`: its data comes in buffers of their own. */
  #openTls({ address, verifyCertificate }: RtspConnectionOptions): Socket {
    const named = address.hostname !== address.address;
    const socket = connectTls({
      host: address.address,
      port: address.port,
      rejectUnauthorized: verifyCertificate,
      ...(named && { servername: address.hostname }),
    });
    socket.on('data', (data) => this.#take(data, data.length));
    return socket;
  }

  #take(buffer: Uint8Array, length: number): void {
    if (this.#closed) return;
    this.#received += length;
    try {
      this.#parser.push(buffer, 0, length);
    } catch (error) {
      this.#end(unreadable(error));
    }
  }

  #end(error: IngestError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#handler.onClosed(error);
  }

  #explain(cause: Error): IngestError {
    const code = systemErrorCode(cause);
    if (!this.#connected && code !== undefined && !isTlsError(code)) {
      return notReachable(this.#address, code, cause);
    }
    if (!this.#connected) return noTls(cause);
    return lost(cause);
  }
}

function isTlsError(code: string): boolean {
  return code.startsWith('ERR_') || code === 'EPROTO' || code.includes('CERT');
}

function notReachable(address: PinnedAddress, code: string, cause?: unknown): IngestError {
  const where = `${address.hostname}:${address.port}`;
  if (code === 'ECONNREFUSED') {
    return new IngestError(
      'ingest.unreachable',
      {
        happened: `Nothing listens on ${where}.`,
        remedy:
          'Check that the camera is switched on, that RTSP is switched on in it, and its port (usually 554).',
      },
      { cause },
    );
  }
  if (code === 'ETIMEDOUT') {
    return new IngestError(
      'ingest.unreachable',
      {
        happened: `Nothing answers at ${where}.`,
        remedy: 'Check that the camera has power and network, and the address.',
      },
      { cause },
    );
  }
  return new IngestError(
    'ingest.unreachable',
    {
      happened: `There is no connection to ${where} (${code}).`,
      remedy: 'Check the network between this machine and the camera, and the address.',
    },
    { cause },
  );
}

function noTls(cause: Error): IngestError {
  return new IngestError(
    'ingest.not-rtsp',
    {
      happened: `The camera does not speak TLS, or its certificate is not accepted (${messageOf(cause)}).`,
      remedy: 'Use rtsp:// where the camera has no encryption, or install its certificate.',
    },
    { cause },
  );
}

function noTlsAnswer(limitMs: number): IngestError {
  return new IngestError('ingest.no-answer', {
    happened: `The device at this address accepted the connection, but TLS was not ready within ${limitMs / 1000} s.`,
    remedy: 'Check the port; use rtsp:// where the camera has no encryption.',
  });
}

function lost(cause?: unknown): IngestError {
  return new IngestError(
    'ingest.connection-lost',
    { happened: 'The camera closed the connection.', remedy: 'Reconnecting automatically.' },
    { cause },
  );
}

function noAnswer(): IngestError {
  return new IngestError('ingest.no-answer', {
    happened: 'The camera does not read what is sent to it.',
    remedy: 'Reconnecting automatically. If this persists, restart the camera.',
  });
}

function unreadable(error: unknown): IngestError {
  if (error instanceof IngestError) return error;
  if (error instanceof WireError && error.code === 'wire.not-rtsp') {
    return new IngestError('ingest.not-rtsp', error.explanation, { cause: error });
  }
  const explanation = error instanceof WireError ? error.explanation : messageOf(error);
  return new IngestError('ingest.protocol', explanation, { cause: error });
}
