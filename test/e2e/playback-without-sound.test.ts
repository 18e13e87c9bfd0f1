import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { signMediaToken } from '@vms/auth/media-token.ts';
import { TEST_ORIGIN, TestFeed } from '@vms/auth/testing/test-feed.ts';
import { systemClock } from '@vms/common/clock.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { Browser } from 'playwright-core';
import { VolumeGate } from '../../services/storage/disk/volume-gate.ts';
import { Archive } from '../../services/storage/playback/archive.ts';
import { ByteBudget } from '../../services/storage/playback/byte-budget.ts';
import { systemFiles } from '../../services/storage/playback/files.ts';
import { mediaRoutes } from '../../services/storage/playback/media-routes.ts';
import { type Clip, makeAacClip, makeG711Clip, makeVideoClip } from '../media/clip.ts';
import { CAMERA, RecordedRuns } from '../media/recorded-runs.ts';
import { launchBrowser } from '../system/browser.ts';

const KEY = new Uint8Array(32).fill(9);
const HLS = join(import.meta.dirname, '../../node_modules/hls.js/dist/hls.light.min.js');
const HOUR_MS = 3600_000;
/** Where the microphone is off for a while, and where it stays off. */
const MUTED_START = Date.UTC(2026, 9, 1);
const CUT_START = MUTED_START + 24 * HOUR_MS;
const SECONDS = 20;
/** Played so many times faster than it was recorded. */
const SPEED = 4;
/** Milliseconds from the first picture to the last: a machine may be busy. */
const TIMEOUT_MS = 60_000;

interface Played {
  /** Seconds of the recording that were passed over. */
  readonly skipped: number;
  readonly errors: readonly string[];
}

/** Runs in the page: plays to the end, and tells what hls.js passed over. */
const PLAY = `async (url) => {
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  const hls = new Hls({ startFragPrefetch: true });
  const errors = [];
  let skipped = 0;
  let last;
  video.addEventListener('seeking', () => {
    if (last !== undefined) skipped += video.currentTime - last;
  });
  const follow = () => {
    if (!video.seeking && video.currentTime > 0) last = video.currentTime;
    requestAnimationFrame(follow);
  };
  follow();
  hls.on(Hls.Events.ERROR, (_event, { details }) => errors.push(details));
  hls.loadSource(url);
  hls.attachMedia(video);
  await new Promise((resolve) => video.addEventListener('canplay', resolve, { once: true }));
  last = video.currentTime;
  video.playbackRate = ${SPEED};
  const ended = new Promise((resolve) => video.addEventListener('ended', resolve));
  await video.play();
  await ended;
  hls.destroy();
  return { skipped, errors };
}`;

// Both at once: most of the time of either is that of its recording.
describe('a recording whose sound is missing for a while, in Chromium', {
  concurrency: true,
}, () => {
  let folder: string;
  let server: HttpServer;
  let runs: RecordedRuns;
  let browser: Browser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vms-without-sound-'));
    runs = new RecordedRuns(folder);
    server = await createHttpServer({
      service: 'storage',
      logger: silentLogger,
      metrics: createMetrics('storage'),
      health: () => healthOf({}),
    });
    await server.register(mediaRoutes, {
      archive: new Archive({
        catalogue: runs,
        files: systemFiles,
        gate: new VolumeGate(systemClock),
        logger: silentLogger,
      }),
      budget: new ByteBudget(systemClock),
      mediaKey: KEY,
      clock: systemClock,
      revocations: new TestFeed().reader(systemClock),
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
    const video = await makeVideoClip({ codec: 'h264', seconds: SECONDS });
    const record = (start: number, sound: Clip, isOff: (ms: number) => boolean): Promise<unknown> =>
      runs.record({
        start,
        clips: [video, { ...sound, frames: sound.frames.filter(({ ptsMs }) => !isOff(ptsMs)) }],
      });
    const [aac, alaw] = await Promise.all([
      makeAacClip({ seconds: SECONDS }),
      makeG711Clip({ codec: 'pcma', seconds: SECONDS }),
    ]);
    await record(MUTED_START, aac, (ms) => ms >= 5300 && ms < 13_700);
    await record(CUT_START, alaw, (ms) => ms >= 6100);
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true });
  });

  async function play(start: number): Promise<Played> {
    const range = { from: start, to: start + HOUR_MS };
    const token = signMediaToken(KEY, {
      camera: CAMERA,
      action: 'play',
      expiresAt: Date.now() + HOUR_MS,
      ...TEST_ORIGIN,
      ...range,
    });
    const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    const page = await browser.newPage({ bypassCSP: true });
    try {
      page.setDefaultTimeout(TIMEOUT_MS);
      await page.goto(`${origin}/health`);
      await page.addScriptTag({ path: HLS });
      const url = `${origin}/media/v1/${token}/index.m3u8`;
      return await page.evaluate<Played>(`(${PLAY})(${JSON.stringify(url)})`);
    } finally {
      await page.close();
    }
  }

  it('plays through where the microphone was off, AAC', { timeout: TIMEOUT_MS }, async () => {
    const { errors, skipped } = await play(MUTED_START);
    assert.ok(skipped < 0.5, `${skipped} s passed over; ${errors}`);
    assert.deepEqual(
      errors.filter((details) => details === 'bufferSeekOverHole'),
      [],
    );
  });

  it('plays to the end where the sound ends early, A-law', { timeout: TIMEOUT_MS }, async () => {
    const { errors, skipped } = await play(CUT_START);
    assert.ok(skipped < 0.5, `${skipped} s passed over; ${errors}`);
    assert.deepEqual(
      errors.filter((details) => details === 'bufferSeekOverHole'),
      [],
    );
  });
});
