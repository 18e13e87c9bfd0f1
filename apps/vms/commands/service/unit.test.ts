import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { installSteps, unitFor } from './unit.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
const SYSTEMD = spawnSync('systemd-analyze', ['--version']).status === 0;
const skip = SYSTEMD ? false : 'systemd-analyze is not installed';
/** Of systemd's own scale, 0 (safe) to 10; most services that it starts have over 9. */
const MAX_EXPOSURE = 3;

function setting(unit: string, name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');
}

test('the unit has the paths of this machine, and no sample is left', () => {
  const unit = unitFor({
    checkout: '/srv/app',
    dataDirectory: '/var/lib/cameras',
    volumes: ['/mnt/disk1', '/var/lib/cameras/volumes/default'],
  });
  assert.doesNotMatch(unit.replaceAll(/^#.*$/gm, ''), /\/opt\/vms|\/var\/lib\/vms/);
  assert.deepEqual(setting(unit, 'StateDirectory'), ['cameras']);
  assert.deepEqual(setting(unit, 'ReadWritePaths'), ['/tmp /mnt/disk1']);
  assert.deepEqual(setting(unit, 'ProtectHome'), ['yes']);
});

test('a data directory elsewhere is made and writable; a checkout at home stays readable', () => {
  const paths = { checkout: CHECKOUT, dataDirectory: '/srv/vms', volumes: [] };
  const unit = unitFor(paths);
  assert.deepEqual(setting(unit, 'StateDirectory'), []);
  assert.deepEqual(setting(unit, 'ReadWritePaths'), ['/tmp /srv/vms']);
  const commands = installSteps(paths).map((step) =>
    step.kind === 'run' ? step.command.join(' ') : step.path,
  );
  assert.ok(commands.includes('install -d -m 0750 -o vms -g vms /srv/vms'));
  assert.equal(commands.at(-1), 'systemctl enable --now vms.service');
});

test('systemd understands the unit and finds little to complain of', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-unit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'vms.service');
  writeFileSync(path, unitFor({ checkout: CHECKOUT, dataDirectory: '/var/lib/vms', volumes: [] }));
  const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  assert.equal(verified.status, 0, verified.stderr);
  assert.doesNotMatch(verified.stderr, /vms\.service/);
  const args = [
    'security',
    '--offline=yes',
    `--threshold=${MAX_EXPOSURE * 10}`,
    '--no-pager',
    path,
  ];
  const judged = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  assert.equal(judged.status, 0, judged.stdout.split('\n').slice(-4).join('\n') + judged.stderr);
});
