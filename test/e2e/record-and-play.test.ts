import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { readFrameNumber } from '@vms/camera-sim/frame-strip.ts';
import { ffmpegComplaints } from '@vms/media/testing/ffmpeg-complaints.ts';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../system/browser.ts';
import { listRuns } from '../system/recorded-frames.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

/** Milliseconds that must be recorded before the test clicks into the past. */
const PAST_MS = 7_000;
/** Frames of the demo clip, after which its numbers begin again. */
const CLIP_FRAMES = 600;

const OWN_PASSWORD = 'quatro gaivotas leem o jornal';
const CREDENTIALS = { username: 'operator', password: 'correct horse' };

/** Runs in the page: RGBA of the video's picture at 640 × 360, null while there is none. */
const READ_PIXELS = `(() => {
  const video = document.querySelector('video[data-testid="player-video"]');
  if (video === null || video.readyState < 2 || video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 640, 360);
  return Array.from(context.getImageData(0, 0, 640, 360).data);
})()`;

let simulator: CameraSimulator;
let system: RunningSystem;
let browser: Browser;
let page: Page;
const consoleErrors: string[] = [];

interface Timeline {
  readonly spans: readonly { readonly start: string; readonly end: string }[];
}

describe('from the form to the picture', () => {
  before(async () => {
    simulator = await startCameraSimulator({
      cameras: [{ name: 'harbour', video: 'h264', audio: 'pcma', credentials: CREDENTIALS }],
    });
    system = await RunningSystem.start();
    browser = await launchBrowser();
    const context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1280, height: 900 },
    });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => consoleErrors.push(error.message));
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
  });

  let camera = '';

  it('signs in by the printed address, and asks for a password', async () => {
    assert.notEqual(system.password, '', system.output);
    const [address = ''] = await waitFor(
      'the printed address',
      () => /\/welcome#\S+/.exec(system.output) ?? undefined,
    );
    await page.goto(`${system.url}${address}`);
    await page.fill('[data-testid="choose-password-form"] input[name="next"]', OWN_PASSWORD);
    await page.fill('[data-testid="choose-password-form"] input[name="again"]', OWN_PASSWORD);
    await page.click('[data-testid="choose-password"]');
    await page.waitForSelector('[data-testid="first-picture"]');
    assert.equal(page.url(), `${system.url}/welcome`);
    // The session check before the sign-in is answered with 401; anything else is a fault.
    consoleErrors.splice(0);
  });

  it('takes the password that was chosen, and the printed one no more', async () => {
    await assert.rejects(system.signIn(), /auth\.wrong-password/);
    const other = await browser.newPage();
    await other.goto(`${system.url}/welcome#${system.password}`);
    await other.waitForSelector('[data-testid="welcome-used"]');
    await other.goto(system.url);
    await other.fill('input[name="username"]', 'admin');
    await other.fill('input[name="password"]', OWN_PASSWORD);
    await other.click('[data-testid="sign-in"]');
    await other.waitForSelector('[data-testid="add-camera"]');
    await other.close();
    await page.goto(`${system.url}/cameras`);
  });

  it('adds the camera through the form, with a test in plain words', async () => {
    await page.click('[data-testid="add-camera"]');
    await page.click('[data-testid="add-way"] [data-value="url"]');
    await page.fill('[data-testid="camera-form"] input[name="name"]', 'Harbour');
    await page.fill('[data-testid="camera-form"] input[name="url"]', simulator.url('harbour'));
    await page.fill('[data-testid="camera-form"] input[name="username"]', CREDENTIALS.username);
    await page.fill('[data-testid="camera-form"] input[name="password"]', CREDENTIALS.password);
    await page.click('[data-testid="test-camera"]');
    await page
      .locator('[data-testid="camera-form"]')
      .getByText(/1280\s*×\s*720/)
      .first()
      .waitFor({ timeout: 20_000 });
    await page.click('[data-testid="save-camera"]');
    await page.click('[data-testid="added-list"]');
    await page.waitForSelector('[data-testid="camera-card"]');
    await page
      .locator('[data-testid="camera-state"]')
      .filter({ hasText: /online/i })
      .waitFor({ timeout: 20_000 });
    await system.signIn('admin', OWN_PASSWORD);
    const { cameras } = await system.call<{ cameras: { id: string }[] }>('GET', '/api/v1/cameras');
    camera = cameras[0]?.id ?? '';
    assert.match(camera, /^cam_/);
  });

  it('plays where the time line is clicked: frame numbers in the pixels advance', async () => {
    const span = await waitFor(
      `${PAST_MS} ms of recording`,
      async () => {
        const from = new Date(Date.now() - 3_600_000).toISOString();
        const to = new Date(Date.now() + 60_000).toISOString();
        const path = `/api/v1/recordings/${camera}/timeline?from=${from}&to=${to}`;
        const [first] = (await system.call<Timeline>('GET', path)).spans;
        if (first === undefined) return undefined;
        return Date.parse(first.end) - Date.parse(first.start) > PAST_MS ? first : undefined;
      },
      60_000,
    );
    await page.click('[data-testid="camera-card"] a');
    await page.waitForSelector('[data-testid="timeline"]');
    await page.focus('[data-testid="timeline"]');
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    await page.waitForSelector('[data-testid="timeline"]:not([data-spans="0"])');
    const target = Date.parse(span.start) + 3_000;
    await clickTimeline(page, target);
    const first = await waitFor('a frame number in the picture', () => frameNumber(page));
    const second = await waitFor('the frame number to advance', async () => {
      const number = await frameNumber(page);
      return number !== undefined && number !== first ? number : undefined;
    });
    const advanced = (second - first + CLIP_FRAMES) % CLIP_FRAMES;
    assert.ok(advanced > 0 && advanced < 500, `from ${first} to ${second}`);
    assert.deepEqual(consoleErrors, []);
  });

  it('leaves files that ffmpeg decodes in full and mkvinfo reads without a warning', async () => {
    await system.stop();
    const runs = listRuns(system.volume);
    assert.ok(runs.length > 0);
    for (const run of runs) {
      const file = join(system.volume, run);
      const decoded = spawnSync('ffmpeg', ['-v', 'warning', '-i', file, '-f', 'null', '-'], {
        encoding: 'utf8',
      });
      assert.equal(decoded.status, 0);
      assert.equal(ffmpegComplaints(decoded.stderr), '', run);
      const info = spawnSync('mkvinfo', [file], { encoding: 'utf8' });
      assert.equal(info.status, 0, info.stdout);
      assert.doesNotMatch(info.stdout + info.stderr, /warning|error/i);
    }
  });
});

async function clickTimeline(target: Page, at: number): Promise<void> {
  const timeline = target.locator('[data-testid="timeline"]');
  const box = await timeline.boundingBox();
  const from = Number(await timeline.getAttribute('data-from'));
  const to = Number(await timeline.getAttribute('data-to'));
  if (box === null) throw new Error('The time line is not visible.');
  await target.mouse.click(
    box.x + (box.width * (at - from)) / (to - from),
    box.y + box.height * 0.6,
  );
}

/** The number that the strip in the playing video shows, undefined while there is no picture. */
async function frameNumber(target: Page): Promise<number | undefined> {
  const pixels = await target.evaluate<number[] | null>(READ_PIXELS);
  return pixels === null ? undefined : readFrameNumber(Uint8Array.from(pixels), 640, 360);
}
