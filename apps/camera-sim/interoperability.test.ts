import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { AudioCodec, VideoCodec } from '@vms/common/frame.ts';
import { slicesOf, splitAccessUnits } from './access-units.ts';
import { type CameraDefinition, startCameraSimulator } from './camera-simulator.ts';
import { loadClip } from './clip.ts';
import { readFrameNumber } from './frame-strip.ts';

const run = promisify(execFile);
const clip = await loadClip();
const RTSP = ['-v', 'error', '-rtsp_transport', 'tcp'];

async function start(t: import('node:test').TestContext, camera: Omit<CameraDefinition, 'name'>) {
  const credentials = { username: 'viewer', password: 'p4ss' };
  const cameras = [{ name: 'cam0', ...camera }];
  const simulator = await startCameraSimulator({ cameras, clip, credentials });
  t.after(() => simulator.stop());
  const url = simulator.url('cam0').replace('rtsp://', 'rtsp://viewer:p4ss@');
  return { camera: simulator.camera('cam0'), url };
}

async function temporaryFolder(t: import('node:test').TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'camera-sim-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

const NAMES: Readonly<Record<VideoCodec | AudioCodec, string>> = {
  h264: 'h264',
  h265: 'hevc',
  aac: 'aac',
  pcmu: 'pcm_mulaw',
  pcma: 'pcm_alaw',
};

for (const [video, audio] of [
  ['h264', 'aac'],
  ['h265', 'pcmu'],
  ['h264', 'pcma'],
] as const) {
  test(`ffprobe finds ${video} and ${audio} after a Digest login`, async (t) => {
    const { url } = await start(t, { video, audio });
    const entries = [
      '-show_entries',
      'stream=codec_name,width,sample_rate,channels',
      '-of',
      'json',
    ];
    const { stdout } = await run('ffprobe', [...RTSP, ...entries, url]);
    const { streams } = JSON.parse(stdout) as { streams: Record<string, unknown>[] };
    assert.deepEqual(
      streams.map((stream) => stream.codec_name),
      [NAMES[video], NAMES[audio]],
    );
    assert.equal(streams[0]?.width, 1280);
    assert.equal(streams[1]?.sample_rate, audio === 'aac' ? '16000' : '8000');
  });
}

test('ffprobe with a wrong password is turned away', async (t) => {
  const { url } = await start(t, {});
  await assert.rejects(run('ffprobe', [...RTSP, url.replace('p4ss', 'wrong')]), /401 Unauthorized/);
});

for (const codec of ['h264', 'h265'] as const) {
  test(`what ffmpeg copies of ${codec} is what the ledger says was sent, frame by frame`, async (t) => {
    const { camera, url } = await start(t, { video: codec, startGop: 3 });
    const file = join(await temporaryFolder(t), `copy.${codec}`);
    const format = codec === 'h264' ? 'h264' : 'hevc';
    await run('ffmpeg', [...RTSP, '-i', url, '-c', 'copy', '-frames:v', '60', '-f', format, file]);
    const copied = splitAccessUnits(codec, await readFile(file)).map((frame) =>
      createHash('sha256').update(slicesOf(codec, frame.payload)).digest('hex'),
    );
    const sent = camera.ledger().map((entry) => entry.hash);
    assert.equal(copied.length, 60);
    assert.deepEqual(copied, sent.slice(0, 60));
    assert.equal(camera.ledger()[0]?.frame, 150);
  });
}

test('sound arrives byte by byte as the ledger says', async (t) => {
  const { camera, url } = await start(t, { audio: 'pcmu' });
  const file = join(await temporaryFolder(t), 'sound.ulaw');
  await run('ffmpeg', [
    ...RTSP,
    '-i',
    url,
    '-map',
    '0:a',
    '-c',
    'copy',
    '-t',
    '1',
    '-f',
    'mulaw',
    file,
  ]);
  const bytes = await readFile(file);
  const sent = camera.ledger('audio');
  assert.ok(bytes.length >= 7000);
  const packet = sent[0]?.bytes ?? 0;
  assert.equal(packet, 320);
  for (let index = 0; (index + 1) * packet <= bytes.length; index++) {
    const part = bytes.subarray(index * packet, (index + 1) * packet);
    assert.equal(createHash('sha256').update(part).digest('hex'), sent[index]?.hash);
  }
});

test('frames that ffmpeg decodes from the stream show the numbers of the ledger', async (t) => {
  const { camera, url } = await start(t, { startGop: 7 });
  const [width, height] = [640, 360];
  const output = ['-frames:v', '20', '-fps_mode', 'passthrough', '-s', `${width}x${height}`];
  const { stdout } = await run(
    'ffmpeg',
    [...RTSP, '-i', url, ...output, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    { encoding: 'buffer', maxBuffer: 1 << 24 },
  );
  const size = width * height;
  assert.equal(stdout.length, 20 * size);
  const shown = Array.from({ length: 20 }, (_, index) =>
    readFrameNumber(stdout.subarray(index * size, (index + 1) * size), width, height),
  );
  assert.deepEqual(
    shown,
    camera
      .ledger()
      .slice(0, 20)
      .map((entry) => entry.frame),
  );
});
