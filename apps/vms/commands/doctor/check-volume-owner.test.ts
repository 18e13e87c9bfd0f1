import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { makeFifo } from '@vms/storage/testing/make-fifo.ts';
import { translate } from '../../language/text.ts';
import { checkVolumeOwners } from './check-volume-owner.ts';

test('a volume that another system writes to is reported, in both languages, and only while it does', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-owner-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const dataPath = join(folder, 'data');
  const path = join(folder, 'volume');
  mkdirSync(dataPath);
  mkdirSync(path);
  const check = () => checkVolumeOwners({ volumes: [{ path }], dataPath }, systemClock);
  assert.deepEqual(await check(), [], 'a folder that is no volume yet');
  const owner = {
    system: 'sys_other',
    host: 'nvr2',
    bootId: 'b',
    pid: 77,
    dataPath: '/d2',
    beat: 1,
  };
  writeFileSync(join(path, '.vms-owner'), JSON.stringify(owner));
  assert.deepEqual(await check(), [], 'what a machine left that was switched off');

  const lock = join(path, '.vms-lock');
  const holder = spawn('flock', ['--no-fork', lock, 'sh', '-c', 'echo held; read -r _'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const [finding] = await check();
  assert.equal(finding?.state, 'bad');
  // A program that reads a FIFO hangs, as does one that reads from a disk that does not respond.
  const hung = join(folder, 'hung');
  mkdirSync(hung);
  makeFifo(join(hung, '.vms-owner'));
  const volumes = [{ path: hung }, { path }];
  assert.deepEqual(await checkVolumeOwners({ volumes, dataPath }, systemClock), [finding], 'hung');
  for (const [language, words] of [
    ['en', /in use by another system: process 77 on nvr2, with its data in \/d2/],
    ['pt-BR', /em uso por outro sistema: processo 77 em nvr2, com os dados em \/d2/],
  ] as const) {
    assert.match(translate(finding.text, language, finding.values), words);
  }
  const storage = { volumes: [{ path }], dataPath: lock };
  assert.deepEqual(await checkVolumeOwners(storage, systemClock), [], 'no data directory');
  writeFileSync(join(dataPath, 'system-id'), 'sys_other\n');
  assert.deepEqual(await check(), [], 'it is this system itself');
  writeFileSync(join(path, '.vms-owner'), 'nonsense');
  assert.deepEqual(await check(), [], 'it does not say who it is');
});
