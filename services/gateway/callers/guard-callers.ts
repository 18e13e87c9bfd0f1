import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import proxyAddr from '@fastify/proxy-addr';
import type { HttpServer } from '@vms/http/server.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { GatewayConfig } from '../config.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import { checkHosts } from './check-host.ts';
import { ConnectionGuard } from './connection-guard.ts';

/** The certificate in use, of which nothing is known where there is none. */
export interface CertificateInUse {
  current: { readonly cert: string } | undefined;
}

/** Whether a caller of this address may ask by the name of a header Host. */
export type NameCheck = (host: string, address: string) => boolean;

/** What holds for every caller: by which names they may ask, and how many connections they may hold. */
export function guardCallers(
  server: HttpServer,
  { hosts: configured, trustedProxies }: GatewayConfig,
  metrics: Metrics,
  certificate: CertificateInUse,
): NameCheck {
  const trusts = proxyAddr.compile([...trustedProxies]);
  const isProxy = (address: string): boolean => trusts(address, 0);
  const isCertified = (name: string): boolean => {
    const pem = certificate.current?.cert;
    return pem !== undefined && new X509Certificate(pem).checkHost(name) !== undefined;
  };
  const hosts = new AllowedHosts({ configured, hostname: hostname(), isCertified });
  checkHosts(server, hosts, isProxy);
  const closed = metrics.counter(
    'vms_gateway_connections_closed_total',
    'Connections closed because their caller sent or read too slowly, or had too many.',
    ['reason'],
  );
  const guard = new ConnectionGuard(server.server as Server, {
    isShared: isProxy,
    closed: (reason) => closed.inc({ reason }),
  });
  metrics.gauge('vms_gateway_connections', 'Connections of callers.', [], (gauge) => {
    gauge.set(guard.size);
  });
  server.addHook('onRequest', ({ raw }, reply) => guard.turn(raw, reply.raw));
  return (host, address) => (!hosts.isConfigured && isProxy(address)) || hosts.allows(host);
}
