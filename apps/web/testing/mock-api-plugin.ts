import type { Plugin } from 'vite';
import { createMockApi } from './mock-api.ts';

/** Lets `vite dev` answer API and media calls by itself. Never part of a build. */
export function mockApi(): Plugin {
  const { handle, upgrade } = createMockApi();
  return {
    name: 'vms-mock-api',
    apply: 'serve',
    configureServer(server) {
      server.httpServer?.on('upgrade', upgrade);
      server.middlewares.use((request, response, next) => {
        handle(request, response).then((done) => {
          if (!done) next();
        }, next);
      });
    },
  };
}
