import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signOperatorToken } from '@vms/auth/operator-token.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import type { RouteAccess } from '@vms/http/access.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { createComponents } from './components.ts';
import { apiConfigSchema } from './config.ts';
import type { ApiSchema } from './database/schema.ts';
import { createApiServer } from './server.ts';
import { MASTER_KEY, MEDIA_KEY, startApi } from './testing/api-harness.ts';
import { INTERNAL_TOKEN } from './testing/fake-services.ts';

/**
 * Who may use a route: everybody; whoever is signed in by session or token, or sits at the machine;
 * who has an account; a person; a service; who sits at the machine.
 */
type Who = 'everybody' | 'signed-in' | 'account' | 'person' | 'service' | 'operator';

/** Every route and who may use it, written by hand: what the code says is compared with this. */
const ROUTES: Readonly<Record<string, Who>> = {
  'GET /health': 'everybody',
  'GET /metrics': 'everybody',
  'GET /api/v1/openapi.json': 'everybody',
  'GET /api/v1/docs/': 'everybody',
  'POST /api/v1/session': 'everybody',
  'GET /api/v1/session': 'account',
  'DELETE /api/v1/session': 'person',
  'PUT /api/v1/session/password': 'person',
  'PUT /api/v1/users/:username/password': 'operator',
  'POST /api/v1/tokens': 'person',
  'GET /api/v1/tokens': 'person',
  'DELETE /api/v1/tokens/:id': 'person',
  'GET /api/v1/cameras': 'signed-in',
  'POST /api/v1/cameras': 'signed-in',
  'POST /api/v1/cameras/test': 'signed-in',
  'POST /api/v1/cameras/find': 'signed-in',
  'GET /api/v1/cameras/:camera_id': 'signed-in',
  'PATCH /api/v1/cameras/:camera_id': 'signed-in',
  'DELETE /api/v1/cameras/:camera_id': 'signed-in',
  'GET /api/v1/recordings/:camera_id': 'signed-in',
  'GET /api/v1/recordings/:camera_id/timeline': 'signed-in',
  'GET /api/v1/recordings/:camera_id/:id': 'signed-in',
  'GET /api/v1/recordings/:camera_id/:id/file': 'signed-in',
  'POST /api/v1/recordings/:camera_id/playback': 'signed-in',
  'GET /api/v1/cameras/:camera_id/snapshot.jpg': 'signed-in',
  'POST /api/v1/streams': 'signed-in',
  'DELETE /api/v1/streams/:id': 'signed-in',
  'GET /api/v1/system': 'signed-in',
  'GET /api/v1/alerts': 'signed-in',
  'GET /api/v1/alerts/channels': 'signed-in',
  'POST /api/v1/alerts/channels/:id/test': 'signed-in',
  'POST /vms.api.v1.CameraDirectoryService/ListCameras': 'service',
};

/** Routes of the server itself, so that a new one cannot be forgotten here. */
async function routesOfServer(): Promise<readonly RouteAccess[]> {
  const config = apiConfigSchema.parse({});
  const database = openSqlite<ApiSchema>({ path: ':memory:' });
  const deps = {
    clock: new ManualClock(),
    logger: silentLogger,
    metrics: createMetrics('api', { process: false }),
    bus: createMemoryBus(),
    secrets: { masterKey: MASTER_KEY, mediaKey: MEDIA_KEY, internalToken: INTERNAL_TOKEN },
    announceFirstPassword: () => {},
  };
  const self = () => ({ name: 'api', status: 'ok' as const, detail: null });
  const parts = createComponents(config, deps, database, self);
  const server = await createApiServer(
    () => config,
    deps,
    parts,
    () => healthOf({}),
  );
  await server.ready();
  const table = server.accessTable();
  await server.close();
  await database.close();
  return table;
}

const camera = 'cam_aaaaaaaaaaaaaaaa';

test('every route is open to exactly those it is meant for', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { json } = await api.ask('POST', '/api/v1/tokens', { body: { name: 'walk' } });
  const { cookie } = api;
  api.cookie = '';
  const principals: Record<string, () => Record<string, string>> = {
    anonymous: () => ({}),
    person: () => ({ cookie, origin: api.url }),
    token: () => ({ authorization: `Bearer ${json.token}` }),
    service: () => ({ authorization: `Bearer ${INTERNAL_TOKEN}` }),
    operator: () => ({
      authorization: `Bearer ${signOperatorToken(MASTER_KEY, api.clock.now())}`,
    }),
  };
  const may: Record<Who, string[]> = {
    everybody: ['anonymous', 'person', 'token', 'service', 'operator'],
    'signed-in': ['person', 'token', 'operator'],
    account: ['person', 'token'],
    operator: ['operator'],
    person: ['person'],
    service: ['service'],
  };
  let decided = 0;
  // Signing out is asked last by the one person, or the rest of the walk would be anonymous.
  const walk = Object.entries(ROUTES).sort(
    ([a], [b]) => Number(a === 'DELETE /api/v1/session') - Number(b === 'DELETE /api/v1/session'),
  );
  for (const [route, who] of walk) {
    const [method = '', url = ''] = route.split(' ');
    const path = url
      .replace(':camera_id', camera)
      .replace(':id', url.includes('tokens') ? 'tok_aaaaaaaaaaaaaaaa' : 'an_id');
    for (const [name, headers] of Object.entries(principals)) {
      const hasBody = method !== 'GET' && method !== 'DELETE';
      const answer = await api.ask(method, path, {
        headers: headers(),
        ...(hasBody && { body: {} }),
      });
      const denied = ['auth.not-signed-in', 'auth.forbidden'].includes(answer.json?.code);
      const shouldBeDenied = !may[who].includes(name);
      assert.equal(denied, shouldBeDenied, `${route} as ${name}: ${answer.status} ${answer.text}`);
      if (denied) assert.equal(answer.status, name === 'anonymous' ? 401 : 403, `${route} ${name}`);
      decided++;
    }
  }
  assert.equal(decided, Object.keys(ROUTES).length * 5);
});

test('the walk above misses no route of the server', async () => {
  const routes = await routesOfServer();
  const isDocsFile = (url: string) => /^\/api\/v1\/docs\/./.test(url);
  const open = routes.filter(({ url }) => isDocsFile(url));
  assert.ok(open.length > 3);
  for (const { url, action } of open) assert.equal(action, 'docs.read', url);
  const walked = routes
    .filter(({ url, method }) => !isDocsFile(url) && method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url}`);
  const rpc = routes.filter(({ url }) => url.startsWith('/vms.'));
  assert.ok(rpc.length > 0 && rpc.every(({ action }) => action === 'rpc.call'));
  const isRpc = (route: string) => route.includes(' /vms.');
  assert.deepEqual(
    [...new Set(walked.filter((route) => !isRpc(route)))].sort(),
    Object.keys(ROUTES)
      .filter((route) => !isRpc(route))
      .sort(),
  );
});

test('the OpenAPI document names every route that is not for machines', async (t) => {
  const api = await startApi(t);
  const { json } = await api.ask('GET', '/api/v1/openapi.json');
  const documented = Object.entries<object>(json.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    ),
  );
  const hidden = /^(GET \/(health|metrics|api\/v1\/(docs\/|openapi\.json))|POST \/vms\.)/;
  const expected = Object.keys(ROUTES).filter((route) => !hidden.test(route));
  assert.deepEqual(documented.sort(), expected.sort());
});
