import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';
import { mockApi } from './testing/mock-api-plugin.ts';

/** Where `vite dev` sends API and media calls when a real system runs; without it the mock answers. */
const backend = process.env.VMS_WEB_BACKEND;

export default defineConfig(({ command }) => ({
  // Addresses relative to the base that index.html names: the gateway may live below any path.
  base: './',
  plugins: [solid(), ...(command === 'serve' && backend === undefined ? [mockApi()] : [])],
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
