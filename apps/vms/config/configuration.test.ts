// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a configuration are written so
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfiguration, serviceUrls } from './configuration.ts';
import { PORT_VARIABLES, readEnvironment } from './environment.ts';
import { MAX_SECRET_BYTES } from './secret-file.ts';

function load(
  t: TestContext,
  yaml: string | undefined,
  ports: Record<string, number> = {},
  variables: Record<string, string> = {},
) {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'vms-config-'));
  t.after(() => rmSync(dataDirectory, { recursive: true }));
  if (yaml !== undefined) writeFileSync(join(dataDirectory, 'vms.yaml'), yaml);
  const options = { dataDirectory, file: undefined, ports, demoUrl: undefined, variables };
  return { dataDirectory, configuration: () => loadConfiguration(options) };
}

test('needs no file: everything is in the data directory, and services find each other', (t) => {
  const { dataDirectory, configuration } = load(t, undefined);
  const { api, ingest, storage, gateway, log } = configuration();
  assert.equal(api.databasePath, join(dataDirectory, 'api', 'vms.sqlite'));
  assert.equal(storage.dataPath, join(dataDirectory, 'storage'));
  assert.equal(storage.volumes[0]?.path, join(dataDirectory, 'volumes', 'default'));
  assert.equal(ingest.apiUrl, 'http://127.0.0.1:9095');
  assert.deepEqual([gateway.port, log.level, api.demo], [8080, 'info', undefined]);
});

test('another port of a service reaches those who call it; the environment wins', (t) => {
  const { configuration } = load(t, 'api:\n  port: 7001\nstorage:\n  port: 7002\n', {
    api: 7003,
    stream: 7004,
    streamUdp: 7005,
  });
  const { api, ingest, storage, stream } = configuration();
  assert.equal(api.port, 7003);
  assert.equal(ingest.apiUrl, 'http://127.0.0.1:7003');
  assert.equal(storage.apiUrl, 'http://127.0.0.1:7003');
  assert.equal(api.storageUrl, 'http://127.0.0.1:7002');
  assert.equal(stream.apiUrl, 'http://127.0.0.1:7003');
  assert.equal(api.streamUrl, 'http://127.0.0.1:7004');
  assert.equal(stream.udpPort, 7005);
});

test('a service on all addresses is reached by loopback', (t) => {
  const { configuration } = load(t, 'ingest:\n  host: 0.0.0.0\nstorage:\n  host: "::"\n');
  const urls = serviceUrls(configuration());
  assert.equal(urls.ingest, 'http://127.0.0.1:9091');
  assert.equal(urls.storage, 'http://[::1]:9092');
});

test('the file has the last word on where things are', (t) => {
  const { configuration } = load(t, 'api:\n  databasePath: /elsewhere/vms.sqlite\n');
  assert.equal(configuration().api.databasePath, '/elsewhere/vms.sqlite');
});

const wrong: [string, string, RegExp][] = [
  [
    'an unknown key',
    'gateway:\n  prot: 80\n',
    /vms\.yaml.*gateway\.prot \(line 2\) is unknown \(did you mean gateway\.port\?\)/,
  ],
  ['an unknown service', 'gatway: {}\n', /gatway \(line 1\) is unknown \(did you mean gateway\?\)/],
  [
    'a wrong value',
    'api:\n  port: many\n',
    /cannot be used: the key api\.port \(line 2\) is wrong: [^;]*$/,
  ],
  ['a part that is no object', 'storage: 7\n', /storage \(line 1\) is wrong/],
  ['no object at all', '- 1\n', /the whole is wrong/],
  ['no YAML', 'api: [\n', /not valid YAML at line/],
];
for (const [name, yaml, message] of wrong) {
  test(`names what is wrong: ${name}`, (t) => {
    assert.throws(load(t, yaml).configuration, { message });
  });
}

test('says that a configuration named on the command line is not there', () => {
  const options = { dataDirectory: '/nowhere', ports: {}, demoUrl: undefined };
  assert.throws(() => loadConfiguration({ ...options, file: '/nowhere/vms.yaml' }), {
    code: 'config.unreadable',
  });
});

test('reads the environment: data directory, run directory and ports', () => {
  const variables = {
    VMS_DATA_DIR: 'here',
    VMS_RUN_DIR: '/run/vms',
    [PORT_VARIABLES.gateway]: '81',
    VMS_API_PORT: '',
  };
  assert.deepEqual(readEnvironment(variables, '/work dir'), {
    dataDirectory: '/work dir/here',
    runParent: '/run/vms',
    ports: { gateway: 81 },
    variables,
  });
  assert.equal(readEnvironment({}).dataDirectory, undefined);
  assert.equal(readEnvironment({ VMS_RUN_DIR: '' }).runParent, '/tmp');
  for (const text of ['x', '-1', '65536', '80.5']) {
    assert.throws(() => readEnvironment({ VMS_API_PORT: text }), {
      code: 'cli.usage',
      message: /VMS_API_PORT/,
    });
  }
});

test('a part whose keys are all comments is none', (t) => {
  assert.equal(load(t, 'gateway:\n  # port: 1\nlog:\n').configuration().gateway.port, 8080);
});

test('reads a secret from a file of its own', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-secrets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const yaml =
    'stream:\n  iceServers:\n    - urls: ["turn:a:1"]\n      credentialFile: ${SECRETS}/turn\n';
  const { configuration } = load(t, yaml, {}, { SECRETS: folder });
  assert.throws(configuration, {
    code: 'config.unreadable',
    message: /turn, which stream\.iceServers\[0\]\.credentialFile names, cannot be read: ENOENT/,
  });
  writeFileSync(join(folder, 'turn'), 'x'.repeat(MAX_SECRET_BYTES + 1));
  assert.throws(configuration, { message: /more than 65536 bytes/ });
  writeFileSync(join(folder, 'turn'), 'heron\n');
  assert.equal(configuration().stream.iceServers[0]?.credential, 'heron');
});

test('a scrape token is as long as one that nobody guesses', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-secrets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const yaml = 'gateway:\n  scrapeTokenFile: ${SECRETS}/scrape\n';
  const { configuration } = load(t, yaml, {}, { SECRETS: folder });
  writeFileSync(join(folder, 'scrape'), `${'x'.repeat(19)}\n`);
  assert.throws(configuration, {
    code: 'config.unreadable',
    message: /scrape, which gateway\.scrapeTokenFile names, .*fewer than 20 characters/,
  });
  writeFileSync(join(folder, 'scrape'), `${'x'.repeat(20)}\n`);
  assert.equal(configuration().gateway.scrapeToken, 'x'.repeat(20));
});
