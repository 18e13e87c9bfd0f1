import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { DEFAULT_TICK_MS } from '@vms/format/volume-identity.ts';
import { ffmpegComplaints } from '@vms/media/testing/ffmpeg-complaints.ts';
import { CATALOGUE_FILE } from './service.ts';
import { TEST_CAMERA } from './testing/clip-frames.ts';
import { client, Installation, until } from './testing/installation.ts';
import { LATE_TICKS } from './volumes/volume-state.ts';

test('records a camera, answers calls, stops with closed files that check and decode', async (t) => {
  const installation = await Installation.open(t);
  const heard: string[] = [];
  installation.bus.subscribe('recording.>', (_event, subject) => heard.push(subject));
  installation.play();
  const service = await installation.start();
  await until('40 frames', () => installation.acknowledged().some(({ frames }) => frames > 120));
  const rpc = client(service);
  const { runs } = await rpc.listRuns({ cameraId: TEST_CAMERA });
  assert.equal(runs.length, 1);
  assert.equal(runs[0]?.open, true);
  assert.equal(runs[0]?.videoCodec, 'h264');
  assert.equal(runs[0]?.audioCodec, 'pcmu');
  const { spans } = await rpc.listSpans({ cameraId: TEST_CAMERA, resolutionMs: 100 });
  assert.equal(spans.length, 1);
  const { volumes } = await rpc.listVolumes({});
  assert.equal(volumes[0]?.state, 'recording');
  assert.ok((volumes[0]?.recordedBytes ?? 0n) > 100_000n);
  assert.equal(volumes[0]?.lateAfterMs, LATE_TICKS * DEFAULT_TICK_MS);
  const { states } = await rpc.listRecordingStates({});
  assert.deepEqual(
    states.map(({ cameraId, volumeId }) => [cameraId, volumeId]),
    [[TEST_CAMERA, volumes[0]?.id]],
  );
  assert.ok((states[0]?.unacknowledgedMs ?? Number.NaN) < 5_000, 'it records');
  assert.equal(service.health().status, 'ok', JSON.stringify(service.health()));
  const metrics = await (await fetch(`${service.address?.url}/metrics`)).text();
  assert.match(metrics, /vms_storage_acknowledgement_age_seconds_count\{[^}]*\} [1-9]/);

  await service.stop();
  assert.deepEqual(heard, ['recording.opened', 'recording.closed']);
  const report = await installation.check();
  assert.deepEqual(report.findings, []);
  assert.ok(report.fragments >= 2);
  const file = join(installation.volume, installation.runs()[0] ?? '');
  if (spawnSync('ffmpeg', ['-version']).error === undefined) {
    const args = ['-v', 'warning', '-i', file, '-map', '0:v', '-f', 'null', '-'];
    const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
    assert.equal(ffmpegComplaints(stderr), '');
  } else {
    t.diagnostic('ffmpeg is not there: the file was not decoded');
  }
});

test('a killed writer is started again and loses nothing that was acknowledged', async (t) => {
  const installation = await Installation.open(t);
  installation.play();
  const service = await installation.start();
  await until('frames', () => installation.acknowledged().some(({ frames }) => frames > 100));
  const before = installation.acknowledged().at(-1);
  const [pid] = service.writerPids;
  assert.ok(pid !== undefined && before !== undefined);
  process.kill(pid, 'SIGKILL');
  await until('a second run', () =>
    installation.acknowledged().some(({ run, frames }) => run !== before.run && frames > 30),
  );
  const rpc = client(service);
  const { run } = await rpc.getRun({ cameraId: TEST_CAMERA, runId: before.run });
  assert.equal(run?.open, false);
  assert.ok((run?.endEpochMs ?? 0) >= before.end);
  await service.stop();
  const report = await installation.check();
  assert.deepEqual(report.findings, []);
  assert.equal(report.runs, 2);
});

test('a catalogue that is damaged is put aside and made again; recording waits for nobody', async (t) => {
  const installation = await Installation.open(t);
  installation.play();
  const path = join(installation.folder, 'storage', CATALOGUE_FILE);
  const damages: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'no database any more': (bytes) => bytes.fill(0x5a, 0, 100),
    'pages of noise': (bytes) => bytes.fill(0x5a, 4096),
    'cut short': (bytes) => bytes.subarray(0, 4096 * 2),
  };
  let known = 0;
  for (const [name, damage] of Object.entries(damages)) {
    const before = installation.acknowledged().length;
    const service = await installation.start();
    await until('frames', () => installation.acknowledged().length > before);
    const { runs } = await client(service).listRuns({ cameraId: TEST_CAMERA });
    assert.ok(runs.length > known, `before ${name}`);
    known = runs.length;
    await service.stop();
    writeFileSync(path, damage(readFileSync(path)));
  }
  const service = await installation.start();
  await until('all runs', async () => {
    const { runs } = await client(service).listRuns({ cameraId: TEST_CAMERA });
    return runs.length > known;
  });
  await service.stop();
  const aside = readdirSync(join(installation.folder, 'storage')).filter((file) =>
    /^catalogue\.sqlite\.damaged-\d+$/.test(file),
  );
  assert.equal(aside.length, Object.keys(damages).length);
  assert.deepEqual((await installation.check()).findings, []);
});

test('starts from the last known list, recovers, and fetches a catalogue that was lost', async (t) => {
  const installation = await Installation.open(t);
  installation.play();
  const first = await installation.start();
  await until('frames', () => installation.acknowledged().some(({ frames }) => frames > 60));
  await first.stop();
  rmSync(join(installation.folder, 'storage', CATALOGUE_FILE));
  installation.cameras = [];
  Object.defineProperty(installation, 'cameras', {
    get: () => {
      throw new Error('the API is away');
    },
  });
  const second = await installation.start();
  const { runs } = await client(second).listRuns({ cameraId: TEST_CAMERA });
  assert.ok(runs.length >= 1, 'the closed run is known again');
  await until('a second run', async () => installation.runs().length > 1);
  assert.equal(second.health().checks.list?.status, 'degraded');
  await second.stop();
  assert.deepEqual((await installation.check()).findings, []);
});

test('deleting recordings takes the open one too; the camera goes on where it is still listed', async (t) => {
  const installation = await Installation.open(t);
  installation.play();
  const service = await installation.start();
  await until('frames', () => installation.acknowledged().some(({ frames }) => frames > 60));
  const { deletedRuns, deletedBytes } = await client(service).deleteRecordings({
    cameraId: TEST_CAMERA,
  });
  assert.equal(deletedRuns, 1);
  assert.ok(deletedBytes > 10_000n);
  await until('a new run', () => installation.runs().length === 1);
  installation.setCameras([]);
  await until('closed', async () => {
    const { runs } = await client(service).listRuns({ cameraId: TEST_CAMERA });
    return runs.length > 0 && runs.every(({ open }) => !open);
  });
  await client(service).deleteRecordings({ cameraId: TEST_CAMERA });
  assert.deepEqual(installation.runs(), []);
  assert.equal(existsSync(join(installation.volume, TEST_CAMERA)), false);
  await client(service).deleteRecordings({ cameraId: TEST_CAMERA });
});

test('a full disk: recording pauses with an alarm, and resumes within 5 s of space', async (t) => {
  const installation = await Installation.open(t);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', installation.volume]);
  if (mount.status !== 0) return t.skip('mounting a small file system needs root');
  installation.isMounted = true;
  const alarms: string[] = [];
  installation.bus.subscribe('storage.alarm', ({ state }) => alarms.push(state));
  const ballast = join(installation.volume, 'cam_ballast');
  installation.play();
  const service = await installation.start();
  await until('frames', () => installation.acknowledged().length > 0);
  const { bavail, bsize } = statfsSync(installation.volume);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 200_000));
  await until('full', () => alarms.includes('full'));
  assert.equal(service.health().status, 'failing');
  const before = installation.acknowledged().length;
  const freedAt = performance.now();
  rmSync(ballast);
  await until('recording again', () => installation.acknowledged().length > before);
  assert.ok(performance.now() - freedAt < 5_000);
  await until('no alarm', () => alarms.at(-1) === 'recording');
  await service.stop();
  assert.deepEqual((await installation.check()).findings, []);
});

test('a camera whose recording does not decode is reported', async (t) => {
  if (spawnSync('ffmpeg', ['-version']).error !== undefined) return t.skip('ffmpeg is missing');
  const installation = await Installation.open(t);
  installation.play(TEST_CAMERA, (frame) => {
    const payload = Uint8Array.from(frame.payload);
    // Headers stay, as they do where cameras encrypt; what is behind them is noise.
    for (let i = 200; i < payload.length; i++) payload[i] = (i * 2654435761) >>> 24;
    return { ...frame, payload };
  });
  const service = await installation.start();
  const check = await until('it was tried', async () => {
    const { states } = await client(service).listRecordingStates({});
    return states[0]?.decodeCheck;
  });
  assert.equal(check.failures, 1);
  assert.notEqual(check.reason, '');
  const metrics = await (await fetch(`${service.address?.url}/metrics`)).text();
  assert.match(metrics, /vms_storage_decoded_keyframes_total\{[^}]*outcome="failed"[^}]*\} 1/);
});

test('cameras that are known before the first start are spread over all volumes', async (t) => {
  const installation = await Installation.open(t);
  installation.volumes = ['a', 'b', 'c'].map((name) => join(installation.folder, name));
  for (const volume of installation.volumes) mkdirSync(volume);
  installation.cameras = Array.from({ length: 6 }, (_, i) => {
    return {
      id: `cam_${'abcdef'.charAt(i).repeat(16)}` as CameraId,
      enabled: true,
      retentionDays: 1,
    };
  });
  const service = await installation.start();
  const { states } = await client(service).listRecordingStates({});
  const residents = Map.groupBy(states, ({ volumeId }) => volumeId);
  assert.deepEqual(
    [...residents.values()].map((cameras) => cameras.length),
    [2, 2, 2],
  );
});

test('two storage services cannot write to one volume', async (t) => {
  const installation = await Installation.open(t);
  installation.play();
  const service = await installation.start();
  await until('frames', () => installation.acknowledged().length > 0);
  const lock = join(installation.volume, '.vms-lock');
  assert.throws(() => execFileSync('flock', ['--nonblock', lock, 'true']));
  await service.stop();
  execFileSync('flock', ['--nonblock', lock, 'true']);
});

test('a folder that lost its identity is a missing volume, told of, and used when it is back', async (t) => {
  const installation = await Installation.open(t);
  installation.play();
  const first = await installation.start();
  await until('frames', () => installation.acknowledged().length > 0);
  await first.stop();
  const identity = join(installation.volume, 'volume.json');
  const text = readFileSync(identity, 'utf8');
  rmSync(identity);
  const runs = installation.runs();
  const second = await installation.start();
  assert.equal(second.health().status, 'failing');
  const { volumes } = await client(second).listVolumes({});
  assert.equal(volumes[0]?.state, 'missing');
  assert.match(volumes[0]?.detail ?? '', /Mount the disk/);
  assert.deepEqual(installation.runs(), runs);
  writeFileSync(identity, text);
  await until('recording', () => installation.runs().length > runs.length);
});

test('health says that what was revoked cannot be read', async (t) => {
  const installation = await Installation.open(t);
  installation.revocationFault = 'ECONNREFUSED';
  const service = await installation.start();
  await until('degraded', () => service.health().checks.revocations?.status === 'degraded');
  assert.match(service.health().checks.revocations?.message ?? '', /revoked.*ECONNREFUSED/);
  installation.revocationFault = undefined;
  await until('ok', () => service.health().checks.revocations?.status === 'ok');
});
