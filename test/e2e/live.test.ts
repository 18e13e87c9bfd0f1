import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { type Clip, DEMO_CLIP, loadClip } from '@vms/camera-sim/clip.ts';
import { MAX_FRAME_NUMBER } from '@vms/camera-sim/frame-strip.ts';
import type { Browser } from 'playwright-core';
import { holeAround } from '../fault/coverage.ts';
import { launchBrowser } from '../system/browser.ts';
import { LivePage, type LiveSession, LiveViewer } from '../system/live-page.ts';
import { processorWaitMs } from '../system/processor-wait.ts';
import { readCamera } from '../system/recorded-frames.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

const WAYS = ['webrtc', 'mse'] as const;
const VIEWERS = 20;
/** As many as the test of many viewers needs, and one more. */
const MAX_SESSIONS = VIEWERS + 1;
/** From the kill of the process to a picture in a new view. */
const MAX_RECONNECT_MS = 5_000;
/** Without a picture, after which a camera counts as gone. */
const NO_FRAMES_SECONDS = 3;
/** Recorded after a kill, so that a hole would be seen. */
const RECORDED_AFTER_MS = 3_000;

/** Pixels of the picture with which a camera comes back. */
const SMALL_WIDTH = 640;

interface CameraView {
  readonly status: { readonly state: string };
}
interface Timeline {
  readonly spans: readonly { readonly start: string; readonly end: string }[];
}

describe('live, in Chromium, with the whole product', () => {
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let browser: Browser;
  let live: LivePage;
  /** Never has a fault: its recording must be whole. */
  let harbour = '';
  /** The one that goes away. */
  let pier = '';
  const kills: number[] = [];

  before(async () => {
    simulator = await startCameraSimulator({
      cameras: [
        { name: 'harbour', audio: 'pcma' },
        { name: 'pier', audio: 'aac' },
      ],
    });
    system = await RunningSystem.start({
      config: {
        stream: { maxSessions: MAX_SESSIONS },
        ingest: { noFramesSeconds: NO_FRAMES_SECONDS },
      },
    });
    await system.signIn();
    harbour = await system.addCamera({ name: 'Harbour', url: simulator.url('harbour') });
    pier = await system.addCamera({ name: 'Pier', url: simulator.url('pier') });
    for (const camera of [harbour, pier]) await stateOf(camera, 'online');
    browser = await launchBrowser();
    live = await LivePage.open(browser, system);
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
  });

  // After a test that failed, too: sessions are few here.
  afterEach(() => live.endAll());

  async function stateOf(camera: string, ...states: string[]): Promise<void> {
    await waitFor(`camera ${camera} to be ${states.join(' or ')}`, async () => {
      const { status } = await system.call<CameraView>('GET', `/api/v1/cameras/${camera}`);
      return states.includes(status.state);
    });
  }

  for (const way of WAYS) {
    it(`plays by ${way}: frame numbers read from the pixels advance`, async () => {
      const viewer = await live.watch(way, harbour);
      assert.deepEqual(viewer.session.playable[way].ok, true);
      const numbers = [await viewer.advance(), await viewer.advance(), await viewer.advance()];
      for (const number of numbers) assert.ok(number >= 0 && number <= MAX_FRAME_NUMBER);
      assert.equal(new Set(numbers).size, 3);
      assert.equal(await viewer.width(), 1280);
    });
  }

  it(`shows the camera to ${VIEWERS} viewers at the same time`, async () => {
    const viewers: LiveViewer[] = [];
    for (let i = 0; i < VIEWERS; i++) viewers.push(await live.watch('webrtc', harbour));
    for (const viewer of viewers) await viewer.advance(60_000);
    // Once more: the first ones play on beside those that came last.
    for (const viewer of viewers) await viewer.advance(60_000);
    for (const viewer of viewers) assert.equal(await viewer.connectionState(), 'connected');
  });

  it('refuses a session beyond the limit, and takes one again when another has ended', async () => {
    const open: LiveSession[] = [];
    for (let i = 0; i < MAX_SESSIONS; i++) open.push(await live.session(harbour));
    const refused = await live.askForSession(harbour);
    assert.deepEqual([refused.status, refused.code], [409, 'stream.limit-reached']);
    const [first] = open;
    assert.ok(first !== undefined);
    assert.equal(await live.end(first), 204);
    assert.equal(await live.end(first), 404);
    await live.session(harbour);
  });

  it('refuses what is no offer, and cameras that there are not', async () => {
    const session = await live.session(harbour);
    const refusals: [string | { media: 'audio' | 'data' }, number, string][] = [
      ['\0\x01\x02'.repeat(500), 400, 'stream.offer-invalid'],
      ['v=0\r\nm=video 9 nonsense\r\n', 400, 'stream.offer-invalid'],
      [{ media: 'audio' }, 422, 'stream.offer-without-video'],
      [{ media: 'data' }, 422, 'stream.offer-without-video'],
    ];
    for (const [sdp, status, code] of refusals) {
      const answer = await live.offer(session, sdp);
      assert.deepEqual([answer.status, answer.code], [status, code]);
    }
    const unknown = await live.askForSession('cam_aaaaaaaaaaaaaaaa');
    assert.deepEqual([unknown.status, unknown.code], [404, 'camera.not-found']);
    const forged = await live.offer({ ...session, token: 'forged.token' }, 'v=0\r\n');
    assert.deepEqual([forged.status, forged.code], [403, 'auth.media-token-invalid']);
    // The session is as good as before.
    const viewer = await live.tryWatch('webrtc', session);
    assert.ok(viewer instanceof LiveViewer);
    await viewer.advance();
  });

  it('gives a snapshot: a JPEG as large as the picture', async () => {
    const picture = await live.page.evaluate<object>(`(async () => {
      const response = await fetch('/api/v1/cameras/${harbour}/snapshot.jpg');
      const blob = await response.blob();
      const bytes = [...new Uint8Array(await blob.slice(0, 3).arrayBuffer())];
      const { width, height } = await createImageBitmap(blob);
      return { status: response.status, type: blob.type, bytes, width, height };
    })()`);
    const jpeg = { status: 200, type: 'image/jpeg', bytes: [0xff, 0xd8, 0xff] };
    assert.deepEqual(picture, { ...jpeg, width: 1280, height: 720 });
  });

  it(`goes on by ${WAYS.join(' and ')} when the camera comes back`, async () => {
    const webrtc = await live.watch('webrtc', pier);
    const mse = await live.watch('mse', pier);
    const allAdvance = async (): Promise<void> => {
      for (const viewer of [webrtc, mse]) await viewer.advance();
    };
    await allAdvance();
    simulator.setFault('vanish', 'pier');
    await stateOf(pier, 'unreachable', 'no-frames', 'connecting');
    simulator.setFault('none', 'pier');
    await stateOf(pier, 'online');
    await allAdvance();

    const before = new Set(simulator.camera('pier').connections);
    simulator.setFault('reset', 'pier');
    await waitFor('ingest to come back', () =>
      [...simulator.camera('pier').connections].some((connection) => !before.has(connection)),
    );
    await stateOf(pier, 'online');
    await allAdvance();
    assert.equal(await webrtc.connectionState(), 'connected');
  });

  it('goes on when the camera comes back with a smaller picture', async (t) => {
    const cameras = [{ name: 'gate' }];
    const large = await startCameraSimulator({ cameras });
    t.after(() => large.stop());
    const gate = await system.addCamera({ name: 'Gate', url: large.url('gate') });
    await stateOf(gate, 'online');
    const viewer = await live.watch('webrtc', gate);
    await viewer.advance();
    assert.equal(await viewer.width(), 1280);
    const clip = await smallClip();
    await large.stop();
    const small = await startCameraSimulator({ cameras, clip, port: large.port });
    t.after(() => small.stop());
    await waitFor(
      'the smaller picture',
      async () => (await viewer.width()) === SMALL_WIDTH,
      60_000,
    );
    await viewer.advance();
    assert.equal(await viewer.connectionState(), 'connected');
  });

  it('lets viewers back in within 5 s of the kill of the stream process', async (t) => {
    const before = await live.watch('webrtc', harbour);
    await before.advance();
    const killed = await waitFor('the stream process', () => system.processOf('stream'));
    const [at, waitBefore] = [Date.now(), processorWaitMs()];
    kills.push(at);
    process.kill(killed.pid, 'SIGKILL');
    // The session of before the kill is still good: its token is all that is needed.
    const again = await waitFor('a new view', async () => {
      const viewer = await live.tryWatch('webrtc', before.session);
      return viewer instanceof LiveViewer ? viewer : undefined;
    });
    await again.advance();
    const tookMs = Date.now() - at;
    const waitMs = Math.round(processorWaitMs() - waitBefore);
    t.diagnostic(`a picture again after ${tookMs} ms, ${waitMs} of them short of a processor`);
    assert.ok(tookMs - waitMs <= MAX_RECONNECT_MS, `${tookMs} ms, ${waitMs} of them waiting`);
    const fresh = await live.watch('mse', harbour);
    await fresh.advance();
    assert.notEqual(system.processOf('stream')?.pid, killed.pid);
  });

  it('records through the kill without a gap', async () => {
    const until = Math.max(...kills) + RECORDED_AFTER_MS;
    await waitFor('the recording to go on', async () => {
      const from = new Date(until - 60_000).toISOString();
      const to = new Date(until + 60_000).toISOString();
      const path = `/api/v1/recordings/${harbour}/timeline?from=${from}&to=${to}`;
      const { spans } = await system.call<Timeline>('GET', path);
      return spans.some(({ end }) => Date.parse(end) > until);
    });
    assert.equal(await system.stop(), 0);
    const times = readCamera(system.volume, harbour).map(({ wallClock }) => wallClock);
    for (const kill of kills) assert.equal(holeAround(kill, times), 0);
    const longest = Math.max(...times.slice(1).map((time, i) => time - (times[i] ?? time)));
    assert.ok(longest <= 120, `${longest} ms between two frames`);
  });
});

/** Four seconds of the demo clip, scaled down; the strip scales with it. */
async function smallClip(): Promise<Clip> {
  const folder = mkdtempSync(join(tmpdir(), 'vms-live-'));
  try {
    const file = join(folder, 'small.h264');
    const input = join(dirname(DEMO_CLIP), 'demo.h264');
    const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '50'];
    const scale = ['-frames:v', '100', '-vf', `scale=${SMALL_WIDTH}:-2`];
    const args = ['-v', 'error', '-i', input, ...scale, ...encoder, file];
    // Not synchronously: the simulated cameras of this process would fall silent meanwhile.
    await promisify(execFile)('ffmpeg', args);
    return await loadClip(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
