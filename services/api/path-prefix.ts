import type { FastifyRequest } from 'fastify';

const PREFIX = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;

/** A path of the system as whoever asks must write it: behind the prefix that the gateway tells of. */
export function publicPath(request: FastifyRequest, path: string): string {
  const prefix = request.headers['x-forwarded-prefix'];
  return typeof prefix === 'string' && PREFIX.test(prefix) ? prefix + path : path;
}
