import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import datachannel, { type IceUdpMuxListener } from 'node-datachannel';
import { StreamError } from '../stream-error.ts';
import { UDP_PORT_WAIT_MS } from './bounds.ts';

/** The UDP port of all viewers, held from the start: node-datachannel aborts the process where it binds in vain later. */
export interface UdpPort {
  close(): void;
}

const RETRY_MS = 100;

/**
 * Binds the port. Waits a moment for a port in use: ffmpeg of a process that died may hold it until it
 * finds its input closed.
 * @throws StreamError `stream.udp-port-in-use`
 */
export async function holdUdpPort(host: string, port: number, clock: Clock): Promise<UdpPort> {
  const end = clock.monotonic() + UDP_PORT_WAIT_MS;
  for (;;) {
    try {
      // The library fails, too, but prints what it thinks of it.
      await probe(host, port);
      const listener = listen(host, port);
      return { close: () => listener.stop() };
    } catch (cause) {
      if (clock.monotonic() >= end) throw inUse(host, port, cause);
      await wait(RETRY_MS);
    }
  }
}

/** Binds the port for a moment. */
async function probe(host: string, port: number): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    const listening = once(socket, 'listening');
    socket.bind({ port, exclusive: true, ...(host !== '' && { address: host }) });
    await listening;
  } finally {
    socket.close();
  }
}

function listen(host: string, port: number): IceUdpMuxListener {
  return host === ''
    ? new datachannel.IceUdpMuxListener(port)
    : new datachannel.IceUdpMuxListener(port, host);
}

function inUse(host: string, port: number, cause: unknown): StreamError {
  return new StreamError(
    'stream.udp-port-in-use',
    {
      happened: `UDP port ${port}${host === '' ? '' : ` on ${host}`} cannot be had for WebRTC: ${messageOf(cause)}.`,
      remedy: `Stop the program that holds it (ss -lunp 'sport = :${port}' names it), or choose another with stream.udpPort.`,
    },
    { cause },
  );
}
