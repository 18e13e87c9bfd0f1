import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayConfigSchema } from './config.ts';
import { MAX_PREFIX_CHARACTERS, prefixHeaders, withoutPrefix } from './path-prefix.ts';
import { gateway, HEALTHY, webRoot } from './testing/gateway-harness.ts';

test('a prefix begins with a slash, ends without one, and is no path of the system itself', () => {
  const isRight = (pathPrefix: string): boolean =>
    gatewayConfigSchema.safeParse({ pathPrefix }).success;
  for (const right of ['', '/vms', '/video/north-gate', '/v1.2']) assert.ok(isRight(right), right);
  const tooLong = `/${'x'.repeat(MAX_PREFIX_CHARACTERS)}`;
  assert.ok(isRight(tooLong.slice(0, -1)));
  for (const wrong of [
    '/',
    'vms',
    '/vms/',
    '//vms',
    '/..',
    '/a?b',
    '/é',
    '/api',
    '/live/x',
    tooLong,
  ]) {
    assert.ok(!isRight(wrong), wrong);
  }
});

test('takes the prefix off, also where a proxy has done so already', () => {
  const cases = [
    ['/vms', '/'],
    ['/vms?a=1', '/?a=1'],
    ['/vms/', '/'],
    ['/vms/api/v1/session?x', '/api/v1/session?x'],
    ['/api/v1/session', '/api/v1/session'],
    ['/vmsx', '/vmsx'],
  ] as const;
  for (const [url, path] of cases) assert.equal(withoutPrefix(url, '/vms'), path);
  assert.equal(withoutPrefix('/vms/a', ''), '/vms/a');
});

test('puts the prefix before paths of cookies and of Location, and before nothing else', () => {
  const of = (location: string) => prefixHeaders({ location }, '/vms').location;
  assert.equal(of('/whep/cam_a/1'), '/vms/whep/cam_a/1');
  for (const other of ['//elsewhere', 'https://elsewhere/', '1']) assert.equal(of(other), other);
  const cookies = ['s=/; Path=/; HttpOnly', 's=; path=/', 'p=1; Path=/api'];
  assert.deepEqual(prefixHeaders({ 'set-cookie': cookies }, '/vms'), {
    'set-cookie': ['s=/; Path=/vms; HttpOnly', 's=; path=/vms', 'p=1; Path=/api'],
  });
});

test('serves page and services with the prefix and without, and tells both of it', async (t) => {
  const told: unknown[] = [];
  const root = webRoot(t, '<!doctype html><base href="/" /><title>VMS</title>');
  const url = await gateway(t, {
    root,
    config: { pathPrefix: '/vms' },
    api: (request, response) => {
      if (request.url === '/health') return HEALTHY(request, response);
      told.push([request.url, request.headers['x-forwarded-prefix']]);
      response.setHeader('location', '/api/v1/cameras/cam_a');
      response.end();
    },
  });
  for (const path of ['/vms', '/vms/', '/vms/cameras/cam_a', '/']) {
    const page = await fetch(url + path);
    assert.match(await page.text(), /<base href="\/vms\/" \/>/);
    assert.match(page.headers.get('content-security-policy') ?? '', /base-uri 'self'/);
  }
  for (const prefix of ['/vms', '']) {
    const answer = await fetch(`${url}${prefix}/api/v1/cameras`, {
      headers: { 'x-forwarded-prefix': '/forged' },
    });
    assert.equal(answer.headers.get('location'), '/vms/api/v1/cameras/cam_a');
    assert.equal((await fetch(`${url}${prefix}/assets/main-1a2b.js`)).status, 200);
    assert.equal(
      (await fetch(`${url}${prefix}/health`)).headers.get('content-type'),
      'application/json; charset=utf-8',
    );
  }
  assert.deepEqual(told, [
    ['/api/v1/cameras', '/vms'],
    ['/api/v1/cameras', '/vms'],
  ]);
});
