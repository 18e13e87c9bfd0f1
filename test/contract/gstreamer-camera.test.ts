import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { cameraPasswordAad, seal } from '@vms/auth/seal.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import type { CameraState } from '@vms/common/camera.ts';
import { systemClock } from '@vms/common/clock.ts';
import { parseConfig } from '@vms/common/config.ts';
import type { Frame } from '@vms/common/frame.ts';
import { newCameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ingestConfigSchema } from '@vms/ingest/config.ts';
import { createIngest } from '@vms/ingest/service.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';

const SERVER = join(import.meta.dirname, '..', 'fixtures', 'gstreamer', 'rtsp_server.py');
const MASTER_KEY = Buffer.alloc(32, 3);
const [USER, PASSWORD] = ['viewer', 'gst "password"'];
/** Picture and sound of 25 frames a second, as the server makes them. */
const FRAME_TICKS = 3600;

/** Starts GStreamer's RTSP server: not ours, so that client and server cannot share a mistake. */
async function startGStreamer(t: TestContext, args: readonly string[]): Promise<string> {
  const child = spawn('/usr/bin/python3', [SERVER, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(
        `GStreamer's server left with status ${code}: is it installed (npm run setup)?`,
      );
    }),
  ])) as [string];
  return `rtsp://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/test`;
}

/** Takes one camera up with the ingest service; collects its frames until there are enough. */
async function ingestCamera(
  t: TestContext,
  url: string,
  password: string,
  enough: (frames: readonly Frame[], states: readonly CameraState[]) => boolean,
): Promise<{ frames: readonly Frame[]; states: readonly CameraState[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-gstreamer-'));
  t.after(() => rm(folder, { recursive: true }));
  const bus = createMemoryBus();
  const id = newCameraId();
  const camera = {
    ...{ id, name: 'GStreamer', url, username: USER, enabled: true, demo: false, retentionDays: 1 },
    sealedPassword: seal(MASTER_KEY, password, cameraPasswordAad(id)),
    maxBytes: undefined,
  };
  const settings = { port: 0, allowLoopbackCameras: true };
  const service = createIngest(parseConfig(ingestConfigSchema, settings, { source: 'the test' }), {
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics('ingest', { process: false }),
    bus,
    secrets: { masterKey: MASTER_KEY, internalToken: 'token' },
    folder,
    frames: { path: join(folder, 'frames.sock') },
    directory: { list: async () => ({ revision: '1', cameras: [camera] }) },
  });
  const frames: Frame[] = [];
  const states: CameraState[] = [];
  const done = Promise.withResolvers<void>();
  const look = (): void => {
    if (enough(frames, states)) done.resolve();
  };
  bus.subscribe('camera.state', ({ state }) => {
    states.push(state);
    look();
  });
  const source = service.hub.open({ queueBytes: 16 * 1024 * 1024 });
  source.subscribe({
    camera: id,
    stream: 'main',
    startWith: 'gop',
    onFrame(frame) {
      frames.push(frame);
      look();
    },
  });
  await service.start();
  try {
    await done.promise;
  } finally {
    source.close();
    await service.stop();
    await bus.close();
  }
  return { frames: [...frames], states };
}

for (const [codec, srtp] of [
  ['h264', false],
  ['h265', false],
  ['h264', true],
] as const) {
  const how = srtp ? ', encrypted with SRTP,' : '';
  test(`GStreamer's server: ${codec} and G.711${how} come as frames after a Digest login`, {
    timeout: 60_000,
  }, async (t) => {
    const url = await startGStreamer(t, [
      ...[codec, USER, PASSWORD, '/test'],
      ...(srtp ? ['srtp'] : []),
    ]);
    const { frames } = await ingestCamera(
      t,
      url,
      PASSWORD,
      (seen) =>
        seen.filter(({ config }) => config.kind === 'video').length > 60 &&
        seen.filter(({ config }) => config.kind === 'audio').length > 20,
    );
    const video = frames.filter(({ config }) => config.kind === 'video');
    const config = video[0]?.config;
    assert.ok(config?.kind === 'video');
    assert.deepEqual([config.codec, config.width, config.height], [codec, 320, 240]);
    assert.equal(video[0]?.keyframe, true);
    assert.ok(video.filter(({ keyframe }) => keyframe).length >= 2);
    assert.ok(video.slice(1).every(({ discontinuity }) => !discontinuity));
    const steps = video.slice(1).map((frame, index) => frame.dts - (video[index]?.dts ?? 0));
    assert.ok(
      steps.every((step) => Math.abs(step - FRAME_TICKS) <= 90),
      `${steps}`,
    );
    const sound = frames.find((frame) => frame.config.kind === 'audio')?.config;
    assert.ok(sound?.kind === 'audio');
    assert.deepEqual([sound.codec, sound.sampleRate, sound.channels], ['pcmu', 8000, 1]);
    const numbers = frames.map(({ sequence }) => sequence);
    assert.ok(numbers.every((number, index) => number === (numbers[0] ?? 0) + index));
  });
}

test("GStreamer's server refuses a wrong password, and the state says so", {
  timeout: 60_000,
}, async (t) => {
  const url = await startGStreamer(t, ['h264', USER, PASSWORD]);
  const { states, frames } = await ingestCamera(t, url, 'wrong', (_, told) =>
    told.includes('wrong-password'),
  );
  assert.equal(frames.length, 0);
  assert.equal(states.at(-1), 'wrong-password');
});
