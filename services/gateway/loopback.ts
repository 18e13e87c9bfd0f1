import { BlockList, isIP } from 'node:net';
import { GatewayError } from './gateway-error.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address to listen on is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** @throws GatewayError `gateway.insecure-remote` */
export function checkExposure(host: string, allowInsecureRemote: boolean): void {
  if (isLoopback(host) || allowInsecureRemote) return;
  throw new GatewayError('gateway.insecure-remote', {
    happened: `gateway.host is ${host}, so other machines could sign in, and without TLS their passwords would travel in clear.`,
    kept: 'The gateway was not started.',
    remedy:
      'Use 127.0.0.1 behind a proxy that brings TLS, or set gateway.allowInsecureRemote: true where the network is trusted.',
  });
}
