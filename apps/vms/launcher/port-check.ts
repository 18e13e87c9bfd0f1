import { createServer } from 'node:net';
import { systemErrorCode } from '@vms/common/errors.ts';

/** A port that the system is about to use. */
export interface WantedPort {
  readonly host: string;
  readonly port: number;
  /** The key of the configuration that chooses it. */
  readonly key: string;
}

/** Those of the ports that another program has; looked at before anything is started. */
export async function portsInUse(wanted: readonly WantedPort[]): Promise<WantedPort[]> {
  const inUse: WantedPort[] = [];
  for (const each of wanted) {
    if (each.port !== 0 && (await isInUse(each))) inUse.push(each);
  }
  return inUse;
}

function isInUse({ host, port }: WantedPort): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(systemErrorCode(error) === 'EADDRINUSE'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)));
  });
}
