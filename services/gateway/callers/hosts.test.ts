import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gatewayConfigSchema } from '../config.ts';
import { echoUpstream } from '../testing/echo-upstream.ts';
import { gateway } from '../testing/gateway-harness.ts';
import { exchange } from '../testing/raw-client.ts';
import { AllowedHosts, MAX_HOST_CHARACTERS } from './allowed-hosts.ts';

test('knows addresses, this machine and what was configured, and nothing that only looks like it', () => {
  const hosts = new AllowedHosts({
    configured: ['cameras.example.org', '*.example.net'],
    hostname: 'Nvr.lan',
    isCertified: (name) => name === 'certified.example',
  });
  const allowed = [
    'localhost',
    'LOCALHOST:8080',
    'localhost.',
    'vms.localhost',
    '127.0.0.1:8080',
    '192.168.1.7',
    '203.0.113.7:80',
    '[::1]:8080',
    '[2001:db8::7]',
    'nvr.lan',
    'nvr.local',
    'cameras.example.org:8443',
    'a.example.net',
    'certified.example',
  ];
  const refused = [
    'evil.example',
    'localhost.evil.example',
    'cameras.example.org.evil.example',
    'notcameras.example.org',
    'example.net',
    'xexample.net',
    '127.0.0.1.evil.example',
    '127.0.0.1.nip.io',
    '1.2.3',
    '0x7f000001',
    '[::1].evil.example',
    'localhost@evil.example',
    'localhost:80:80',
    'localhost/..',
    'a b',
    '',
  ];
  for (const host of allowed) assert.ok(hosts.allows(host), host);
  for (const host of refused) assert.ok(!hosts.allows(host), host);
  const any = { configured: ['*'], hostname: 'nvr', isCertified: () => false };
  assert.ok(new AllowedHosts(any).allows('evil.example'));
});

test('configuration takes names and nothing else', () => {
  const takes = (name: string): boolean => gatewayConfigSchema.safeParse({ hosts: [name] }).success;
  const longest = 'a'.repeat(MAX_HOST_CHARACTERS);
  for (const right of ['a.example', '*.a.example', '*', 'nvr', longest]) {
    assert.ok(takes(right), right);
  }
  for (const wrong of ['', 'http://a', 'a:80', 'a/b', '*a', 'a.*', '.a', 'a.', `${longest}a`]) {
    assert.ok(!takes(wrong), wrong);
  }
});

/** Status and the rest of an answer to a request by raw bytes. */
async function ask(url: string, ...headers: string[]): Promise<string> {
  const rest = ['Connection: close', '', ''];
  return exchange(url, ['GET /api/v1/x HTTP/1.1', ...headers, ...rest].join('\r\n'));
}

test('refuses names of others before anything is asked, in words a person understands', async (t) => {
  const echo = await echoUpstream(t);
  const url = await gateway(t, { upstreams: { api: echo.url, stream: echo.url } });
  const { host } = new URL(url);
  for (const own of [host, 'localhost', hostname()]) {
    assert.match(await ask(url, `Host: ${own}`), /^HTTP\/1\.1 200 /, own);
  }
  const seen = echo.requests;
  const problem = await ask(url, 'Host: evil.example');
  assert.match(problem, /^HTTP\/1\.1 421 .*"code":"http.host-not-allowed"/s);
  const page = await ask(url, 'Host: evil.example', 'Accept: text/html', 'Accept-Language: de');
  const words = Buffer.from(page, 'latin1').toString();
  assert.match(words, /^HTTP\/1\.1 421 .*text\/plain.*does not know the name “evil\.example”/s);
  const brazilian = ['Accept: text/html,*/*', 'Accept-Language: pt-BR,pt;q=0.9,en;q=0.8'];
  const pt = await ask(url, 'Host: evil.example', ...brazilian);
  assert.match(Buffer.from(pt, 'latin1').toString(), /não conhece o nome “evil\.example”/);
  for (const path of ['/', '/health', '/metrics', '/assets/main-1a2b.js']) {
    const bytes = `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
    assert.match(await exchange(url, bytes), /^HTTP\/1\.1 421 /, path);
  }
  const socket = ['Connection: Upgrade', 'Upgrade: websocket', 'Host: evil.example'];
  const live = ['GET /live/v1/x HTTP/1.1', ...socket, '', ''].join('\r\n');
  assert.match(await exchange(url, live), /^HTTP\/1\.1 421 /);
  assert.equal(echo.requests, seen);
});

test('one request is of one name, in whatever form it is written', async (t) => {
  const echo = await echoUpstream(t);
  const url = await gateway(t, { upstreams: { api: echo.url } });
  const of = (target: string, ...headers: string[]): Promise<string> =>
    exchange(url, [`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));
  assert.match(await of('/api/v1/x', 'Host: localhost', 'Host: localhost'), /^HTTP\/1\.1 400 /);
  assert.match(await of('/api/v1/x', 'Host: '), /^HTTP\/1\.1 421 /);
  assert.match(await of('http://evil.example/api/v1/x', 'Host: localhost'), /^HTTP\/1\.1 400 /);
  const absolute = await of('http://localhost/api/v1/x?a=1', 'Host: localhost');
  assert.match(absolute, /^HTTP\/1\.1 200 .*"path":"\/api\/v1\/x\?a=1"/s);
  const old = await exchange(url, 'GET /api/v1/x HTTP/1.0\r\n\r\n');
  assert.match(old, /^HTTP\/1\.1 200 /);
});

test('a proxy passes on the name that the browser knows, the configured one where there is one', async (t) => {
  const config = { trustedProxies: ['127.0.0.1'] };
  const open = await gateway(t, { config });
  const held = await gateway(t, { config: { ...config, hosts: ['cameras.example.org'] } });
  const forwarded = (name: string): string[] => [`Host: vms:8080`, `X-Forwarded-Host: ${name}`];
  assert.match(await ask(open, 'Host: anything.example'), /^HTTP\/1\.1 200 /);
  assert.match(await ask(open, ...forwarded('anything.example')), /^HTTP\/1\.1 200 /);
  assert.match(await ask(held, 'Host: cameras.example.org'), /^HTTP\/1\.1 200 /);
  assert.match(await ask(held, 'Host: evil.example'), /^HTTP\/1\.1 421 /);
  assert.match(await ask(held, ...forwarded('evil.example')), /^HTTP\/1\.1 421 /);
  // Who is no proxy says nothing of another name.
  const direct = await gateway(t);
  assert.match(await ask(direct, ...forwarded('localhost')), /^HTTP\/1\.1 421 /);
});

test('the names of its certificate are its own', async (t) => {
  const tlsFolder = mkdtempSync(join(tmpdir(), 'vms-hosts-'));
  t.after(() => rmSync(tlsFolder, { recursive: true }));
  const url = await gateway(t, { tlsFolder, config: { tls: 'auto' } });
  assert.match(await ask(url, `Host: ${hostname()}`), /^HTTP\/1\.1 200 /);
  assert.match(await ask(url, 'Host: evil.example'), /^HTTP\/1\.1 421 /);
});
