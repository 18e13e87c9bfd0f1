import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';
import { mockApi } from './testing/mock-api-plugin.ts';

/** Where `vite dev` sends API and media calls when a real system runs; without it the mock answers. */
const backend = process.env.VMS_WEB_BACKEND;

/** Fetches the typeface beside the program rather than after it: texts do not move when it comes. */
function preloadFont(): Plugin {
  let base = '/';
  return {
    name: 'preload-font',
    apply: 'build',
    configResolved: (config) => {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => /inter-latin-wght-normal.*\.woff2$/.test(file))
          .map((file) => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              crossorigin: '',
              href: base + file,
            },
            injectTo: 'head',
          })),
    },
  };
}

export default defineConfig(({ command }) => ({
  // Addresses relative to the base that index.html names: the gateway may live below any path.
  base: './',
  plugins: [
    solid(),
    preloadFont(),
    ...(command === 'serve' && backend === undefined ? [mockApi()] : []),
  ],
  server: {
    port: 5173,
    ...(backend === undefined
      ? {}
      : {
          proxy: {
            '/api': backend,
            '/media': backend,
            '/whep': backend,
            '/live/v1': { target: backend, ws: true },
          },
        }),
  },
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A strict Content-Security-Policy refuses data: URLs and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
}));
