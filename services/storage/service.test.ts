import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { systemClock } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { DEFAULT_TICK_MS } from '@vms/format/volume-identity.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { ffmpegComplaints } from '@vms/media/testing/ffmpeg-complaints.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { serveFrames } from '@vms/medialink/frame-server.ts';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { RecordedCamera } from './cameras/camera-list-file.ts';
import { Catalogue } from './catalogue/catalogue.ts';
import { checkVolume } from './catalogue/check.ts';
import { storageConfigSchema } from './config.ts';
import { systemDisk } from './disk/disk.ts';
import { CATALOGUE_FILE, createStorage, type StorageServiceInstance } from './service.ts';
import { clipFrames, FRAME_MS, TEST_CAMERA } from './testing/clip-frames.ts';
import { LATE_TICKS } from './volumes/volume-state.ts';

const SECRETS = { internalToken: 'test-token', mediaKey: new Uint8Array(32) };
const WAIT_MS = 15_000;

async function until<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false)
      return value as NonNullable<Value>;
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A hub over a socket with a camera that plays, and a storage service on a real folder. */
class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'vms-storage-'));
  readonly volume = join(this.folder, 'volume');
  readonly ledger = join(this.folder, 'ledger.jsonl');
  readonly hub = new FrameHub();
  readonly bus = createMemoryBus();
  /** The volume is a file system of its own. */
  isMounted = false;
  cameras: RecordedCamera[] = [{ id: TEST_CAMERA, enabled: true, retentionDays: 30 }];
  #revision = 0;
  #player: NodeJS.Timeout | undefined;
  #services: StorageServiceInstance[] = [];
  #closeLink: (() => Promise<void>) | undefined;

  static async open(t: TestContext): Promise<Installation> {
    const installation = new Installation();
    mkdirSync(installation.volume);
    const address = { path: join(installation.folder, 'frames.sock') };
    const link = await serveFrames(installation.hub, {
      address,
      clock: systemClock,
      logger: silentLogger,
    });
    installation.#closeLink = () => link.close();
    t.after(() => installation.close());
    return installation;
  }

  /** Plays the clip in real time, from now on. */
  play(camera: CameraId = TEST_CAMERA): void {
    let next = 0;
    const start = Date.now();
    const frames: Frame[] = clipFrames({ camera, count: 3000, start, audio: true });
    this.#player = setInterval(() => {
      for (; (frames[next]?.wallClock ?? Number.POSITIVE_INFINITY) <= Date.now(); next++) {
        const frame = frames[next];
        if (frame !== undefined) this.hub.publish(frame);
      }
    }, FRAME_MS);
  }

  async start(): Promise<StorageServiceInstance> {
    const config = storageConfigSchema.parse({
      port: 0,
      dataPath: join(this.folder, 'storage'),
      volumes: [{ path: this.volume, minFreeBytes: 0 }],
      ackLedger: this.ledger,
    });
    const service = createStorage(config, {
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics('storage', { process: false }),
      bus: this.bus,
      secrets: SECRETS,
      frames: { path: join(this.folder, 'frames.sock') },
      directory: {
        list: async () => ({ revision: String(this.#revision), cameras: this.cameras }),
      },
    });
    this.#services.push(service);
    await service.start();
    return service;
  }

  setCameras(cameras: RecordedCamera[]): void {
    this.cameras = cameras;
    this.#revision++;
    this.bus.publish('camera.changed', { revision: String(this.#revision) });
  }

  acknowledged(): { frames: number; path: string; bytes: number; run: string; end: number }[] {
    if (!existsSync(this.ledger)) return [];
    const text = readFileSync(this.ledger, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  runs(): string[] {
    return readdirSync(this.volume, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.mkv'))
      .sort();
  }

  async check() {
    const catalogue = await Catalogue.open(
      join(this.folder, 'storage', CATALOGUE_FILE),
      systemClock,
    );
    const [volume] = await catalogue.volumes();
    const rows = await catalogue.runsOfVolume(volume?.id ?? '');
    await catalogue.close();
    return checkVolume({ disk: systemDisk, volume: this.volume, rows });
  }

  async close(): Promise<void> {
    clearInterval(this.#player);
    for (const service of this.#services) await service.stop();
    await this.#closeLink?.();
    await this.bus.close();
    if (this.isMounted) spawnSync('umount', ['--lazy', this.volume]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function client(service: StorageServiceInstance) {
  return createRpcClient(StorageService, {
    baseUrl: service.address?.url ?? '',
    internalToken: SECRETS.internalToken,
  });
}

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
