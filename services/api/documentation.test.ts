import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from './testing/api-harness.ts';

test('OpenAPI 3.1 describes every route with its schemas and errors', async (t) => {
  const api = await startApi(t);
  const { json, headers } = await api.ask('GET', '/api/v1/openapi.json');
  assert.match(headers.get('content-type') ?? '', /application\/json/);
  assert.equal(json.openapi, '3.1.0');
  const operations = Object.entries<Record<string, Record<string, unknown>>>(json.paths).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, of]) => ({ path, method, of })),
  );
  assert.ok(operations.length > 15);
  for (const { path, method, of } of operations) {
    const name = `${method} ${path}`;
    assert.equal(typeof of.summary, 'string', name);
    assert.ok(Array.isArray(of.tags), name);
    const responses = of.responses as Record<string, { content?: object }>;
    assert.ok(responses.default?.content, `${name} documents its errors`);
  }
  const schemas = Object.keys(json.components.schemas);
  for (const name of ['Camera', 'NewCameraInput', 'Problem', 'Recording', 'System']) {
    assert.ok(schemas.includes(name), `${name} in ${schemas.join(', ')}`);
  }
  assert.ok(!schemas.includes('ProblemInput'), 'nothing refers to it');
  const create = json.paths['/api/v1/cameras'].post;
  assert.deepEqual(create.requestBody.content['application/json'].schema, {
    $ref: '#/components/schemas/NewCameraInput',
  });
  assert.deepEqual(json.paths['/api/v1/session'].post.security, []);
});

test('every reference of the document leads somewhere', async (t) => {
  const api = await startApi(t);
  const { json, text } = await api.ask('GET', '/api/v1/openapi.json');
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(name !== undefined && name in json.components.schemas, name);
  }
});

test('the document is written as text once, not for every request', async (t) => {
  const api = await startApi(t);
  const ask = async () => [
    (await api.ask('GET', '/api/v1/openapi.json')).text,
    (await api.ask('GET', '/api/v1/docs/json')).text,
    (await api.ask('GET', '/api/v1/docs/yaml')).text,
  ];
  const [openapi = '', json, yaml = ''] = await ask();
  assert.equal(json, openapi);
  assert.match(yaml, /^servers: \[\{"url":"\/"\}\]\nopenapi: 3\.1\.0\n/);
  const toJson = t.mock.method(JSON, 'stringify');
  assert.deepEqual(await ask(), [openapi, json, yaml]);
  const written = toJson.mock.calls.map(({ result }) => result?.length ?? 0);
  assert.ok(Math.max(...written, 0) < 1_000, `${Math.max(...written)} characters`);
});

test('the page to try it loads from our own origin only', async (t) => {
  const api = await startApi(t);
  const page = await api.ask('GET', '/api/v1/docs/');
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self'/);
  assert.ok(!policy.includes('unsafe'), policy);
  assert.ok(!/<script>|<style|\son\w+=/.test(page.text), page.text);
  const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset ?? '');
  assert.ok(assets.length >= 4);
  for (const asset of assets) {
    const path = new URL(asset, `${api.url}/api/v1/docs/`);
    assert.equal(path.origin, api.url);
    assert.equal((await api.ask('GET', path.pathname)).status, 200, asset);
  }
});
