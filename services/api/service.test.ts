import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAX_BODY_BYTES } from './bounds.ts';
import { apiConfigSchema } from './config.ts';
import { startApi } from './testing/api-harness.ts';

test('listens on loopback only, unless somebody says that they know', async (t) => {
  await assert.rejects(startApi(t, { config: { host: '0.0.0.0' } }), {
    code: 'http.insecure-remote',
    message: /api\.allowInsecureRemote/,
  });
  const open = await startApi(t, { config: { host: '0.0.0.0', allowInsecureRemote: true } });
  assert.match(open.logs.join(''), /without TLS/);
});

test('a port in use is said plainly, and the database is closed again', async (t) => {
  const first = await startApi(t);
  const port = first.api.address?.port ?? 0;
  await assert.rejects(startApi(t, { config: { port } }), {
    code: 'http.port-in-use',
    message: /api\.port/,
  });
});

test('a file that is no database is refused and left alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vms-api-'));
  t.after(() => rm(folder, { recursive: true }));
  const databasePath = join(folder, 'vms.sqlite');
  await writeFile(databasePath, 'this is a letter to my aunt, and no database '.repeat(50));
  await assert.rejects(startApi(t, { config: { databasePath } }), {
    code: 'database.cannot-open',
  });
});

test('stops twice, and tells truly that it does not run', async (t) => {
  const { api } = await startApi(t);
  assert.equal(api.health().status, 'ok');
  await api.stop();
  await api.stop();
  assert.equal(api.health().status, 'failing');
});

test('bodies are bounded', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const body = { name: 'x'.repeat(MAX_BODY_BYTES), url: 'rtsp://h/' };
  const answer = await api.ask('POST', '/api/v1/cameras', { body });
  assert.deepEqual([answer.status, answer.json.code], [413, 'http.body-too-large']);
});

test('answers are not cached and are no pages', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { headers } = await api.ask('GET', '/api/v1/cameras');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('the configuration has defaults and refuses unknown keys', () => {
  const { host, port, allowInsecureRemote } = apiConfigSchema.parse({});
  assert.deepEqual([host, port, allowInsecureRemote], ['127.0.0.1', 9095, false]);
  assert.ok(!apiConfigSchema.safeParse({ prot: 1 }).success);
});
