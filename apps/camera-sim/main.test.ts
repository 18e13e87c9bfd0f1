import assert from 'node:assert/strict';
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { RtspTestClient } from './testing/rtsp-test-client.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

interface Ready {
  port: number;
  controlPort: number;
  cameras: { name: string; url: string }[];
}

async function launch(t: TestContext, args: readonly string[]): Promise<[Ready, ChildProcess]> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return [JSON.parse(line) as Ready, child];
}

async function frames(ready: Ready, name: string): Promise<void> {
  const camera = ready.cameras.find((entry) => entry.name === name);
  const client = await new RtspTestClient(camera?.url ?? '').connected();
  await client.play();
  await client.until((packets) => packets.length > 60);
  client.close();
}

test('--demo says where its camera is, plays it, and leaves with its standard input', async (t) => {
  const [ready, child] = await launch(t, ['--demo', '--exit-with-stdin']);
  assert.deepEqual(ready.cameras, [{ name: 'demo', url: `rtsp://127.0.0.1:${ready.port}/demo` }]);
  await frames(ready, 'demo');
  child.kill('SIGINT');
  await frames(ready, 'demo');
  child.stdin?.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('--maker answers as cameras of that maker do, under their paths', async (t) => {
  const credentials = { username: 'admin', password: 'secret' };
  const login = ['--username', credentials.username, '--password', credentials.password];
  const [ready] = await launch(t, ['--maker', 'dahua', ...login]);
  const address = `rtsp://127.0.0.1:${ready.port}`;
  assert.deepEqual(
    ready.cameras.map(({ url }) => url),
    [0, 1].map((subtype) => `${address}/cam/realmonitor?channel=1&subtype=${subtype}`),
  );
  for (const [url, status] of [
    [`${address}/no-such-path`, 404],
    [ready.cameras[1]?.url ?? '', 200],
  ] as const) {
    const client = await new RtspTestClient(url).connected();
    const stranger = await client.request('DESCRIBE');
    assert.deepEqual([stranger.status, stranger.headers.get('Server')], [401, 'Rtsp Server/3.0']);
    assert.match(stranger.headers.get('WWW-Authenticate') ?? '', /realm="Login to /);
    assert.equal((await client.login('DESCRIBE', credentials)).status, status);
    client.close();
  }
});

test('with a channel to its parent it says so there too, and leaves when that closes', async (t) => {
  const child = fork(MAIN, ['--port', '0', '--demo'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [message] = (await once(child, 'message')) as [{ type: string } & Ready];
  assert.equal(message.type, 'ready');
  assert.equal(message.cameras[0]?.name, 'demo');
  child.disconnect();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('the control port tells cameras and ledger and takes faults; the ledger goes to a file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'camera-sim-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'ledger.jsonl');
  const [ready, child] = await launch(t, [
    ...['--cameras', '2', '--video', 'h264,h265', '--audio', 'none,aac'],
    ...['--control-port', '0', '--ledger', file],
  ]);
  await frames(ready, 'cam1');
  const control = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${ready.controlPort}${path}`, { method });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const { cameras } = (await control('/cameras')).body as { cameras: { tracks: unknown[] }[] };
  assert.deepEqual(
    cameras.map(({ tracks }) => tracks.length),
    [1, 2],
  );
  const { entries } = (await control('/ledger/cam1')).body as { entries: { hash: string }[] };
  assert.ok(entries.length > 1);
  assert.match(entries[0]?.hash ?? '', /^[0-9a-f]{64}$/);
  const later = (await control('/ledger/cam1?since=1')).body as { entries: { index: number }[] };
  assert.equal(later.entries[0]?.index, 1);
  assert.equal((await control('/fault/not-found?camera=cam0', 'POST')).status, 200);
  const refused = await new RtspTestClient(ready.cameras[0]?.url ?? '').connected();
  assert.equal((await refused.request('DESCRIBE')).status, 404);
  refused.close();
  assert.equal((await control('/fault/tired', 'POST')).status, 404);
  assert.equal((await control('/ledger/nobody')).status, 404);
  assert.equal((await control('/hold', 'POST')).status, 200);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const written = lines.map((line) => JSON.parse(line) as { track: string; hash: string });
  assert.equal(written.find(({ track }) => track === 'video')?.hash, entries[0]?.hash);
});

test('a wrong option is one line and status 2', async () => {
  for (const [args, message] of [
    [['--cameras', '201'], '--cameras is a whole number from 0 to 200, not "201".\n'],
    [['--maker', 'acme'], /^--maker takes hikvision, .*, not "acme"\.\n$/],
    [['--audio', 'opus'], '--audio takes none, aac, pcmu and pcma, not "opus".\n'],
    [['--clip', 'nowhere.h264'], /^The clip cannot be read: .*\n$/],
  ] as const) {
    const failure = await promisify(execFile)(process.execPath, [MAIN, ...args]).then(
      () => assert.fail('it started'),
      (error: { code: number; stderr: string }) => error,
    );
    assert.equal(failure.code, 2);
    if (typeof message === 'string') assert.equal(failure.stderr, message);
    else assert.match(failure.stderr, message);
  }
});
