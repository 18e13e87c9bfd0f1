import { BlockList, isIP } from 'node:net';
import type { Logger } from '@vms/common/logger.ts';
import { HttpError } from './http-error.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

export interface ExposureOptions {
  readonly host: string;
  readonly allowInsecureRemote: boolean;
  /** The section of the configuration, for the error: `gateway`. */
  readonly key: string;
  readonly logger: Logger;
}

/**
 * Without TLS a service listens on loopback only, unless somebody says that they know: passwords and
 * recordings would cross the network for everybody to read.
 * @throws HttpError `http.insecure-remote`
 */
export function checkExposure({ host, allowInsecureRemote, key, logger }: ExposureOptions): void {
  if (isLoopback(host)) return;
  if (!allowInsecureRemote) {
    throw new HttpError('http.insecure-remote', {
      happened: `${key}.host is ${host}, which other machines can reach, and there is no TLS.`,
      remedy: `Let this machine bring TLS (gateway.tls: auto), put a proxy that does in front and listen on 127.0.0.1, or set ${key}.allowInsecureRemote to true in a network that you trust.`,
    });
  }
  logger.warn(
    { host },
    `Other machines can reach this service without TLS (${key}.allowInsecureRemote): passwords and recordings cross the network unencrypted.`,
  );
}
