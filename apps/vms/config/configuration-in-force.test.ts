// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a configuration are written so
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { type Configuration, loadConfiguration } from './configuration.ts';
import { ConfigurationInForce, POLL_INTERVAL_MS } from './configuration-in-force.ts';

function begin(t: TestContext, yaml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'vms-in-force-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [file, copy] = [join(folder, 'vms.yaml'), join(folder, 'copy.yaml')];
  const variables = { WORD: 'debug', DOLLAR: '${NONE}' };
  const read = (path: string): Configuration =>
    loadConfiguration({
      dataDirectory: folder,
      file: path,
      ports: {},
      demoUrl: undefined,
      variables,
    });
  writeFileSync(file, yaml);
  const clock = new ManualClock();
  const [told, changes]: [string[], Configuration[]] = [[], []];
  const tell = (_fields: object, message: string): void => void told.push(message);
  const inForce = new ConfigurationInForce({
    ...{ file, copy, clock, configuration: read(file) },
    logger: { ...silentLogger, info: tell, warn: tell, error: tell },
    load: () => read(file),
    onChange: (configuration) => changes.push(configuration),
  });
  inForce.begin();
  t.after(() => inForce.stop());
  const write = (text: string): void => {
    writeFileSync(file, text);
    clock.advance(POLL_INTERVAL_MS);
  };
  return { inForce, clock, told, changes, write, copy, inCopy: () => read(copy) };
}

test('takes live keys over, tells of the others, and keeps both apart', (t) => {
  const { told, changes, write, inCopy, copy } = begin(t, 'log:\n  level: info\n');
  write('log:\n  level: ${WORD}\ngateway:\n  port: 81\napi:\n  defaultRetentionDays: 7\n');
  assert.deepEqual(told, [
    'Changes of gateway.port need a restart.',
    'Changes of the configuration are in force.',
  ]);
  assert.equal(changes.length, 1);
  for (const { log, api, gateway } of [changes[0] ?? inCopy(), inCopy()]) {
    assert.deepEqual([log.level, api.defaultRetentionDays, gateway.port], ['debug', 7, 8080]);
  }
  assert.equal(statSync(copy).mode & 0o077, 0);
});

test('refuses a wrong file once, with its reason, and the old one stays in force', (t) => {
  const { clock, told, changes, write, inCopy } = begin(t, 'log:\n  level: warn\n');
  write('log:\n  level: warm\n');
  clock.advance(10 * POLL_INTERVAL_MS);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /refused, the old one stays: .*log\.level \(line 2\) is wrong/);
  assert.deepEqual([changes.length, inCopy().log.level], [0, 'warn']);
  write('log:\n  level: error\n');
  assert.equal(changes[0]?.log.level, 'error');
});

test('says nothing of what changes nothing', (t) => {
  const { told, write } = begin(t, 'log:\n  level: info\n');
  write('# a remark\nlog: { level: info }\n');
  assert.deepEqual(told, []);
});

test('a copy means what the file meant, and goes in the end', (t) => {
  const { inForce, copy, inCopy } = begin(t, 'stream:\n  ffmpeg: /opt/${DOLLAR}\n');
  assert.equal(inCopy().stream.ffmpeg, '/opt/${NONE}');
  assert.match(readFileSync(copy, 'utf8'), /\$\$\{NONE\}/);
  inForce.stop();
  assert.ok(!existsSync(copy));
});
