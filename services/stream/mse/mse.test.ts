import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { signLiveToken } from '@vms/auth/media-token.ts';
import { INTERNAL_ORIGIN } from '@vms/auth/revocation-list.ts';
import { systemClock } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import { type Clip, makeVideoClip } from '../../../test/media/clip.ts';
import { MAX_BUFFERED_BYTES, MAX_PART_CACHE_BYTES } from '../parts/bounds.ts';
import { MEDIA_KEY, StreamHarness, until } from '../testing/stream-harness.ts';
import { CAMERA, OTHER_VIDEO, PCMA, TestCamera } from '../testing/test-camera.ts';

const execute = promisify(execFile);

let harness: StreamHarness;

beforeEach(async () => {
  soundFrames = 0;
  harness = await StreamHarness.start();
});
afterEach(() => harness.stop());

/** Of more channels than FLAC holds. */
const UNREADABLE_SOUND = { ...PCMA, channels: 9 };

interface Told {
  readonly type: string;
  readonly codecs?: string;
}

/** A page's WebSocket: what was told, and the binary messages. */
class MsePage {
  readonly told: Told[] = [];
  readonly parts: Buffer[] = [];
  closed = false;
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url.replace('http', 'ws'));
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.told.push(JSON.parse(data));
      else this.parts.push(Buffer.from(data as ArrayBuffer));
    };
    this.#socket.onclose = () => {
      this.closed = true;
    };
  }

  /** Parts with a picture; others hold sound that could not wait for the next. */
  get pictures(): number {
    return this.parts.filter((part) => firstTrackOf(part) === VIDEO_TRACK).length;
  }

  close(): void {
    this.#socket.close();
  }
}

const VIDEO_TRACK = 1;
/** moof (8), mfhd (16), traf (8), tfhd (8), its version and flags (4): there stands the track. */
const TRACK_OFFSET = 44;

function firstTrackOf(part: Buffer): number | undefined {
  return part.toString('latin1', 4, 8) === 'moof' ? part.readUInt32BE(TRACK_OFFSET) : undefined;
}

/** Of the clip that a test publishes in two halves. */
const clipStartedAt = systemClock.now();
let soundFrames = 0;

function publishClip(clip: Clip, audio: boolean): void {
  let sequence = 0;
  for (const { dtsMs, keyframe, payload, ptsMs } of clip.frames) {
    const common = {
      camera: CAMERA,
      stream: 'main',
      wallClock: clipStartedAt + ptsMs,
      discontinuity: false,
    } as const;
    const frame: Frame = {
      ...common,
      config: clip.config,
      pts: Math.round(ptsMs * 90),
      dts: Math.round(dtsMs * 90),
      keyframe,
      sequence: sequence++,
      payload,
    };
    harness.hub.publish(frame);
    if (!audio) continue;
    const sound = new Uint8Array(800).fill(0xd5);
    // Sound does not follow the pictures' order: it is its own row of 100 ms each.
    const at = soundFrames++ * 9000;
    harness.hub.publish({
      ...frame,
      config: PCMA,
      pts: at,
      dts: at,
      wallClock: clipStartedAt + at / 90,
      keyframe: true,
      sequence: sequence++,
      payload: sound,
    });
  }
}

async function probe(bytes: Buffer): Promise<Record<string, { frames: number; duration: number }>> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-mse-'));
  try {
    const path = join(folder, 'live.mp4');
    await writeFile(path, bytes);
    const args = [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=codec_name,nb_read_frames:format=duration',
      '-of',
      'json',
      path,
    ];
    const { stdout, stderr } = await execute('ffprobe', args);
    assert.equal(stderr, '');
    const found = JSON.parse(stdout) as {
      streams: { codec_name: string; nb_read_frames: string }[];
      format: { duration: string };
    };
    const duration = Number(found.format.duration);
    return Object.fromEntries(
      found.streams.map(({ codec_name, nb_read_frames }) => [
        codec_name,
        { frames: Number(nb_read_frames), duration },
      ]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const codec of ['h264', 'h265'] as const) {
  test(`the messages of a ${codec} camera with B-frames and sound are an fMP4 that ffprobe decodes whole`, async () => {
    const clip = await makeVideoClip({
      codec,
      seconds: 2,
      gopFrames: 20,
      bFrames: codec === 'h264' ? 2 : 0,
    });
    publishClip({ ...clip, frames: clip.frames.slice(0, 5) }, true);
    const session = await harness.session('main');
    const page = new MsePage(`${harness.url}${session.mse_url}`);
    await until(() => page.pictures >= 5, 'the cached parts');
    const rest = { ...clip, frames: clip.frames.slice(5) };
    publishClip(rest, true);
    await until(() => page.pictures >= clip.frames.length, 'all pictures');
    assert.deepEqual(
      page.told.map(({ type }) => type),
      ['init'],
    );
    assert.equal(page.told[0]?.codecs, session.playable.mse.codecs);
    assert.match(
      page.told[0]?.codecs ?? '',
      codec === 'h264' ? /^avc1\..*,flac$/ : /^hvc1\..*,flac$/,
    );
    const decoded = await probe(Buffer.concat(page.parts));
    const name = codec === 'h264' ? 'h264' : 'hevc';
    assert.equal(decoded[name]?.frames, clip.frames.length);
    assert.ok((decoded.flac?.frames ?? 0) >= clip.frames.length - 1);
    page.close();
    await until(
      async () => (await harness.metric('vms_stream_viewers{transport="mse"')) === 0,
      'the page to be gone',
    );
  });
}

test('a new resolution is told as config, with a new initialization segment', async () => {
  const camera = new TestCamera(harness.hub);
  camera.next();
  const page = new MsePage(`${harness.url}${(await harness.session()).mse_url}`);
  await until(() => page.parts.length >= 2, 'the first part');
  camera.reconnect(1000, OTHER_VIDEO);
  camera.next();
  await until(() => page.parts.length >= 4, 'the part after');
  assert.deepEqual(
    page.told.map(({ type }) => type),
    ['init', 'config'],
  );
  assert.equal(page.parts[2]?.subarray(4, 8).toString(), 'ftyp');
  page.close();
});

test('a viewer that never reads is bounded and dropped to keyframes; its neighbour gets everything', async () => {
  const camera = new TestCamera(harness.hub, {
    gop: 10,
    keyframeBytes: 400_000,
    frameBytes: 100_000,
  });
  camera.next();
  const deaf = await harness.session();
  const { hostname, port } = new URL(harness.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${deaf.mse_url} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  socket.pause();
  socket.on('error', () => {});
  const page = new MsePage(`${harness.url}${(await harness.session()).mse_url}`);
  await until(
    async () => (await harness.metric('vms_stream_viewers{transport="mse"')) === 2,
    'both',
  );
  await until(() => page.parts.length >= 2, 'the first part');
  for (let i = 1; i < 200; i++) {
    camera.next();
    if (i % 5 === 0) await until(() => page.parts.length > i, `part ${i}`);
  }
  await until(() => page.parts.length === 201, 'every part');
  assert.deepEqual(
    page.told.map(({ type }) => type),
    ['init'],
  );
  const dropped = await harness.metric('vms_stream_dropped_frames_total{transport="mse"');
  assert.ok(dropped > 20, `${dropped} dropped`);
  assert.ok(MAX_BUFFERED_BYTES > MAX_PART_CACHE_BYTES);
  page.close();
  socket.destroy();
});

test('a page of another site, and a forged token, are refused before the upgrade', async () => {
  new TestCamera(harness.hub).next();
  const session = await harness.session();
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const status = async (path: string, more: Record<string, string>): Promise<string> => {
    const { hostname, port } = new URL(harness.url);
    const socket = connect(Number(port), hostname);
    const lines = Object.entries({ host: `${hostname}:${port}`, ...headers, ...more }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const [answer] = (await new Promise((resolve) =>
      socket.once('data', (data) => resolve([data])),
    )) as [Buffer];
    socket.destroy();
    return answer.toString().slice(9, 12);
  };
  assert.equal(await status(session.mse_url, { origin: 'https://evil.example' }), '403');
  const secure = { 'x-forwarded-proto': 'https' };
  assert.equal(await status(session.mse_url, { ...secure, origin: harness.url }), '403');
  const crossSite = { origin: harness.url, 'sec-fetch-site': 'cross-site' };
  assert.equal(await status(session.mse_url, crossSite), '403');
  assert.equal(await status('/live/v1/forged.token/mse', {}), '403');
  assert.equal(await status(session.mse_url, { origin: harness.url }), '101');
});

test('a view that cannot be served is closed, and leaves neither a rejection nor a hold behind', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  harness.failsToSubscribe = true;
  const expiresAt = Math.round(systemClock.now()) + 60_000;
  const grant = { action: 'live', camera: CAMERA, stream: 'main', viewer: 'v' } as const;
  const live = { ...grant, ...INTERNAL_ORIGIN, session: 'live_test', expiresAt };
  const token = signLiveToken(MEDIA_KEY, live);
  const page = new MsePage(`${harness.url}/live/v1/${token}/mse`);
  await until(() => page.closed, 'the socket to close');
  harness.failsToSubscribe = false;
  new TestCamera(harness.hub).next();
  const again = new MsePage(`${harness.url}/live/v1/${token}/mse`);
  await until(() => again.pictures > 0, 'a picture');
  // Sound that cannot be described ends the viewers of this stream, in good order.
  const frame = { ...new TestCamera(harness.hub).next(), config: UNREADABLE_SOUND };
  harness.hub.publish({ ...frame, keyframe: true, payload: new Uint8Array(9) });
  await until(() => again.closed, 'the viewer to be ended');
  const viewers = await harness.metric('vms_stream_viewers{transport="mse"');
  assert.equal(viewers, 0);
  assert.deepEqual(rejections, []);
  process.off('unhandledRejection', note);
});
