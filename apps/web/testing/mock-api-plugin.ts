import type { Plugin } from 'vite';
import { createMockApi } from './mock-api.ts';

/** Lets `vite dev` answer API and media calls by itself. Never part of a build. */
export function mockApi(): Plugin {
  const { handle } = createMockApi();
  return {
    name: 'vms-mock-api',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        handle(request, response).then((done) => {
          if (!done) next();
        }, next);
      });
    },
  };
}
