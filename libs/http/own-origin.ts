import type { FastifyRequest } from 'fastify';

/**
 * Whether a page of this origin is this system's: its host is the one that the request came by, and
 * https where that came by https. Of http nothing follows: a proxy that brings TLS may hide it.
 *
 * @param origin The header Origin (RFC 6454 §7): `https://cameras.example.org`, or `null`.
 */
export function isOwnOrigin(
  origin: string,
  { headers, host, protocol }: Pick<FastifyRequest, 'headers' | 'host' | 'protocol'>,
): boolean {
  // The same host by another scheme is another site (HTML, "schemelessly same site").
  if (headers['sec-fetch-site'] === 'cross-site') return false;
  const url = URL.parse(origin);
  if (url === null || url.host !== host.toLowerCase()) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && protocol !== 'https');
}
