import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { isolate } from '@vms/common/bidi.ts';
import { ffmpegComplaints } from '@vms/media/testing/ffmpeg-complaints.ts';
import { RunningSystem } from '../system/running-system.ts';
import { runVms } from '../system/vms-command.ts';
import { waitFor } from '../system/waiting.ts';

const CREDENTIALS = { username: 'operator', password: 'kingfisher-7' };
const NAME = '<script>alert(1)</script> 🚪 שער';

let simulator: CameraSimulator;
let system: RunningSystem;
let folder: string;
let passwordFile: string;
let startedAt = 0;

/** Runs `vms` on the running system. */
function vms(args: readonly string[], input = '') {
  return runVms([...args, '--data', system.dataDirectory], { input });
}

/** Pictures that ffmpeg decodes without a complaint. */
function decodedFrames(path: string): number {
  const decode = ['-v', 'warning', '-i', path, '-f', 'null', '-'];
  const decoded = spawnSync('ffmpeg', decode, { encoding: 'utf8' });
  assert.equal(ffmpegComplaints(decoded.stderr), '');
  const count = ['-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries'];
  const args = [...count, 'stream=nb_read_frames', '-of', 'csv=p=0', path];
  return Number.parseInt(spawnSync('ffprobe', args, { encoding: 'utf8' }).stdout, 10);
}

describe('the command line, with the system running', () => {
  before(async () => {
    simulator = await startCameraSimulator({
      cameras: [{ name: 'stream1' }, { name: 'gate' }],
      credentials: CREDENTIALS,
    });
    startedAt = Date.now();
    system = await RunningSystem.start();
    folder = mkdtempSync(join(tmpdir(), 'vms-command-line-'));
    passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${CREDENTIALS.password}\n`, { mode: 0o600 });
  });

  after(async () => {
    await system?.remove();
    await simulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const signIn = () => ['--user', CREDENTIALS.username, '--password-file', passwordFile];

  it('lists no camera, and says how to add one', async () => {
    const list = await vms(['cameras', 'list']);
    assert.match(list.stdout, /There is no camera yet.*vms cameras add/);
    assert.equal(list.code, 0);
    assert.deepEqual((await vms(['cameras', 'list', '--json'])).json, { cameras: [] });
  });

  it('tests a camera and says in plain words what it found', async () => {
    const good = await vms(['cameras', 'test', simulator.url('gate'), ...signIn()]);
    assert.match(good.stdout, /video +H\.264.*×.*frames\/s.*Mbit\/s/);
    assert.match(good.stdout, /live by WebRTC: yes/);
    assert.equal(good.code, 0);
    const url = simulator.url('gate');
    const bad = await vms(
      ['cameras', 'test', url, '--user', 'operator', '--password-file', '-'],
      'x',
    );
    assert.match(bad.stdout, /WRONG PASSWORD: The camera refuses/);
    assert.equal(bad.code, 1);
    const portuguese = await vms(['cameras', 'test', url, '--lang', 'pt']);
    assert.match(portuguese.stdout, /SENHA ERRADA: A câmera recusa/);
    const json = await vms(['cameras', 'test', url, ...signIn(), '--json']);
    assert.equal(json.json.state, 'online');
    assert.equal(json.stderr, '');
  });

  it('adds a camera by its address alone, and one by URL with any name', async () => {
    const { host } = new URL(simulator.url('stream1'));
    const found = await vms(['cameras', 'add', 'Yard', '--address', host, ...signIn(), '--json']);
    assert.equal(found.code, 0, found.stdout);
    assert.match(found.json.camera.url, /\/stream1$/);
    assert.equal(found.json.camera.hasPassword, true);
    const added = await vms(['cameras', 'add', NAME, '--url', simulator.url('gate'), ...signIn()]);
    assert.equal(added.code, 0, added.stderr);
    assert.ok(added.stdout.includes(`Added “${isolate(NAME)}” (cam_`), added.stdout);
    const list = await vms(['cameras', 'list']);
    assert.ok(list.stdout.includes(NAME) && list.stdout.includes('Yard'));
    assert.match(list.stdout, /Cameras online: \d of 2\./);
  });

  it('adds no camera that does not work, unless told to', async () => {
    const args = ['cameras', 'add', 'Shed', '--url', 'rtsp://127.0.0.1:1/x'];
    const refused = await vms(args);
    assert.match(refused.stderr, /“Shed” was not added: Nothing answers at this address/);
    assert.equal(refused.code, 1);
    assert.equal((await vms([...args, '--force'])).code, 0);
    const json = await vms(['cameras', 'add', 'Other', '--url', 'nonsense', '--json']);
    assert.equal(json.json.error.code, 'camera.url-invalid');
    assert.equal(json.code, 1);
  });

  it('says that a password in an address is unwise', async () => {
    const url = new URL(simulator.url('gate'));
    Object.assign(url, CREDENTIALS);
    const tested = await vms(['cameras', 'test', url.href]);
    assert.match(tested.stderr, /A password in an address stays in the history of the shell/);
    assert.ok(!(tested.stdout + tested.stderr).includes(CREDENTIALS.password));
    assert.equal(tested.code, 0);
  });

  it('removes a camera by its name, and never without a yes', async () => {
    const unsaid = await vms(['cameras', 'remove', 'shed']);
    assert.match(unsaid.stderr, /must be confirmed, and no terminal is attached\..*Add --yes/);
    assert.equal(unsaid.code, 2);
    const removed = await vms(['cameras', 'remove', 'SHED', '--yes']);
    assert.match(removed.stdout, /Removed “Shed”; its recordings are kept/);
    const again = await vms(['cameras', 'remove', 'Shed', '--yes', '--json']);
    assert.equal(again.json.error.code, 'camera.unknown');
  });

  it('shows on one screen how the system is', async () => {
    await waitFor('both cameras to be online', async () => {
      const { json } = await vms(['status', '--json']);
      return json.cameras.byState.online === 2;
    });
    const status = await vms(['status']);
    for (const part of [
      /^VMS \d/,
      /storage +ok +process \d+/,
      /2 online/,
      /recording, .* free of/,
    ]) {
      assert.match(status.stdout, part);
    }
    assert.ok(status.stdout.split('\n').length <= 24, status.stdout);
    // Where a command stands, the environment may say other ports than that of the start.
    const elsewhere = { VMS_GATEWAY_PORT: '1', VMS_API_PORT: '1', VMS_STREAM_UDP_PORT: '1' };
    const { json } = await runVms(['status', '--json', '--data', system.dataDirectory], {
      environment: elsewhere,
    });
    assert.equal(json.url, system.url);
    const names = json.processes.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.sort(), ['control', 'ingest', 'live', 'storage']);
  });

  it('looks at the machine while the system runs on it', async () => {
    const doctor = await vms(['doctor', '--json']);
    const ports = doctor.json.findings.filter(({ id }: { id: string }) => id === 'port');
    assert.equal(doctor.json.running, true);
    assert.equal(ports.length, 6);
    for (const { state, text } of ports) {
      assert.equal(state, 'ok', text);
      assert.match(text, /is used by this system/);
    }
    const volume = doctor.json.findings.filter(({ id }: { id: string }) => id === 'volume');
    assert.match(JSON.stringify(volume), /writes .*a flush takes/);
    const portuguese = await vms(['doctor', '--lang', 'pt']);
    assert.match(portuguese.stdout, /é usada por este sistema/);
    assert.equal(portuguese.code, doctor.json.summary.bad === 0 ? 0 : 1);
  });

  it('exports what was recorded, while it goes on', async () => {
    const from = new Date(startedAt).toISOString();
    const path = join(folder, 'yard.mp4');
    const made = await waitFor('6 s to be recorded', async () => {
      const result = await vms(['export', 'Yard', '--from', from, '--out', path, '--json']);
      const recorded = result.json.files?.[0]?.durationMs >= 6_000;
      if (!recorded) rmSync(path, { force: true });
      return recorded && result;
    });
    assert.equal(made.json.camera.name, 'Yard');
    assert.equal(decodedFrames(path), made.json.files[0].pictures);
    const again = await vms(['export', 'Yard', '--from', from, '--out', path]);
    assert.match(again.stderr, /yard\.mp4 already exists and was not changed\./);
    assert.equal(again.code, 1);
    const odd = await vms(['export', NAME, '--from', from, '--format', 'mkv', '--out', folder]);
    assert.equal(odd.code, 0, odd.stderr);
    const file = readdirSync(folder).find((name) => name.endsWith('.mkv')) ?? '';
    assert.match(file, /^_script_alert\(1\)_/);
    assert.ok(decodedFrames(join(folder, file)) > 50);
    const empty = await vms(['export', 'Yard', '--from', '2020-01-01', '--to', '2020-01-02']);
    assert.match(empty.stderr, /Nothing is recorded of Yard from 2020-01-01 00:00:00 to/);
    const wrong = await vms(['export', 'Yard', '--from', 'yesterday', '--lang', 'pt']);
    assert.match(wrong.stderr, /--from é “yesterday”, que não é uma hora válida/);
    assert.equal(wrong.code, 2);
  });

  it('replaces a lost password, which ends the sessions', async () => {
    await system.signIn();
    const weak = await vms(['user', 'password', '--password-file', '-', '--json'], 'short');
    assert.equal(weak.json.error.code, 'auth.password-too-weak');
    const nobody = await vms(['user', 'password', 'nobody', '--generate', '--json']);
    assert.equal(nobody.json.error.code, 'user.not-found');
    const made = await vms(['user', 'password', '--generate', '--json']);
    assert.equal(made.code, 0, made.stdout);
    await assert.rejects(system.call('GET', '/api/v1/session'), /401/);
    await system.signIn('admin', made.json.password);
  });

  it('keeps whoever cannot read the secrets out, in one message', async () => {
    const secrets = join(system.dataDirectory, 'secrets');
    assert.equal(statSync(secrets).mode & 0o777, 0o700);
    for (const file of readdirSync(secrets)) {
      assert.equal(statSync(join(secrets, file)).mode & 0o077, 0, file);
    }
    const other = join(folder, 'other');
    await runVms(['cameras', 'list', '--data', other]);
    // Secrets of another installation, on the ports of this one.
    const { openSecrets } = await import('@vms/auth/secrets.ts');
    await openSecrets(join(other, 'secrets'));
    const config = join(system.dataDirectory, 'vms.yaml');
    const denied = await runVms(['cameras', 'list', '--data', other, '--config', config]);
    assert.match(denied.stderr, /is not the system on .*other\. Name the data directory/);
    assert.equal(denied.code, 1);
    chmodSync(join(other, 'secrets', 'master.key'), 0o644);
    const open = await runVms(['status', '--data', other, '--config', config]);
    assert.match(open.stderr, /other users of this machine may read it.*chmod 600/);
  });

  it('stopped: says so in one message, and replaces a password all the same', async () => {
    await system.stop();
    const list = await vms(['cameras', 'list']);
    assert.match(list.stderr, /is not running: nothing answers at .*ECONNREFUSED.*vms start/);
    assert.equal(list.stderr.trimEnd().split('\n').length, 1);
    assert.equal(list.code, 1);
    const portuguese = await vms(['status', '--lang', 'pt']);
    assert.match(portuguese.stderr, /não está em execução/);
    const never = await runVms(['status', '--json', '--data', join(folder, 'nowhere')]);
    assert.equal(never.json.error.code, 'system.never-started');
    const made = await vms(['user', 'password', 'admin', '--generate', '--json']);
    assert.equal(made.code, 0, made.stdout);
    const path = join(folder, 'stopped.mkv');
    const from = new Date(startedAt).toISOString();
    const exported = await vms(['export', 'yard', '--from', from, '--out', path, '--lang', 'pt']);
    assert.match(exported.stdout, /Yard, .* imagens, /s);
    assert.ok(decodedFrames(path) > 100);
    await system.startLauncher();
    await system.signIn('admin', made.json.password);
  });
});
