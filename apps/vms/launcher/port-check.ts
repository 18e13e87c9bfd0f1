import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import { systemErrorCode } from '@vms/common/errors.ts';

/** A port that the system is about to use. */
export interface WantedPort {
  /** Empty for every address of this machine. */
  readonly host: string;
  readonly port: number;
  /** Default TCP. */
  readonly protocol?: 'tcp' | 'udp';
  /** The key of the configuration that chooses it. */
  readonly key: string;
  /** The variable of the environment that chooses it too. */
  readonly variable: string;
}

/** Those of the ports that another program has; looked at before anything is started. */
export async function portsInUse(wanted: readonly WantedPort[]): Promise<WantedPort[]> {
  const inUse: WantedPort[] = [];
  for (const each of wanted) {
    if (each.port !== 0 && (await (each.protocol === 'udp' ? isUdpInUse(each) : isTcpInUse(each))))
      inUse.push(each);
  }
  return inUse;
}

function isTcpInUse({ host, port }: WantedPort): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(systemErrorCode(error) === 'EADDRINUSE'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

function isUdpInUse({ host, port }: WantedPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      resolve(systemErrorCode(error) === 'EADDRINUSE');
    });
    const address = host === '' ? '0.0.0.0' : host;
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(false)));
  });
}
