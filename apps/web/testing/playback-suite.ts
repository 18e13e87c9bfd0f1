import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Harness } from './harness.ts';
import { FRAME_RATE, frameAt, STRIP_BITS, STRIP_BLOCK_PX } from './mock-media.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CAMERA = '/cameras/cam_aaaaaaaaaaaaaaaa';

/** What is on the screen: the instant that the page claims, and the frame number of the pixels. */
async function picture(page: Page): Promise<{ at: number; frame: number }> {
  return page.evaluate(
    ([bits, block]) => {
      const video = document.querySelector('video');
      const time = document.querySelector('[data-testid=player-time]');
      if (video === null || time === null) throw new Error('There is no player.');
      const canvas = document.createElement('canvas');
      canvas.width = bits * block;
      canvas.height = block;
      const drawing = canvas.getContext('2d');
      if (drawing === null) throw new Error('There is no canvas.');
      drawing.drawImage(video, 0, 0);
      let frame = 0;
      for (let bit = 0; bit < bits; bit++) {
        const [red = 0] = drawing.getImageData((bit + 0.5) * block, block / 2, 1, 1).data;
        if (red > 128) frame += 2 ** bit;
      }
      return { at: Number(time.getAttribute('data-epoch-ms')), frame };
    },
    [STRIP_BITS, STRIP_BLOCK_PX] as const,
  );
}

const PICTURE_WAIT_MS = 10_000;

/** Waits until another picture than that of `frame` is drawn. */
async function pictureAfter(page: Page, frame: number): Promise<{ at: number; frame: number }> {
  const giveUpAt = Date.now() + PICTURE_WAIT_MS;
  for (;;) {
    const shown = await picture(page);
    const seeking = await page.evaluate(() => document.querySelector('video')?.seeking);
    if (shown.frame !== frame && seeking === false) return picture(page);
    assert.ok(Date.now() < giveUpAt, `still frame ${frame}`);
  }
}

/** Waits until the picture of `at` or of up to `withinMs` later plays. */
async function waitForPicture(page: Page, at: number, withinMs: number): Promise<void> {
  await page.waitForFunction(
    ([from, to]) => {
      const shown = Number(
        document.querySelector('[data-testid=player-time]')?.getAttribute('data-epoch-ms'),
      );
      const phase = document.querySelector('[data-testid=player]')?.getAttribute('data-phase');
      const video = document.querySelector('video');
      const drawn = video !== null && !video.seeking && video.readyState >= 2;
      return drawn && phase === 'ready' && shown >= from && shown <= to;
    },
    [at - 60, at + withinMs] as const,
  );
}

async function pause(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelector('video')?.pause());
  await page.waitForFunction(() => document.querySelector('video')?.paused === true);
}

/** Waits until the pixels of a paused video are those of the instant that the page shows. */
async function pixelsOfInstant(page: Page): Promise<void> {
  const giveUpAt = Date.now() + PICTURE_WAIT_MS;
  for (;;) {
    // The last picture may be on its way to the screen while the page has been told of it, or before.
    const { at, frame } = await picture(page);
    if (frame === frameAt(at + 2)) return;
    assert.ok(Date.now() < giveUpAt, `frame ${frame} instead of ${frameAt(at + 2)}`);
  }
}

/** Clicks the time line where it shows `at`, and tells which instant that pixel stands for. */
async function clickAt(page: Page, at: number): Promise<number> {
  const line = page.locator('[data-testid=timeline]');
  const box = await line.boundingBox();
  assert.ok(box !== null);
  const from = Number(await line.getAttribute('data-from'));
  const to = Number(await line.getAttribute('data-to'));
  const x = Math.round(((at - from) / (to - from)) * box.width);
  assert.ok(x > 0 && x < box.width, 'the instant is on the time line');
  await page.mouse.click(box.x + x, box.y + 50);
  return from + (x / box.width) * (to - from);
}

export async function testPlayback(context: TestContext, harness: Harness): Promise<void> {
  let page: Page;
  const start = harness.server.controls.world.startedAt;

  await context.test('goes from live to what was recorded a moment ago', async () => {
    page = await harness.signedIn(CAMERA);
    await page.click('[data-testid=player-back]');
    await page.waitForSelector('[data-testid=player][data-phase=ready]');
    const { at } = await picture(page);
    assert.ok(Date.now() - at < MINUTE, 'less than a minute old');
  });

  await context.test('plays what was filmed at the instant that is clicked', async () => {
    // Paused at once, again and again: the page is told of pictures, of seeks and of the pause in any order.
    for (const minutes of [14, 14.3, 14.5, 14.7, 14.9, 15]) {
      const wanted = await clickAt(page, start - minutes * MINUTE);
      await waitForPicture(page, wanted, 2000);
      await pause(page);
      await pixelsOfInstant(page);
    }
  });

  await context.test('steps by single frames in both directions', async () => {
    const before = await picture(page);
    for (const [button, step] of [
      ['player-step', 1],
      ['player-step', 1],
      ['player-step-back', -1],
    ] as const) {
      const { frame } = await picture(page);
      await page.click(`[data-testid=${button}]`);
      assert.equal((await pictureAfter(page, frame)).frame, frame + step);
    }
    const now = await picture(page);
    assert.ok(Math.abs(now.at - before.at - 1000 / FRAME_RATE) < 40);
  });

  await context.test('passes over a gap to the next recording, and says so', async () => {
    const wanted = await clickAt(page, start - 24.5 * MINUTE);
    await page.waitForSelector('[data-testid=player-notice]');
    assert.match(
      await page.innerText('[data-testid=player-notice]'),
      /1 min \d+ s without a recording/,
    );
    const next = start - 23 * MINUTE;
    assert.ok(next > wanted);
    await waitForPicture(page, next, 3000);
  });

  await context.test('plays across a gap inside a range', async () => {
    await clickAt(page, start - 8 * MINUTE - 8000);
    await page.click('[data-testid=player-play]');
    await page.getByText(/Skipped .* s without a recording/).waitFor();
    await waitForPicture(page, start - 7.5 * MINUTE, 5000);
  });

  await context.test('goes on with the next range when one ends', async () => {
    const at = start - 12 * HOUR;
    await page.goto(`${harness.server.origin}${CAMERA}?t=${new Date(at).toISOString()}`);
    await waitForPicture(page, at, 2000);
    await pause(page);
    await pixelsOfInstant(page);
    const next = page.waitForRequest((request) => request.url().endsWith('/playback'));
    await page.evaluate(() => {
      const video = document.querySelector('video');
      if (video === null) return;
      video.currentTime = video.duration - 0.6;
      void video.play();
    });
    await next;
    await waitForPicture(page, at + 30 * MINUTE, 4000);
  });

  await context.test('is worked by keys: arrows, zoom, home, play and pause', async () => {
    const line = page.locator('[data-testid=timeline]');
    const length = async (): Promise<number> =>
      Number(await line.getAttribute('data-to')) - Number(await line.getAttribute('data-from'));
    await pause(page);
    await line.focus();
    const whole = await length();
    await page.keyboard.press('+');
    assert.ok(Math.abs((await length()) - whole / 2) <= 2);
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    assert.ok(Math.abs((await length()) - whole * 2) <= 2);
    const { at } = await picture(page);
    await page.keyboard.press('Shift+ArrowLeft');
    await waitForPicture(page, at - (whole * 2) / 6, 3000);
    await page.keyboard.press('Home');
    await waitForPicture(page, start - 72 * HOUR, 4000);
    for (const paused of [false, true]) {
      await page.keyboard.press(' ');
      await page.waitForFunction((is) => document.querySelector('video')?.paused === is, paused);
    }
  });

  await context.test('drags and zooms by wheel', async () => {
    const line = page.locator('[data-testid=timeline]');
    const box = await line.boundingBox();
    assert.ok(box !== null);
    const read = async (name: string): Promise<number> =>
      Number(await line.getAttribute(`data-${name}`));
    const [from, to] = [await read('from'), await read('to')];
    await page.mouse.move(box.x + 300, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 50, { steps: 4 });
    await page.mouse.up();
    const moved = ((await read('from')) - from) / (to - from);
    assert.ok(Math.abs(moved + 100 / box.width) < 0.01, `moved by ${moved}`);
    await page.mouse.wheel(0, -200);
    await page.waitForFunction((length) => {
      const data = document.querySelector<HTMLElement>('[data-testid=timeline]')?.dataset;
      return Number(data?.to) - Number(data?.from) < length * 0.9;
    }, to - from);
  });

  await context.test('downloads the recording at the instant, and any of the list', async () => {
    const download = page.waitForEvent('download');
    await page.click('[data-testid=player-download]');
    assert.equal((await download).suggestedFilename(), 'recording.mkv');
    const row = page.locator('[data-testid=recording]').first();
    const other = page.waitForEvent('download');
    await row.locator('[data-testid=recording-download]').click();
    await other;
    await row.locator('button').click();
    const id = await row.getAttribute('data-recording-id');
    await page.waitForSelector(`[data-recording-id="${id}"][data-current]`);
  });

  await context.test('shows what stands beside the picture by arrow keys', async () => {
    const recordings = page.getByRole('tab', { name: 'Recordings' });
    const details = page.getByRole('tab', { name: 'Details' });
    const chosen = (): Promise<unknown> =>
      page.evaluate(() => [
        document.querySelector('[role=tab][aria-selected=true]')?.id,
        document.activeElement?.id,
        document.querySelector('[role=tabpanel]')?.getAttribute('aria-labelledby'),
      ]);
    const all = (id: string): string[] => [id, id, id];
    await recordings.focus();
    // Only the chosen one is in the order of Tab.
    assert.equal(await details.getAttribute('tabindex'), '-1');
    for (const [key, id] of [
      ['ArrowRight', 'tab-details'],
      ['ArrowRight', 'tab-recordings'],
      ['ArrowLeft', 'tab-details'],
      ['Home', 'tab-recordings'],
      ['End', 'tab-details'],
    ] as const) {
      await page.keyboard.press(key);
      assert.deepEqual(await chosen(), all(id), key);
    }
    await recordings.click();
  });

  await context.test('names the zone of its times', async () => {
    assert.match(await page.innerText('[data-testid=zone]'), /Brasilia.*UTC−03:00/);
  });
}
