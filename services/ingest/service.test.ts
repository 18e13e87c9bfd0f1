import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cameraPasswordAad, seal } from '@vms/auth/seal.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import type { CameraAssignment } from '@vms/common/camera.ts';
import { systemClock } from '@vms/common/clock.ts';
import { parseConfig } from '@vms/common/config.ts';
import type { Frame } from '@vms/common/frame.ts';
import { type CameraId, newCameraId } from '@vms/common/ids.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { connectFrames } from '@vms/medialink/frame-client.ts';
import { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import { createLogger } from '@vms/telemetry/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { ingestConfigSchema } from './config.ts';
import type { CameraList } from './roster-file.ts';
import { createIngest, type IngestServiceInstance } from './service.ts';
import { ScriptedCamera } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';

const MASTER_KEY = Buffer.alloc(32, 7);
const TOKEN = 'internal-token-of-the-test';
const PASSWORD = 'canary-pass/word@1';

interface Rig {
  readonly service: IngestServiceInstance;
  readonly bus: ReturnType<typeof createMemoryBus>;
  readonly framesPath: string;
  /** What the API answers. */
  list: CameraList;
  readonly log: string[];
}

async function withIngest(body: (rig: Rig) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-ingest-'));
  const framesPath = join(folder, 'frames.sock');
  const bus = createMemoryBus();
  const log: string[] = [];
  const config = parseConfig(
    ingestConfigSchema,
    { port: 0, allowLoopbackCameras: true },
    { source: 'the test' },
  );
  const logger = createLogger({
    service: 'ingest',
    destination: { write: (line) => log.push(line) },
  });
  const rig: Rig = {
    bus,
    framesPath,
    log,
    list: { revision: '0', cameras: [] },
    service: createIngest(config, {
      clock: systemClock,
      logger,
      metrics: createMetrics('ingest', { process: false }),
      bus,
      secrets: { masterKey: MASTER_KEY, internalToken: TOKEN },
      folder: join(folder, 'ingest'),
      frames: { path: framesPath },
      directory: { list: async () => rig.list },
    }),
  };
  await rig.service.start();
  try {
    await body(rig);
  } finally {
    await rig.service.stop();
    await rig.service.stop();
    await bus.close();
    await rm(folder, { recursive: true });
  }
}

function assignmentOf(id: CameraId, url: string): CameraAssignment {
  return {
    id,
    name: 'Door',
    url,
    username: 'viewer',
    sealedPassword: seal(MASTER_KEY, PASSWORD, cameraPasswordAad(id)),
    enabled: true,
    demo: false,
    retentionDays: 30,
    maxBytes: undefined,
  };
}

test('a camera of the list is signed in to, and its frames come out of the socket', async () => {
  const camera = await ScriptedCamera.start({ username: 'viewer', password: PASSWORD });
  await withIngest(async (rig) => {
    const { service, bus } = rig;
    const id = newCameraId();
    const states: string[] = [];
    bus.subscribe('camera.state', ({ state }) => states.push(state));
    const frames: Frame[] = [];
    const source = connectFrames({
      address: { path: rig.framesPath },
      clock: systemClock,
      logger: createLogger({ service: 'test', level: 'silent' }),
      queueBytes: 1_000_000,
    });
    source.subscribe({
      camera: id,
      stream: 'main',
      startWith: 'gop',
      onFrame: (frame) => frames.push(frame),
    });
    rig.list = { revision: '1', cameras: [assignmentOf(id, camera.url)] };
    bus.publish('camera.changed', { revision: '1' });
    await until(() => frames.length > 10, 'frames at the socket');
    assert.equal(frames[0]?.keyframe, true);
    assert.equal(frames[0]?.config.codec, 'h264');
    assert.deepEqual(states, ['online']);
    assert.equal(service.health().status, 'ok');

    const client = createRpcClient(IngestService, {
      baseUrl: service.address?.url ?? '',
      internalToken: TOKEN,
    });
    const { statuses } = await client.listCameraStatuses({});
    assert.equal(statuses[0]?.cameraId, id);
    assert.equal(statuses[0]?.state, 'online');
    assert.equal(statuses[0]?.tracks[0]?.width, 240);
    assert.ok((statuses[0]?.framesPerSecond ?? 0) > 1);

    const metrics = await (await fetch(`${service.address?.url}/metrics`)).text();
    assert.match(
      metrics,
      new RegExp(`vms_ingest_frames_total\\{camera="${id}",kind="video".*\\} [1-9]`),
    );
    assert.match(metrics, /vms_ingest_cameras\{state="online".*\} 1/);

    rig.list = { revision: '2', cameras: [] };
    bus.publish('camera.changed', { revision: '2' });
    await until(() => camera.methods.at(-1) === 'TEARDOWN', 'TEARDOWN');
    await until(() => service.hub.stats().cachedBytes === 0, 'the end of the stream');
    const after = await (await fetch(`${service.address?.url}/metrics`)).text();
    assert.ok(!after.includes(id), 'no label of a camera that is gone');
    source.close();
    assert.ok(!rig.log.join('').includes(PASSWORD));
  });
  await camera.stop();
});

test('a test of a camera is a call, which needs the internal token', async () => {
  const camera = await ScriptedCamera.start({ username: 'viewer', password: PASSWORD });
  await withIngest(async ({ service, log }) => {
    const baseUrl = service.address?.url ?? '';
    const client = createRpcClient(IngestService, { baseUrl, internalToken: TOKEN });
    const wrong = await client.testCamera({ url: camera.url, username: 'viewer', password: 'x' });
    assert.equal(wrong.state, 'wrong-password');
    const right = await client.testCamera({
      url: camera.url,
      username: 'viewer',
      password: PASSWORD,
    });
    assert.equal(right.state, 'online');
    assert.equal(right.tracks[0]?.codec, 'h264');
    assert.ok(right.framesPerSecond > 1);
    const stranger = createRpcClient(IngestService, { baseUrl, internalToken: 'guess' });
    await assert.rejects(stranger.testCamera({ url: camera.url }));
    assert.ok(!log.join('').includes(PASSWORD));
  });
  await camera.stop();
});

test('a sub stream has a session of its own, and the state of the main stream stays the camera’s', async (t) => {
  const login = { username: 'viewer', password: PASSWORD };
  const main = await ScriptedCamera.start(login);
  let knows = false;
  const sub = await ScriptedCamera.start({
    ...login,
    answer: () => (knows ? undefined : { status: 404, reason: 'Not Found' }),
  });
  t.after(() => Promise.all([main.stop(), sub.stop()]));
  await withIngest(async (rig) => {
    const { service, bus } = rig;
    const id = newCameraId();
    const states: string[] = [];
    bus.subscribe('camera.state', ({ state }) => states.push(state));
    const frames: Frame[] = [];
    const source = service.hub.open({ queueBytes: 1_000_000 });
    source.subscribe({
      camera: id,
      stream: 'sub',
      startWith: 'gop',
      onFrame: (frame) => frames.push(frame),
    });
    const client = createRpcClient(IngestService, {
      baseUrl: service.address?.url ?? '',
      internalToken: TOKEN,
    });
    const status = async () => (await client.listCameraStatuses({})).statuses[0];
    const camera = assignmentOf(id, main.url);
    const list = (revision: string, subUrl: string | undefined): void => {
      rig.list = { revision, cameras: [{ ...camera, subUrl }] };
      bus.publish('camera.changed', { revision });
    };
    list('1', sub.url);
    await until(async () => (await status())?.sub?.state === 'not-found', 'the missing sub stream');
    assert.deepEqual([(await status())?.state, service.health().status], ['online', 'ok']);
    assert.deepEqual(states, ['online']);
    const mainSessions = main.methods.filter((method) => method === 'PLAY').length;

    knows = true;
    list('2', `${sub.url}?again`);
    await until(() => frames.length > 5, 'frames of the sub stream');
    assert.ok(frames.every(({ camera, stream }) => camera === id && stream === 'sub'));
    const seen = await status();
    assert.deepEqual([seen?.sub?.state, seen?.sub?.tracks[0]?.codec], ['online', 'h264']);
    const scrape = async () => (await fetch(`${service.address?.url}/metrics`)).text();
    assert.match(await scrape(), /kind="video",stream="sub".*\} [1-9]/);

    list('3', undefined);
    await until(() => sub.methods.at(-1) === 'TEARDOWN', 'TEARDOWN of the sub stream');
    await until(async () => !(await scrape()).includes('stream="sub"'), 'no label of it');
    assert.equal((await status())?.sub, undefined);
    assert.equal((await status())?.state, 'online');
    assert.equal(main.methods.filter((method) => method === 'PLAY').length, mainSessions);
  });
});

test('a sub stream does not knock while the camera refuses the password', async (t) => {
  const main = await ScriptedCamera.start({ username: 'viewer', password: 'another' });
  const sub = await ScriptedCamera.start({ username: 'viewer', password: 'another' });
  t.after(() => Promise.all([main.stop(), sub.stop()]));
  await withIngest(async (rig) => {
    const id = newCameraId();
    rig.list = {
      revision: '1',
      cameras: [{ ...assignmentOf(id, main.url), subUrl: sub.url }],
    };
    rig.bus.publish('camera.changed', { revision: '1' });
    await until(() => rig.service.health().status === 'degraded', 'the camera');
    const client = createRpcClient(IngestService, {
      baseUrl: rig.service.address?.url ?? '',
      internalToken: TOKEN,
    });
    await until(
      async () => (await client.listCameraStatuses({})).statuses[0]?.state === 'wrong-password',
      'the refusal',
    );
    const [status] = (await client.listCameraStatuses({})).statuses;
    assert.equal(status?.sub?.state, 'wrong-password');
    assert.deepEqual(sub.methods, []);
  });
});

test('health is degraded while a camera is away, and names how many give frames', async () => {
  await withIngest(async (rig) => {
    const gone = await ScriptedCamera.start();
    await gone.stop();
    rig.list = { revision: '1', cameras: [assignmentOf(newCameraId(), gone.url)] };
    rig.bus.publish('camera.changed', { revision: '1' });
    await until(() => rig.service.health().status === 'degraded', 'degraded');
    const answer = await fetch(`${rig.service.address?.url}/health`);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /0 of 1 cameras give frames/);
  });
});

test('a misspelt key of the configuration is refused by name', () => {
  assert.throws(
    () => parseConfig(ingestConfigSchema, { allowLoopbackCamera: true }, { source: 'vms.yaml' }),
    /did you mean allowLoopbackCameras/,
  );
});
