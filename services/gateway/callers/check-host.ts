import { HttpError } from '@vms/http/http-error.ts';
import { invalidRequest } from '@vms/http/problem.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AllowedHosts, hostNameOf } from './allowed-hosts.ts';

/** `http://host` before the path of a request (RFC 9112 §3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;

/** What a browser shows where the page would be; programs get problem details. */
const PAGE_TEXTS = {
  en: {
    title: 'This system does not know the name {name}.',
    remedy: 'Open it by its address, or add the name to gateway.hosts in vms.yaml and restart.',
  },
  'pt-BR': {
    title: 'Este sistema não conhece o nome {name}.',
    remedy: 'Abra-o pelo endereço IP ou acrescente o nome a gateway.hosts no vms.yaml e reinicie.',
  },
} as const;

/** Path and query of a request that is written as to a proxy; any other stays as it is. */
export function originForm(url: string): string {
  const written = ABSOLUTE_FORM.exec(url)?.[0];
  if (written === undefined) return url;
  const rest = url.slice(written.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Refuses requests by names that are not the system's, before anything else is done with them.
 * @param isProxy - Whether an address is a trusted proxy's: it may pass any name on, where none are
 *   configured.
 */
export function checkHosts(
  server: HttpServer,
  hosts: AllowedHosts,
  isProxy: (address: string) => boolean,
): void {
  server.addHook('onRequest', async (request, reply) => {
    const host = hostOf(request);
    // HTTP/1.0 needs no Host, and browsers do not send HTTP/1.0.
    if (host === undefined) return undefined;
    const isOfProxy = !hosts.isConfigured && isProxy(request.socket.remoteAddress ?? '');
    if (isOfProxy || (hosts.allows(host) && hosts.allows(request.host))) return undefined;
    return refuse(request, reply, hostNameOf(host));
  });
}

/** The one name that a request gives. @throws HttpError `http.invalid-request` where it gives two */
function hostOf({ raw, originalUrl }: FastifyRequest): string | undefined {
  const { host } = raw.headers;
  const absolute = ABSOLUTE_FORM.exec(originalUrl)?.[1];
  if (countHosts(raw.rawHeaders) > 1 || (absolute !== undefined && absolute !== host)) {
    throw invalidRequest([{ path: 'header.host', message: 'is not one name' }]);
  }
  return host;
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}

function refuse(request: FastifyRequest, reply: FastifyReply, name: string | undefined) {
  const { accept, 'accept-language': languages = '' } = request.headers;
  if (accept?.includes('text/html') !== true) {
    throw new HttpError('http.host-not-allowed', {
      happened: 'The host name of the request is not a name of this system.',
      remedy: 'Use its IP address, or add the name to gateway.hosts.',
    });
  }
  const language = /^\s*pt\b/i.test(languages) ? 'pt-BR' : 'en';
  const { title, remedy } = PAGE_TEXTS[language];
  void reply.code(421).header('cache-control', 'no-store').header('content-language', language);
  void reply.header('vary', 'accept-language').type('text/plain; charset=utf-8');
  return reply.send(`${title.replace('{name}', () => `“${name ?? ''}”`)}\n${remedy}\n`);
}
