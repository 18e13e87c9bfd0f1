import type { OutgoingHttpHeaders } from 'node:http';

/** First parts of paths that are the system's own: a prefix like one of them could not be told from it. */
const OWN_PATHS: ReadonlySet<string> = new Set([
  'api',
  'assets',
  'health',
  'live',
  'media',
  'metrics',
  'whep',
]);
const PREFIX = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;

export const MAX_PREFIX_CHARACTERS = 200;

/** Why a path prefix cannot be used; undefined where it can. */
export function prefixFault(prefix: string): string | undefined {
  if (!PREFIX.test(prefix)) return 'Begin it with a slash and end it without one, such as /vms';
  const [, first = ''] = prefix.split('/');
  if (OWN_PATHS.has(first)) return `/${first} is a path of the system itself, choose another`;
  return undefined;
}

/**
 * The path within the system. A proxy in front may have taken the prefix away already: such paths
 * stay as they are.
 */
export function withoutPrefix(url: string, prefix: string): string {
  if (prefix === '' || !url.startsWith(prefix)) return url;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}

/** Headers in which a service names paths of its own, as browsers must see them. */
export function prefixHeaders(headers: OutgoingHttpHeaders, prefix: string): OutgoingHttpHeaders {
  if (prefix === '') return headers;
  const { location, 'set-cookie': cookies } = headers;
  return {
    ...headers,
    ...(location !== undefined && { location: prefixLocation(location, prefix) }),
    ...(Array.isArray(cookies) && {
      'set-cookie': cookies.map((cookie) => cookie.replace(/(;\s*path=)\/(?=;|$)/i, `$1${prefix}`)),
    }),
  };
}

function prefixLocation(location: string, prefix: string): string {
  return /^\/(?!\/)/.test(location) ? prefix + location : location;
}
