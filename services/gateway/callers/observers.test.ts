import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { gatewayConfigSchema } from '../config.ts';
import { gateway, HEALTHY, nobody } from '../testing/gateway-harness.ts';

const TOKEN = 'a-token-that-nobody-guesses';

/** An api in which one session and one token are an administrator's. */
function api(seen: IncomingMessage[] = []): RequestListener {
  return (request, response) => {
    if (request.url === '/health') return HEALTHY(request, response);
    seen.push(request);
    const { cookie, authorization } = request.headers;
    const may = cookie === 'vms_session=admin' || authorization === 'Bearer vms_admin';
    response.writeHead(may ? 200 : 401).end('{}');
  };
}

async function mayObserve(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const health = await fetch(`${url}/health`, { headers });
  const metrics = await fetch(`${url}/metrics`, { headers });
  const report = (await health.json()) as object;
  await metrics.arrayBuffer();
  if (metrics.status === 200) {
    assert.deepEqual(Object.keys(report), [
      'status',
      'service',
      'version',
      'uptimeSeconds',
      'checks',
    ]);
    return true;
  }
  assert.equal(metrics.status, 401);
  // Whether it is up, is everybody's to know: probes of balancers ask no more.
  assert.deepEqual(Object.keys(report), ['status']);
  return false;
}

test('a program of this machine may read metrics, and no proxy in its name', async (t) => {
  const url = await gateway(t, { api: api() });
  assert.ok(await mayObserve(url));
  for (const name of [
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'x-forwarded',
    'Forwarded',
    'Via',
    'X-Real-IP',
    'CF-Connecting-IP',
    'True-Client-IP',
  ]) {
    assert.equal(await mayObserve(url, { [name]: '' }), false, name);
    assert.equal(await mayObserve(url, { [name]: '127.0.0.1' }), false, name);
  }
});

test('from elsewhere an administrator or the scrape token opens them', async (t) => {
  const seen: IncomingMessage[] = [];
  const url = await gateway(t, { api: api(seen), config: { scrapeToken: TOKEN } });
  const elsewhere = { 'x-forwarded-for': '192.0.2.7' };
  assert.equal(await mayObserve(url, elsewhere), false);
  assert.equal(seen.length, 0, 'who shows nothing is not asked about');
  assert.ok(await mayObserve(url, { ...elsewhere, authorization: `Bearer ${TOKEN}` }));
  assert.equal(seen.length, 0);
  assert.ok(await mayObserve(url, { ...elsewhere, authorization: 'Bearer vms_admin' }));
  assert.ok(await mayObserve(url, { ...elsewhere, cookie: 'vms_session=admin' }));
  assert.equal(seen[0]?.url, '/api/v1/system');
  for (const authorization of [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN, 'Bearer ']) {
    assert.equal(await mayObserve(url, { ...elsewhere, authorization }), false, authorization);
  }
  assert.equal(await mayObserve(url, { ...elsewhere, cookie: 'vms_session=other' }), false);
});

test('where the api is away nobody is an administrator, and the token still opens', async (t) => {
  const url = await gateway(t, {
    upstreams: { api: await nobody() },
    config: { scrapeToken: TOKEN },
  });
  const elsewhere = { 'x-forwarded-for': '192.0.2.7' };
  const ask = (headers: Record<string, string>) => fetch(`${url}/metrics`, { headers });
  assert.equal((await ask({ ...elsewhere, cookie: 'vms_session=admin' })).status, 401);
  assert.equal((await ask({ ...elsewhere, authorization: `Bearer ${TOKEN}` })).status, 200);
});

test('this machine may ask itself by any of its addresses', async (t) => {
  const [own] = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  if (own === undefined) return t.skip('This machine has no other address.');
  const url = await gateway(t, {
    api: api(),
    config: { host: '0.0.0.0', allowInsecureRemote: true },
  });
  assert.ok(await mayObserve(url.replace('0.0.0.0', own.address)));
});

test('a scrape token is long', () => {
  const takes = (scrapeToken: string) => gatewayConfigSchema.safeParse({ scrapeToken }).success;
  assert.ok(takes('x'.repeat(20)) && takes('x'.repeat(256)));
  assert.ok(!takes('x'.repeat(19)) && !takes('x'.repeat(257)));
});
