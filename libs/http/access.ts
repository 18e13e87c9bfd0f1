import {
  ACTIONS,
  type Action,
  ANONYMOUS,
  authorize,
  type Principal,
  type Resource,
  SYSTEM,
} from '@vms/auth/authorize.ts';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { HttpError } from './http-error.ts';
import type { HttpServer } from './http-server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request to this route does. A route without one refuses to start. */
    action?: Action;
    /** What it is done to; default is the system as a whole. */
    resource?: (request: FastifyRequest) => Resource;
  }
  interface FastifyInstance {
    /** Every route with what it does, once the server is ready: for tests that walk them all. */
    accessTable(): readonly RouteAccess[];
  }
  interface FastifyRequest {
    /** Who asks; set before any handler runs. */
    principal: Principal;
  }
}

/** A route as authorize() sees it. */
export interface RouteAccess {
  readonly method: string;
  readonly url: string;
  readonly action: Action | undefined;
}

export interface Access {
  /**
   * Who sends a request. Throws where credentials were given and are wrong. Not asked for routes
   * that Fastify does not know.
   */
  identify(request: FastifyRequest, reply: FastifyReply): Promise<Principal>;
}

/**
 * Puts authorize() in front of every route of a server: deny by default. Each route declares its
 * action in `config.action`; one without makes `ready()` and `listen()` fail, also where a plugin
 * brought it, and would be denied if it were asked.
 */
export function enforceAccess(server: HttpServer, access: Access): void {
  const routes: RouteOptions[] = [];
  server.decorateRequest('principal');
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.decorate('accessTable', () =>
    routes.flatMap(({ method, url, config }) =>
      [method].flat().map((one) => ({ method: one, url, action: config?.action })),
    ),
  );
  server.addHook('onReady', async () => {
    const open = routes.filter((route) => !isAction(route.config?.action));
    if (open.length > 0) {
      const names = open.map((route) => `${String(route.method)} ${route.url}`).join(', ');
      throw new Error(`These routes declare no action for authorize(): ${names}`);
    }
  });
  server.addHook('onRequest', async (request, reply) => {
    request.principal = ANONYMOUS;
    if (request.is404) return;
    const { action, resource } = request.routeOptions.config;
    if (!isAction(action)) throw denied('forbidden');
    request.principal = await access.identify(request, reply);
    const decision = authorize(request.principal, action, resource?.(request) ?? SYSTEM);
    if (!decision.allowed) throw denied(decision.reason);
  });
}

/**
 * Decides what only the handler can: where what is asked about stands in the body of the request.
 * @throws HttpError `auth.not-signed-in`, `auth.forbidden`
 */
export function requireAccess(request: FastifyRequest, action: Action, resource: Resource): void {
  const decision = authorize(request.principal, action, resource);
  if (!decision.allowed) throw denied(decision.reason);
}

function isAction(action: unknown): action is Action {
  return ACTIONS.some((known) => known === action);
}

function denied(reason: 'not-signed-in' | 'forbidden'): HttpError {
  return reason === 'forbidden'
    ? new HttpError('auth.forbidden', {
        happened: 'This is not allowed for who asks.',
        remedy: 'Ask an administrator, or sign in as somebody who may.',
      })
    : new HttpError('auth.not-signed-in', {
        happened: 'This needs a signed-in user.',
        remedy: 'Sign in, or send an API token in the header “Authorization: Bearer …”.',
      });
}
