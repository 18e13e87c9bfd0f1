import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

/**
 * Of one connection only (RFC 9110 §7.6.1), with what older software adds. The length of a body
 * belongs to one connection too: undici writes its own, and the caller's is never passed on.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const NOT_PASSED_ON: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'content-length', 'expect']);
/** What only the gateway may say about a caller. */
const OURS_TO_SAY = /^(forwarded|via|x-forwarded-.*|x-real-ip)$/;

/**
 * Headers of the request to the service behind, with who asked.
 * @param pathPrefix What browsers have before every path: empty, or `/vms`.
 */
export function requestHeaders(
  { raw, ip, protocol, host, id }: FastifyRequest,
  pathPrefix: string,
): Record<string, string | string[]> {
  const listed = listedIn(raw.headers);
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(raw.headers)) {
    if (value === undefined || NOT_PASSED_ON.has(name) || OURS_TO_SAY.test(name)) continue;
    if (!listed.has(name)) passed[name] = value;
  }
  return {
    ...passed,
    host: raw.headers.host ?? host,
    'x-forwarded-for': ip,
    'x-forwarded-proto': protocol,
    'x-forwarded-host': host,
    'x-request-id': id,
    ...(pathPrefix !== '' && { 'x-forwarded-prefix': pathPrefix }),
  };
}

/** Headers of the answer to whoever asked. */
export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const listed = listedIn(headers);
  const passed: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || listed.has(name)) continue;
    passed[name] = value;
  }
  return passed;
}

/** What a message says is of this connection only. */
function listedIn({ connection }: IncomingHttpHeaders): ReadonlySet<string> {
  if (connection === undefined) return NONE;
  return new Set(
    [connection]
      .flat()
      .join(',')
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
}

const NONE: ReadonlySet<string> = new Set();
