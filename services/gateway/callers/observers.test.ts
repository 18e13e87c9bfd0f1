import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { gatewayConfigSchema, MAX_SCRAPE_TOKEN_CHARACTERS } from '../config.ts';
import { MAX_CALLS_PER_CALLER } from '../proxy/caller-turns.ts';
import { createGateway } from '../service.ts';
import { gateway, HEALTHY, nobody, webRoot } from '../testing/gateway-harness.ts';

const NOBODY = 'http://127.0.0.1:1';
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

test('where the api is unavailable nobody is an administrator, and the token still opens', async (t) => {
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

test('a token of a file that no caller could send is refused at the start', async (t) => {
  const started = async (scrapeToken: string) => {
    const config = { ...gatewayConfigSchema.parse({ port: 0 }), scrapeToken };
    const service = createGateway(config, {
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics('gateway', { process: false }),
      webRoot: webRoot(t),
      tlsFolder: '/nowhere',
      upstreams: { api: NOBODY, storage: NOBODY, ingest: NOBODY, stream: NOBODY },
    });
    t.after(() => service.stop());
    await service.start();
  };
  await started('x'.repeat(MAX_SCRAPE_TOKEN_CHARACTERS));
  for (const token of ['x'.repeat(MAX_SCRAPE_TOKEN_CHARACTERS + 1), 'two words of one token']) {
    const message = /scrapeTokenFile.* more than 256 characters/;
    await assert.rejects(started(token), { code: 'config.invalid', message });
  }
});

test('the api is asked about few requests of one caller at a time', async (t) => {
  const held: ServerResponse[] = [];
  const url = await gateway(t, {
    api: (request, response) => {
      if (request.url === '/health') HEALTHY(request, response);
      else held.push(response);
    },
  });
  const headers = { 'x-forwarded-for': '192.0.2.7', cookie: 'vms_session=other' };
  const all = Array.from({ length: MAX_CALLS_PER_CALLER + 2 }, () =>
    fetch(`${url}/metrics`, { headers }),
  );
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  while (!/waiting_requests\{[^}]*upstream="api"[^}]*\} 2\n/.test(await metrics())) {
    assert.ok(held.length <= MAX_CALLS_PER_CALLER);
  }
  assert.equal(held.length, MAX_CALLS_PER_CALLER as number);
  for (let answered = 0; answered < all.length; answered++) {
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held.shift()?.writeHead(401).end('{}');
  }
  for (const answer of all) assert.equal((await answer).status, 401);
});
