// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a configuration are written so
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { RunningSystem } from '../system/running-system.ts';
import { runVms } from '../system/vms-command.ts';
import { waitFor } from '../system/waiting.ts';

const CREDENTIALS = { username: 'operator', password: 'correct horse' };
const OWN_PASSWORD = 'a heron stands by the lock';

describe('back-up of the configuration', () => {
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let folder: string;
  let file: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vms-backup-test-'));
    file = join(folder, 'north.backup');
    simulator = await startCameraSimulator({
      cameras: [{ name: 'harbour', credentials: CREDENTIALS }],
    });
    system = await RunningSystem.start();
    await system.signIn();
    const passwords = { current: system.password, next: OWN_PASSWORD };
    await system.call('PUT', '/api/v1/session/password', passwords);
    await system.addCamera({ name: 'Harbour', url: simulator.url('harbour'), ...CREDENTIALS });
  });

  after(async () => {
    await system?.remove();
    await simulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const restore = (data: string, ...more: string[]) =>
    runVms(['backup', 'restore', file, '--data', data, ...more]);

  it('is made while the system runs, for its owner alone, and never over a file', async () => {
    const args = ['backup', 'create', file, '--data', system.dataDirectory];
    const made = await runVms([...args, '--json']);
    assert.equal(made.code, 0, made.stdout + made.stderr);
    assert.deepEqual([made.json.cameras, made.json.users], [1, 1]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = await runVms(args);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /already exists and was not changed/);
  });

  it('is not restored over a running system, nor over one that nobody offered', async () => {
    const running = await restore(system.dataDirectory, '--replace');
    assert.equal(running.code, 1);
    assert.match(running.stderr, /is running\. Nothing was changed\. Stop it first/);
    await system.stop();
    const there = await restore(system.dataDirectory);
    assert.match(there.stderr, /a system in .* already.*--replace/s);
  });

  it('is not restored where it is damaged', async () => {
    const bytes = readFileSync(file);
    const broken = join(folder, 'broken.backup');
    writeFileSync(broken, bytes.subarray(0, bytes.length / 2));
    const data = join(folder, 'untouched');
    const refused = await runVms(['backup', 'restore', broken, '--data', data]);
    assert.match(refused.stderr, /damaged/);
    assert.ok(!existsSync(data));
  });

  it('brings cameras with their passwords and users back into an empty place', async () => {
    const data = join(folder, 'restored');
    const restored = await restore(data);
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(statSync(join(data, 'secrets', 'master.key')).mode & 0o077, 0);
    const other = await RunningSystem.start({ dataDirectory: data });
    try {
      assert.equal(other.password, '', 'no first password is printed again');
      await other.signIn('admin', OWN_PASSWORD);
      await waitFor('the camera to take its password again', async () => {
        const { cameras } = await other.call<{
          cameras: { name: string; status: { state: string } }[];
        }>('GET', '/api/v1/cameras');
        return cameras[0]?.name === 'Harbour' && cameras[0].status.state === 'online';
      });
    } finally {
      await other.stop();
    }
  });

  it('goes over a system that is stopped where that is asked for, and puts the old aside', async () => {
    const restored = await restore(join(folder, 'restored'), '--replace');
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(restored.stdout, /before-restore-/);
  });

  it('replaces nothing where its vms.yaml is of no use, nor a database kept elsewhere', async () => {
    const from = join(folder, 'restored');
    const data = join(folder, 'elsewhere');
    const database = join(folder, 'elsewhere.sqlite');
    const environment = { VMS_TEST_DATABASE: database };
    writeFileSync(join(from, 'vms.yaml'), 'api:\n  databasePath: ${VMS_TEST_DATABASE}\n');
    writeFileSync(database, readFileSync(join(from, 'api', 'vms.sqlite')));
    const made = join(folder, 'elsewhere.backup');
    const created = await runVms(['backup', 'create', made, '--data', from], { environment });
    assert.equal(created.code, 0, created.stderr);
    const args = ['backup', 'restore', made, '--data', data];
    const useless = await runVms(args);
    assert.match(useless.stderr, /VMS_TEST_DATABASE/);
    const refused = join(data, 'vms.yaml.refused');
    assert.ok(useless.stderr.includes(`restore again with --config ${refused}`), useless.stderr);
    assert.match((await runVms([...args, '--lang', 'pt'])).stderr, /corrija-o ali e restaure/);
    const there = await runVms(args, { environment });
    assert.match(there.stderr, /a system in .* already.*--replace/s);
    for (const name of ['secrets', 'vms.yaml', 'vms.yaml.refused']) {
      assert.ok(!existsSync(join(data, name)), name);
    }
    const replaced = await runVms([...args, '--replace'], { environment });
    assert.equal(replaced.code, 0, replaced.stderr);
    assert.match(replaced.stdout, /before-restore-/);
    assert.ok(existsSync(join(data, 'secrets', 'master.key')));
  });
});
