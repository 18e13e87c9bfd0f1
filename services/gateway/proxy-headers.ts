import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Of one connection only (RFC 9110 §7.6.1), with what older software adds. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** What only we may tell a service about its caller. */
const OURS_TO_SAY = /^(forwarded|x-forwarded-.*|x-real-ip)$/;

/** Who asked, as the services behind are told. */
export interface ForwardedFor {
  readonly address: string;
  readonly protocol: string;
  readonly host: string;
  readonly requestId: string;
  /** What browsers have before every path: empty, or `/vms`. */
  readonly pathPrefix: string;
}

/** Headers of the request to the service behind. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  caller: ForwardedFor,
): OutgoingHttpHeaders {
  const passed = endToEnd(headers, (name) => OURS_TO_SAY.test(name) || name === 'expect');
  return {
    ...passed,
    'x-forwarded-for': caller.address,
    'x-forwarded-proto': caller.protocol,
    'x-forwarded-host': caller.host,
    'x-request-id': caller.requestId,
    ...(caller.pathPrefix !== '' && { 'x-forwarded-prefix': caller.pathPrefix }),
  };
}

/** Headers of the answer to whoever asked. */
export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return endToEnd(headers, () => false);
}

function endToEnd(
  headers: IncomingHttpHeaders,
  isDropped: (name: string) => boolean,
): OutgoingHttpHeaders {
  const listed = new Set(
    (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()),
  );
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || listed.has(name) || isDropped(name))
      continue;
    kept[name] = value;
  }
  return kept;
}
