import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { notFound } from '@vms/http/problem.ts';
import type { HttpServer } from '@vms/http/server.ts';

/**
 * What the page may do: load its own scripts, styles and workers, play what it has fetched itself,
 * and nothing from anywhere else. `connect-src 'self'` covers WebSockets of our own host and port
 * (CSP 3 §6.7.2.8; Chromium takes no others), and WebRTC is no fetch. `blob:` is how hls.js hands media and its worker to the browser.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  // index.html says where the system lives, for a proxy may give it a path of its own.
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), display-capture=(), geolocation=(), usb=(), payment=(), autoplay=(self), fullscreen=(self), picture-in-picture=(self)',
  'x-frame-options': 'DENY',
} as const;

/** Folder in which the build puts files whose names carry a hash of their content. */
const HASHED_FOLDER = 'assets/';
const ONE_YEAR = '365d';

const NOT_BUILT =
  'The web client has not been built. Run npm run build (npm start does so by itself).\n';

/** Before it every address of the page is relative. */
const BASE_ELEMENT = /<base href="[^"]*"/;

/**
 * Serves the files of the web client. Addresses without a file are views of the page: they get
 * index.html, and the page finds its way.
 */
export async function registerWebClient(
  server: HttpServer,
  root: string,
  pathPrefix: string,
): Promise<void> {
  const page = join(root, 'index.html');
  await server.register(fastifyStatic, {
    root,
    serve: false,
    preCompressed: true,
    dotfiles: 'ignore',
    index: false,
  });
  server.get('/*', { schema: { hide: true } as object }, async (request, reply) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) void reply.header(name, value);
    const { '*': path } = request.params as { '*': string };
    const isFile = (path.split('/').at(-1) ?? '').includes('.');
    if (isFile && path !== 'index.html') {
      const isHashed = path.startsWith(HASHED_FOLDER);
      return reply.sendFile(path, isHashed ? { maxAge: ONE_YEAR, immutable: true } : {});
    }
    // A program that asks for data at an unknown address gets an error, not a page.
    if (request.headers.accept?.includes('application/json') === true) throw notFound();
    if (!existsSync(page)) {
      return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    }
    void reply.header('cache-control', 'no-cache');
    if (pathPrefix === '') return reply.sendFile('index.html', { cacheControl: false });
    const text = await readFile(page, 'utf8');
    return reply
      .type('text/html; charset=utf-8')
      .send(text.replace(BASE_ELEMENT, `<base href="${pathPrefix}/"`));
  });
}
