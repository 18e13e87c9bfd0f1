import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { type Harness, liveIsDrawn } from './harness.ts';
import { CLIP_SECONDS, FRAME_RATE, frameAt, STRIP_BITS, STRIP_BLOCK_PX } from './mock-media.ts';
import { whepSender } from './whep-sender.ts';

const DEMO_CAMERA = 'cam_aaaaaaaaaaaaaaaa';
const DEMO = `/cameras/${DEMO_CAMERA}`;
const H265 = '/cameras/cam_bbbbbbbbbbbbbbbb';
const CLIP_FRAMES = CLIP_SECONDS * FRAME_RATE;
const BACK_WITHIN_MS = 5000;
/** Moments without media, and the time from the end of one to the next new picture. */
const PAUSES = 8;
const MAX_RESUME_MS = 1500;

/** The frame number that a live video shows; -1 where it shows no picture. */
function liveFrame(page: Page, selector = '[data-testid=live-video]'): Promise<number> {
  return page.evaluate(
    ([query, bits, block]) => {
      const video = document.querySelector<HTMLVideoElement>(query);
      if (video === null || video.readyState < 2 || video.videoWidth === 0) return -1;
      const canvas = document.createElement('canvas');
      canvas.width = bits * block;
      canvas.height = block;
      const drawing = canvas.getContext('2d');
      drawing?.drawImage(video, 0, 0);
      let frame = 0;
      for (let bit = 0; bit < bits; bit++) {
        const [red = 0] = drawing?.getImageData((bit + 0.5) * block, block / 2, 1, 1).data ?? [];
        if (red > 128) frame += 2 ** bit;
      }
      return frame;
    },
    [selector, STRIP_BITS, STRIP_BLOCK_PX] as const,
  );
}

async function until(what: string, ms: number, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < giveUpAt, what);
    // What is asked may need no turn of the event loop, but the server of this process does.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Leaves the page, which ends what it watches; not what it is just asking for, which nobody knows yet. */
async function leave(page: Page, sessions: ReadonlyMap<string, unknown>): Promise<void> {
  const watched = [...sessions.keys()];
  await page.goto('about:blank');
  const hasEnded = (id: string): boolean => !sessions.has(id);
  await until(`${watched.join(', ')} end`, 5000, async () => watched.every(hasEnded));
}

/** Waits until the frame number has grown. */
async function advances(page: Page, ms: number, selector?: string): Promise<void> {
  let first = -1;
  await until('the live picture moves', ms, async () => {
    const frame = await liveFrame(page, selector);
    if (first === -1) first = frame;
    return frame !== -1 && frame !== first;
  });
}

const playing = '[data-testid=player][data-phase=live-playing]';

export async function testLive(context: TestContext, harness: Harness): Promise<void> {
  const { live } = harness.server.controls;
  let page: Page;

  await context.test('is live at once, by MSE near to the edge, and says why', async () => {
    page = await harness.signedIn(DEMO);
    await page.waitForSelector(playing);
    await advances(page, 5000);
    await until('within a second of now', 10_000, async () => {
      const behind = (frameAt(Date.now()) - (await liveFrame(page)) + CLIP_FRAMES) % CLIP_FRAMES;
      return behind < FRAME_RATE;
    });
    const badge = page.locator('[data-testid=live-badge]');
    assert.equal(await badge.getAttribute('data-transport'), 'mse');
    await badge.click();
    const details = await page.innerText('[data-testid=live-details]');
    for (const fact of [/B-frames/, /H\.264/, /640 × 360/, /none \(TCP\)/])
      assert.match(details, fact);
    assert.equal(live.sessions.size, 1);
  });

  await context.test(
    'goes on at once, in the same view, after each of many short pauses',
    async () => {
      const [session] = live.sessions.keys();
      const waits: number[] = [];
      for (let pause = 0; pause < PAUSES; pause++) {
        live.silent.add(DEMO_CAMERA);
        await page.waitForFunction(
          () => (document.querySelector<HTMLVideoElement>('.live-video')?.readyState ?? 4) < 3,
        );
        live.silent.delete(DEMO_CAMERA);
        const startedAt = Date.now();
        await advances(page, 10_000);
        waits.push(Date.now() - startedAt);
      }
      // Chromium alone waits longer after each, up to 3 s.
      const late = waits.filter((ms) => ms > MAX_RESUME_MS);
      assert.ok(late.length <= 1, `${waits} ms`);
      assert.deepEqual([...live.sessions.keys()], [session]);
    },
  );

  await context.test('comes back by itself within 5 s when the stream process dies', async () => {
    live.kill();
    await page.waitForSelector('[data-testid=player]:not([data-phase=live-playing])');
    live.back();
    const startedAt = Date.now();
    await page.waitForSelector(playing);
    await advances(page, BACK_WITHIN_MS);
    assert.ok(Date.now() - startedAt < BACK_WITHIN_MS, `${Date.now() - startedAt} ms`);
  });

  await context.test('goes into the past by the time line, and back to live', async () => {
    const line = page.locator('[data-testid=timeline]');
    const box = await line.boundingBox();
    assert.ok(box !== null);
    const head = Number(await page.getAttribute('[data-testid=player-time]', 'data-epoch-ms'));
    const [from, to] = [
      Number(await line.getAttribute('data-from')),
      Number(await line.getAttribute('data-to')),
    ];
    const x = box.x + ((head - from) / (to - from)) * box.width;
    await page.mouse.move(x, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(x - 200, box.y + 50, { steps: 5 });
    await page.mouse.up();
    assert.equal((await line.getAttribute('data-from').then(Number)) - from < 5000, true);
    await page.waitForSelector('[data-testid=player][data-mode=playback][data-phase=ready]');
    const at = Number(await page.getAttribute('[data-testid=player-time]', 'data-epoch-ms'));
    assert.ok(Math.abs(at - (head - (200 / box.width) * (to - from))) < 10_000);
    await until('the live session has ended', 5000, async () => live.sessions.size === 0);
    await page.click('[data-testid=go-live]');
    await page.waitForSelector(playing);
    await advances(page, 5000);
  });

  await context.test('pauses, and goes on as a recording from there', async () => {
    await page.click('[data-testid=player-play]');
    await page.waitForSelector('[data-testid=player][data-phase=live-off]');
    await page.click('[data-testid=player-play]');
    await page.waitForSelector('[data-testid=player][data-mode=playback]');
    await page.keyboard.press('l');
    await page.waitForSelector(playing);
  });

  await context.test('saves what is seen: of the server live, of the picture else', async () => {
    const ofServer = Buffer.from('ffd8ff-of-the-server');
    live.snapshot = ofServer;
    const first = page.waitForEvent('download');
    await page.click('[data-testid=player-snapshot]');
    const download = await first;
    // Named by when the server's picture was filmed, which is not that of the page.
    assert.match(download.suggestedFilename(), /^Demo-2026-01-02T\d\d-04-05\.jpg$/);
    const saved = await readFile(await download.path());
    // In hexadecimal: a picture in its place is no text for a log.
    assert.equal(saved.subarray(0, 32).toString('hex'), ofServer.toString('hex'));
    const saveSeen = async (): Promise<void> => {
      const saving = page.waitForEvent('download');
      await page.click('[data-testid=player-snapshot]');
      const saved = await saving;
      assert.doesNotMatch(saved.suggestedFilename(), /2026-01-02/);
      const picture = await readFile(await saved.path());
      assert.equal(picture.subarray(0, 3).toString('hex'), 'ffd8ff');
      assert.notEqual(picture.subarray(0, 32).toString('hex'), ofServer.toString('hex'));
    };
    // The server would give the newest picture for the one that was paused.
    await liveIsDrawn(page);
    await page.click('[data-testid=player-play]');
    await page.waitForSelector('[data-testid=player][data-phase=live-off]');
    await saveSeen();
    await page.keyboard.press('l');
    await page.waitForSelector(playing);
    live.snapshot = undefined;
    await liveIsDrawn(page);
    await saveSeen();
    // The last picture is on the screen while the next is on its way.
    live.snapshot = ofServer;
    live.kill();
    await page.waitForSelector('[data-testid=player]:not([data-phase=live-playing])');
    await saveSeen();
    live.snapshot = undefined;
    live.back();
    await page.waitForSelector(playing);
  });

  await context.test('remembers the sound', async () => {
    const muted = (): Promise<boolean | undefined> =>
      page.evaluate(() => document.querySelector<HTMLVideoElement>('.live-video')?.muted);
    assert.equal(await muted(), true);
    await page.click('[data-testid=player-sound]');
    assert.equal(await muted(), false);
    await page.reload();
    await page.waitForSelector(playing);
    assert.equal(await muted(), false);
    await page.click('[data-testid=player-sound]');
  });

  await context.test('says in plain words why a camera cannot be shown', async () => {
    await page.goto(`${harness.server.origin}${H265}`);
    await page.waitForSelector('[data-testid=live-trouble]');
    assert.match(
      await page.innerText('[data-testid=live-trouble]'),
      /sends H\.265[\s\S]*sub stream/,
    );
  });

  await context.test(
    'says what a recording is in that cannot be played, and gives it',
    async () => {
      await page.getByRole('button', { name: 'Play the newest recording' }).click();
      const failed = page.locator('[data-testid=playback-failed]');
      await failed.waitFor();
      assert.match(
        await failed.innerText(),
        /recording is H\.265, which this browser cannot decode[\s\S]*Download it/,
      );
      // To try again what cannot be decoded helps nobody.
      assert.equal(await failed.getByRole('button', { name: 'Try again' }).count(), 0);
      const download = page.waitForEvent('download');
      await failed.getByRole('button', { name: 'Download' }).click();
      await download;
    },
  );

  await context.test('says that it shows the sub stream, and why', async () => {
    const { world } = harness.server.controls;
    world.cameras = world.cameras.map((camera) =>
      camera.id.includes('bbbb') ? { ...camera, subUrl: 'rtsp://10.0.4.11:554/sub' } : camera,
    );
    await page.goto(`${harness.server.origin}${H265}`);
    await page.waitForSelector(playing);
    const badge = page.locator('[data-testid=live-badge]');
    await badge.waitFor();
    assert.match(await badge.innerText(), /sub/);
    await badge.click();
    assert.match(
      await page.innerText('[data-testid=live-details]'),
      /the sub stream: the main stream \(H\.265\) cannot be sent by WebRTC/,
    );
    await leave(page, live.sessions);
    world.cameras = world.cameras.map((camera) =>
      camera.id.includes('bbbb') ? { ...camera, subUrl: null } : camera,
    );
  });

  await context.test('tells the server when the page is left', async () => {
    await page.goto(`${harness.server.origin}${DEMO}`);
    await page.waitForSelector(playing);
    assert.equal(live.sessions.size, 1);
    await leave(page, live.sessions);
    await page.context().close();
  });

  await context.test('prefers WebRTC, trickles, and ends what it began', async () => {
    const other = await harness.page();
    await other.goto(harness.server.origin);
    live.whep = await whepSender(other);
    page = await harness.signedIn(DEMO);
    await page.waitForSelector(playing);
    await page.waitForSelector('[data-testid=live-badge][data-transport=webrtc]');
    await advances(page, 5000);
    await until('candidates have been trickled', 5000, async () =>
      live.trickled.some((body) => /^a=ice-ufrag:[\s\S]*a=mid:0[\s\S]*a=candidate:/.test(body)),
    );
    const ended = live.ended;
    // AAC is what WebRTC cannot carry: with the sound on, MSE is the way.
    await page.click('[data-testid=player-sound]');
    await page.waitForSelector('[data-testid=live-badge][data-why=sound]');
    await until('WHEP was ended', 5000, async () => live.ended > ended);
    await page.click('[data-testid=player-sound]');
    const answer = live.whep;
    live.whep = async (offer) => (await answer(offer)).replace(/^a=candidate.*\r\n/gm, '');
    await page.reload();
    const startedAt = Date.now();
    await page.waitForSelector('[data-testid=live-badge][data-transport=mse][data-why=no-media]');
    const took = Date.now() - startedAt;
    assert.ok(took > 2000 && took < 8000, `${took} ms`);
    await advances(page, 5000);
    live.whep = undefined;
    await other.context().close();
    await page.context().close();
  });

  await testGrid(context, harness);
}

async function testGrid(context: TestContext, harness: Harness): Promise<void> {
  const { live } = harness.server.controls;
  let page: Page;
  const tiles = (phase: string): string => `[data-testid=tile][data-phase=${phase}]`;

  // The pages before were closed, and had no time to say so.
  live.sessions.clear();

  await context.test('shows cameras side by side, small ones by their sub stream', async () => {
    page = await harness.signedIn('/live');
    await page.waitForSelector('[data-testid=tile]');
    assert.equal(await page.locator('[data-testid=tile]').count(), 4);
    await page.waitForSelector(`[data-camera-id=cam_cccccccccccccccc]${tiles('playing')}`);
    await advances(page, 5000, '[data-camera-id=cam_cccccccccccccccc] video');
    const sub = [...live.sessions.values()].find(({ camera }) => camera.includes('cccc'));
    assert.equal(sub?.stream, 'sub');
    await page.click('[data-testid=live-layout] [data-value="9"]');
    await until(
      'the three that can play do',
      30_000,
      async () => (await page.locator(tiles('playing')).count()) === 3,
    );
    await page.reload();
    await page.waitForSelector('[data-testid=tile]');
    assert.equal(await page.locator('[data-testid=tile]').count(), 9, 'the layout is remembered');
  });

  await context.test('turns pages, and stops what is not seen', async () => {
    await page.click('[data-testid=live-layout] [data-value="1"]');
    await until('one session at most', 5000, async () => live.sessions.size <= 1);
    await page.keyboard.press('PageDown');
    await page.waitForURL(/page=2$/);
    await page.click('[data-testid=live-layout] [data-value="16"]');
    await page.setViewportSize({ width: 360, height: 300 });
    const demo = '[data-camera-id=cam_aaaaaaaaaaaaaaaa]';
    await page.waitForSelector(`${demo}${tiles('playing')}`);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForSelector(`${demo}${tiles('off')}`);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.waitForSelector(`${demo}${tiles('playing')}`);
  });

  await context.test('is worked by keys, and opens a camera', async () => {
    const demo = page.locator('[data-camera-id=cam_aaaaaaaaaaaaaaaa] .tile-link');
    await demo.focus();
    const focused = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.activeElement?.getAttribute('href'));
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await focused(), DEMO);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), DEMO);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/cameras\/cam_a+$/);
    await page.waitForSelector(playing);
    const watched = (): string[] => [...live.sessions.values()].map(({ camera }) => camera);
    await until('only the camera that was opened is watched', 5000, async () => {
      const [camera, ...others] = watched();
      return camera === 'cam_aaaaaaaaaaaaaaaa' && others.length === 0;
    });
    // A page that is left says so; one whose context is closed under it may not.
    await leave(page, live.sessions);
    await page.context().close();
  });
}
