import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import type { Problem } from '@vms/http/problem.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { gatewayConfigSchema } from './config.ts';
import { MAX_CALLS_PER_CALLER } from './proxy/caller-turns.ts';
import { createGateway } from './service.ts';
import { gateway, HEALTHY, nobody, upstream, webRoot } from './testing/gateway-harness.ts';

test('serves the page at every view, with a policy that lets nothing foreign in', async (t) => {
  const url = await gateway(t);
  for (const path of ['/', '/cameras/cam_aaaaaaaaaaaaaaaa', '/index.html']) {
    const answer = await fetch(url + path, { headers: { accept: 'text/html' } });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /<title>VMS/);
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('serves hashed files for a year, compressed where asked, and no hidden file', async (t) => {
  const url = await gateway(t);
  const small = await fetch(`${url}/assets/main-1a2b.js`, {
    headers: { 'accept-encoding': 'gzip' },
  });
  assert.equal(await small.text(), 'console.log("small")');
  assert.match(small.headers.get('cache-control') ?? '', /max-age=31536000, immutable/);
  assert.match(small.headers.get('content-type') ?? '', /javascript/);
  const plain = await fetch(`${url}/assets/main-1a2b.js`, {
    headers: { 'accept-encoding': 'identity' },
  });
  assert.equal(await plain.text(), 'console.log("plain")');
  for (const path of ['/.build-hash', '/assets/absent.js', '/assets/..%2f.build-hash']) {
    const answer = await fetch(url + path);
    assert.equal(Math.floor(answer.status / 100), 4, path);
    assert.doesNotMatch(await answer.text(), /secret/);
  }
  const data = await fetch(`${url}/nothing`, { headers: { accept: 'application/json' } });
  assert.equal(data.status, 404);
  assert.equal(((await data.json()) as Problem).code, 'http.not-found');
});

test('says what to do where the web client has not been built', async (t) => {
  const url = await gateway(t, { root: join(tmpdir(), 'vms-no-such-folder') });
  const answer = await fetch(url);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /npm start/);
});

test('passes requests on with method, query, body, cookies and who asked', async (t) => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const url = await gateway(t, {
    api: (request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        seen.push({ request, body });
        response.writeHead(201, {
          'set-cookie': ['a=1', 'b=2'],
          connection: 'x-hop',
          'x-hop': '1',
        });
        response.end('{"made":true}');
      });
    },
  });
  const answer = await fetch(`${url}/api/v1/cameras?limit=1`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: 'vms_session=s',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-proto': 'https',
    },
    body: '{"name":"Gate"}',
  });
  assert.equal(answer.status, 201);
  assert.deepEqual(await answer.json(), { made: true });
  assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.equal(answer.headers.get('x-hop'), null);
  const [call] = seen.filter(({ request }) => request.method === 'POST');
  assert.equal(call?.request.url, '/api/v1/cameras?limit=1');
  assert.equal(call?.body, '{"name":"Gate"}');
  const { headers } = call?.request ?? {};
  assert.equal(headers?.cookie, 'vms_session=s');
  assert.equal(headers?.['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers?.['x-forwarded-proto'], 'http');
  assert.equal(headers?.['x-forwarded-host'], new URL(url).host);
  assert.match(headers?.['x-request-id'] as string, /^req_/);
});

test('passes ranges of a recording through, and HEAD', async (t) => {
  const url = await gateway(t, {
    storage: (request, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-3/10', 'content-length': 4 });
      response.end(request.method === 'HEAD' ? undefined : request.headers.range?.slice(-4));
    },
  });
  const headers = { range: 'bytes=0-3' };
  const answer = await fetch(`${url}/media/v1/token/recording.mkv`, { headers });
  assert.equal(answer.status, 206);
  assert.equal(answer.headers.get('content-range'), 'bytes 0-3/10');
  assert.equal((await answer.text()).length, 4);
  const head = await fetch(`${url}/media/v1/token/recording.mkv`, { headers, method: 'HEAD' });
  assert.equal(head.status, 206);
});

test('ends the call behind when whoever asked goes away', async (t) => {
  const ended = Promise.withResolvers<void>();
  const url = await gateway(t, {
    storage: (request, response) => {
      if (request.url === '/health') return HEALTHY(request, response);
      response.once('close', () => ended.resolve());
      response.write('first');
    },
  });
  const asked = request(`${url}/media/v1/token/index.m3u8`).end();
  asked.on('error', () => {});
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  await once(answer, 'data');
  asked.destroy();
  await ended.promise;
});

test('waits for a slow reader instead of keeping the answer in memory', async (t) => {
  const PART = Buffer.alloc(1024 * 1024);
  const MAX_PARTS = 64;
  let written = 0;
  const stalled = Promise.withResolvers<void>();
  const url = await gateway(t, {
    storage: (request, response) => {
      if (request.url === '/health') return HEALTHY(request, response);
      const more = (): void => {
        while (written < MAX_PARTS) {
          written++;
          if (!response.write(PART)) {
            stalled.resolve();
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    },
  });
  const asked = request(`${url}/media/v1/token/recording.mkv`).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.pause();
  await stalled.promise;
  // The kernel's buffers take a few; most of the answer is still at its source.
  assert.ok(written < MAX_PARTS / 2, `${written} MiB were taken for a reader who stands still`);
  let bytes = 0;
  answer.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  answer.resume();
  await once(answer, 'end');
  assert.equal(bytes, PART.length * MAX_PARTS);
});

async function allAway() {
  const away = await nobody();
  return { api: away, storage: away, ingest: away, stream: away };
}

test('tells in words that a service behind is away', async (t) => {
  const service = createGateway(gatewayConfigSchema.parse({ port: 0 }), {
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics('gateway', { process: false }),
    webRoot: webRoot(t),
    tlsFolder: join(tmpdir(), 'vms-no-such-folder'),
    upstreams: await allAway(),
  });
  t.after(() => service.stop());
  await service.start();
  const answer = await fetch(`${service.address?.url}/api/v1/cameras`);
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('retry-after'), '2');
  const problem = (await answer.json()) as Problem;
  assert.equal(problem.code, 'rpc.unreachable');
  assert.match(problem.detail, /api is unavailable/);
});

/** Asks until the gateway has heard of all that stand behind it. */
async function settledHealth(url: string): Promise<{ status: number; report: unknown }> {
  for (;;) {
    const answer = await fetch(`${url}/health`);
    const report = await answer.json();
    const text = JSON.stringify(report);
    if (!text.includes('has not answered yet')) return { status: answer.status, report };
  }
}

test('/health tells the truth of what stands behind', async (t) => {
  const healthy = await settledHealth(await gateway(t));
  assert.equal(healthy.status, 200);

  const degraded = await settledHealth(
    await gateway(t, {
      storage: (_request, response) => {
        const checks = { disk: { status: 'degraded', message: 'It is nearly full.' } };
        response.end(JSON.stringify({ status: 'degraded', checks }));
      },
    }),
  );
  assert.equal(degraded.status, 200);
  assert.match(JSON.stringify(degraded.report), /disk: It is nearly full\./);

  const failing = await settledHealth(await gateway(t, { ingest: await nobody() }));
  assert.equal(failing.status, 503);
  assert.match(
    JSON.stringify(failing.report),
    /"ingest":{"status":"failing","message":"It is not running\."/,
  );

  const nonsense = await settledHealth(
    await gateway(t, { api: (_request, response) => response.end('<html>') }),
  );
  assert.equal(nonsense.status, 503);
});

test('/metrics says who is up', async (t) => {
  const url = await gateway(t, { ingest: await nobody() });
  await settledHealth(url);
  const text = await (await fetch(`${url}/metrics`)).text();
  assert.match(text, /vms_gateway_upstream_up\{upstream="ingest",service="gateway"\} 0/);
  assert.match(text, /vms_gateway_upstream_up\{upstream="api",service="gateway"\} 1/);
});

test('listens beyond this machine only where it is told to', async (t) => {
  const start = async (config: object): Promise<void> => {
    const service = createGateway(gatewayConfigSchema.parse({ port: 0, ...config }), {
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics('gateway', { process: false }),
      webRoot: webRoot(t),
      tlsFolder: join(tmpdir(), 'vms-no-such-folder'),
      upstreams: await allAway(),
    });
    t.after(() => service.stop());
    await service.start();
  };
  await assert.rejects(start({ host: '0.0.0.0' }), {
    code: 'http.insecure-remote',
    message: /allowInsecureRemote/,
  });
  await start({ host: '0.0.0.0', allowInsecureRemote: true });
});

test('names a port in use, and the key that chooses it', async (t) => {
  const url = new URL(await upstream(t, HEALTHY));
  const service = createGateway(gatewayConfigSchema.parse({ port: Number(url.port) }), {
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics('gateway', { process: false }),
    webRoot: webRoot(t),
    tlsFolder: join(tmpdir(), 'vms-no-such-folder'),
    upstreams: { api: url.href, storage: url.href, ingest: url.href, stream: url.href },
  });
  t.after(() => service.stop());
  await assert.rejects(service.start(), { code: 'http.port-in-use', message: /gateway\.port/ });
});

test('a service has few requests of a caller under way, by whatever path they come', {
  timeout: 20_000,
}, async (t) => {
  const open: ServerResponse[] = [];
  const stream = await upstream(t, (incoming, response) => {
    if (incoming.url === '/health') HEALTHY(incoming, response);
    else open.push(response);
  });
  const url = await gateway(t, { stream });
  const ask = (n: number) => fetch(`${url}/${n % 2 === 0 ? 'whep' : 'live'}/v1/x`);
  const asked = Array.from({ length: MAX_CALLS_PER_CALLER + 1 }, (_, n) => ask(n));
  const waits = /vms_gateway_waiting_requests\{upstream="stream",service="gateway"\} 1\n/;
  while (!waits.test(await (await fetch(`${url}/metrics`)).text()));
  assert.equal(open.length, MAX_CALLS_PER_CALLER);
  // A service of its own: it waits for nobody.
  assert.equal((await fetch(`${url}/api/v1/x`)).status, 200);
  for (let n = 0; n <= MAX_CALLS_PER_CALLER; n++) {
    while (open[n] === undefined) await new Promise((resolve) => setImmediate(resolve));
    open[n]?.end();
  }
  for (const answer of asked) assert.equal((await answer).status, 200);
});
