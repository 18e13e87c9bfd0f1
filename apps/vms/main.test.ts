import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { VERSION } from '@vms/common/version.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const BIN = join(import.meta.dirname, 'bin', 'vms.mjs');

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'vms-cli-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Runs `vms` to its end. */
async function vms(args: string[], variables: NodeJS.ProcessEnv = {}, script = MAIN) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, ...args],
    {
      env: { ...process.env, VMS_LANG: 'en', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** One message, no stack trace, nothing else. */
function assertOneMessage({ stdout, stderr }: { stdout: string; stderr: string }): void {
  assert.equal(stdout, '');
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.doesNotMatch(stderr, /\n {4}at |node:internal/);
}

test('vms version and help, also by bin/vms.mjs', async () => {
  assert.equal((await vms(['version'])).stdout, `vms ${VERSION} on Node ${process.version}\n`);
  const help = await vms(['help'], {}, BIN);
  assert.match(help.stdout, /vms start/);
  assert.equal(help.code, 0);
});

test('speaks Portuguese where the system does, and JSON to programs', async (t) => {
  const portuguese = await vms(['strat'], { VMS_LANG: '', LC_ALL: 'pt_BR.UTF-8' });
  assert.match(portuguese.stderr, /Não existe o comando “strat”\. Você quis dizer vms start\?/);
  const asked = await vms(['help', 'start', '--lang', 'pt']);
  assert.match(asked.stdout, /inicia o sistema inteiro/);
  const version = await vms(['version', '--json']);
  assert.deepEqual(JSON.parse(version.stdout), { version: VERSION, node: process.version });
  const wrong = await vms(['start', '--json'], {
    VMS_DATA_DIR: join(folder(t), 'data'),
    VMS_GATEWAY_PORT: 'many',
  });
  assert.equal(wrong.code, 2);
  assert.equal(wrong.stderr, '');
  const { error } = JSON.parse(wrong.stdout);
  assert.equal(error.code, 'cli.usage');
  assert.match(error.message, /VMS_GATEWAY_PORT is “many”/);
});

test('bin/vms.mjs runs by a link to it, from any folder, on the Node of the system', async (t) => {
  const place = folder(t);
  const link = join(place, 'vms');
  symlinkSync(BIN, link);
  // Without the Node 24 that npm test puts in front.
  const path = (process.env.PATH ?? '').split(':').filter((each) => !each.includes('node_modules'));
  const child = spawnSync(link, ['version', '--json'], {
    cwd: place,
    env: { ...process.env, PATH: path.join(':') },
    encoding: 'utf8',
  });
  assert.equal(child.status, 0, child.stderr);
  assert.equal(JSON.parse(child.stdout).version, VERSION);
  assert.ok(Number.parseInt(JSON.parse(child.stdout).node.slice(1), 10) >= 24, child.stdout);
});

const usage: [string, string[], NodeJS.ProcessEnv, RegExp][] = [
  ['an unknown command', ['strat'], {}, /Did you mean vms start/],
  ['an unknown option', ['start', '--dmeo'], {}, /--dmeo/],
  ['a port that is none', ['start'], { VMS_GATEWAY_PORT: 'many' }, /VMS_GATEWAY_PORT is “many”/],
  [
    'a port of the environment that the configuration does not take',
    ['start'],
    { VMS_STREAM_UDP_PORT: '0' },
    /stream\.udpPort is wrong/,
  ],
  [
    'a configuration that is not there',
    ['start', '--config', '/no/such.yaml'],
    {},
    /\/no\/such\.yaml/,
  ],
];
for (const [name, args, variables, message] of usage) {
  test(`answers ${name} with one message and exit code 2`, async (t) => {
    const result = await vms(args, { VMS_DATA_DIR: join(folder(t), 'data'), ...variables });
    assert.match(result.stderr, message);
    assert.equal(result.code, 2);
    assertOneMessage(result);
  });
}

test('answers an unknown key in vms.yaml with its path, and makes nothing', async (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'vms.yaml'), 'gateway:\n  prot: 80\n');
  const result = await vms(['start', '--demo'], { VMS_DATA_DIR: data });
  assert.match(
    result.stderr,
    /gateway\.prot \(line \d+\) is unknown \(did you mean gateway\.port\?\)/,
  );
  assert.equal(result.code, 2);
  assertOneMessage(result);
  assert.deepEqual(readdirSync(data), ['vms.yaml']);
});

test('refuses the data directory of a newer version, and touches nothing', async (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'version.json'), '{"format":99,"writtenBy":"9.9.9"}');
  const result = await vms(['start'], { VMS_DATA_DIR: data });
  assert.match(result.stderr, /newer version of vms \(9\.9\.9, format 99\)/);
  assert.equal(result.code, 1);
  assertOneMessage(result);
  assert.deepEqual(readdirSync(data), ['version.json']);
});

test('names a UDP port in use too', async (t) => {
  const socket = createSocket('udp4').bind(0, '0.0.0.0');
  await once(socket, 'listening');
  t.after(() => socket.close());
  const { port } = socket.address();
  const data = join(folder(t), 'data');
  const result = await vms(['start'], { VMS_DATA_DIR: data, VMS_STREAM_UDP_PORT: String(port) });
  assert.match(result.stderr, new RegExp(`UDP port ${port} \\(stream\\.udpPort\\)`));
  assert.match(result.stderr, /ss -lnt?up .*VMS_STREAM_UDP_PORT/);
  assert.equal(result.code, 1);
  assertOneMessage(result);
  assert.equal(existsSync(data), false);
});

test('names a port in use before it makes anything', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const data = join(folder(t), 'data');
  const result = await vms(['start'], { VMS_DATA_DIR: data, VMS_API_PORT: String(port) });
  assert.match(result.stderr, new RegExp(`port ${port} \\(api\\.port\\)`));
  assert.match(result.stderr, /VMS_API_PORT/);
  assert.equal(result.code, 1);
  assertOneMessage(result);
  assert.equal(existsSync(data), false);
});
