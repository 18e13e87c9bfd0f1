import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Where tests look for ports. Outgoing connections of this machine have theirs from 32768 on
 * (net.ipv4.ip_local_port_range), so none of them takes a port between its choice and its use; and
 * the ports that programs have by default lie below.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const MAX_TRIES = 1000;

/** What holds a port for this process: never closed, so that the kernel does it when the process ends. */
const leases: Server[] = [];

/**
 * Ports that are free for TCP and UDP on 127.0.0.1, and that no other test takes while this process
 * lives, also after what listens there was stopped.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries === MAX_TRIES) throw new Error(`no ${count} free ports in ${MAX_TRIES} tries`);
    const port = randomInt(FIRST_PORT, LAST_PORT);
    const lease = await listening({ path: `\0vms-test-port-${port}` });
    if (lease === undefined) continue;
    lease.unref();
    leases.push(lease);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = await listening({ port, host: '127.0.0.1' });
  if (server === undefined) return false;
  const udp = createSocket('udp4');
  try {
    const bound = once(udp, 'listening');
    udp.bind(port, '127.0.0.1');
    await bound;
    return true;
  } catch {
    return false;
  } finally {
    udp.close();
    server.close();
    await once(server, 'close');
  }
}

async function listening(where: { path: string } | { port: number; host: string }) {
  const server = createServer();
  try {
    const bound = once(server, 'listening');
    server.listen(where);
    await bound;
    return server;
  } catch {
    return undefined;
  }
}
