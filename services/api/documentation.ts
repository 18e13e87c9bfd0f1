import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { VERSION } from '@vms/common/version.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { publicPath } from './path-prefix.ts';

const DOCS_PATH = '/api/v1/docs';
/** Everything from our own origin; the page's pictures are data URLs inside its style sheet. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * OpenAPI 3.1 from the routes' own schemas, at `/api/v1/openapi.json`, and a page to try it at
 * `/api/v1/docs`. Must be registered before the routes.
 */
export async function registerDocumentation(server: HttpServer): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'VMS Enterprise API',
        version: VERSION,
        description:
          'Cameras, recordings and live views. Sign in with the cookie of the page, or send an API token. Errors are problem details (RFC 9457); docs/api/errors.md explains each code.',
        license: { name: 'MIT OR Apache-2.0', identifier: 'MIT OR Apache-2.0' },
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'vms_session' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => onlyWhatIsUsed(jsonSchemaTransformObject(document)),
  });
  const sendJson = jsonWriter(server);
  await server.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, action: 'docs.read' };
      route.schema = { ...route.schema, hide: true };
    });
    scope.addHook('onRequest', async (request, reply) => {
      // With the slash the page's addresses are relative, so that it works below any path.
      if (request.url === DOCS_PATH) return reply.redirect('docs/', 308);
      // The plugin would copy and write the whole document for every request: 50 ms each as YAML, for
      // anybody who asks.
      const { url } = request.routeOptions;
      if (url === `${DOCS_PATH}/json`) return sendJson(request, reply);
      if (url === `${DOCS_PATH}/yaml`) {
        return reply.type('application/x-yaml').send(yamlFor(request, server));
      }
      return undefined;
    });
    await scope.register(swaggerUi, {
      routePrefix: DOCS_PATH,
      staticCSP: DOCS_POLICY,
      uiConfig: { deepLinking: false, tryItOutEnabled: true, persistAuthorization: false },
      theme: { title: 'VMS Enterprise API' },
    });
    scope.get('/api/v1/openapi.json', sendJson);
  });
}

/** The document as text is the same for everybody but for its servers, which go before the rest. */
function jsonWriter(server: HttpServer) {
  let rest: string | undefined;
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    rest ??= JSON.stringify(server.swagger()).slice(1);
    const servers = JSON.stringify(serversFor(request));
    return reply.type('application/json; charset=utf-8').send(`{"servers":${servers},${rest}`);
  };
}

/** `swagger` keeps the text that it has made once. */
function yamlFor(request: FastifyRequest, server: HttpServer): string {
  return `servers: ${JSON.stringify(serversFor(request))}\n${server.swagger({ yaml: true })}`;
}

/** Where the paths of the document begin for whoever asks for it. */
function serversFor(request: FastifyRequest): { url: string }[] {
  return [{ url: publicPath(request, '') || '/' }];
}

/** Every schema comes in two forms, of requests and of answers: leaves out those that nothing refers to. */
function onlyWhatIsUsed<Document extends object>(document: Document): Document {
  const { components, ...rest } = document as {
    components?: { schemas?: Record<string, unknown> };
  };
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const collect = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(
      /"#\/components\/schemas\/([^"]+)"/g,
    )) {
      if (used.has(name)) continue;
      used.add(name);
      collect(schemas[name] ?? null);
    }
  };
  collect(rest);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
