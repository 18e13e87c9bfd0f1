import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfiguration, serviceUrls } from '../config/configuration.ts';
import { makeRunDirectory, runDirectoryOf } from '../config/run-directory.ts';
import { withRunningAddresses } from './running-configuration.ts';

test('the addresses are those of the start while a system runs, and only from a private folder', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-running-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const load = (ports: Record<string, number>) =>
    loadConfiguration({ dataDirectory: folder, file: undefined, ports, demoUrl: undefined });
  const run = runDirectoryOf(folder, folder);
  makeRunDirectory(run);
  const started = load({ gateway: 18_280, api: 18_295, streamUdp: 18_443 });
  writeFileSync(run.configuration, JSON.stringify(started), { mode: 0o600 });
  const place = { dataDirectory: folder, configuration: load({}), run };

  assert.equal(withRunningAddresses(place), place.configuration, 'left by one that was killed');

  const lock = [run.lockFile('control'), 'sh', '-c', 'echo locked; exec cat'];
  const holder = spawn('flock', ['--no-fork', ...lock], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const { gateway, api } = serviceUrls(withRunningAddresses(place));
  assert.deepEqual([gateway, api], ['http://127.0.0.1:18280', 'http://127.0.0.1:18295']);
  assert.equal(withRunningAddresses(place).stream.udpPort, 18_443);

  writeFileSync(run.configuration, '{');
  assert.equal(withRunningAddresses(place), place.configuration, 'half a file');
  writeFileSync(run.configuration, JSON.stringify(started));
  chmodSync(run.path, 0o755);
  assert.equal(withRunningAddresses(place), place.configuration, 'a folder that others may enter');
  chmodSync(run.path, 0o700);

  holder.stdin.end();
  await once(holder, 'exit');
  assert.equal(withRunningAddresses(place), place.configuration, 'stopped');
});
