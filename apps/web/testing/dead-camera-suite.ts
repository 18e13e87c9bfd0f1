import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { askAgain, type Harness } from './harness.ts';

const DEMO = 'cam_aaaaaaaaaaaaaaaa';
/** In Kathmandu; the system and the viewer are in São Paulo. */
const DOCK = 'cam_cccccccccccccccc';
const PLAYING = '[data-testid=player][data-phase=live-playing]';
/** Milliseconds for which a clock that should stand still is watched. */
const WATCHED_MS = 2500;

/** What a page says of a camera from which nothing comes any more. */
export async function testDeadCameras(context: TestContext, harness: Harness): Promise<void> {
  const { live, world } = harness.server.controls;
  let page: Page;
  const put = (state: 'online' | 'unreachable', ...ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      if (state === 'online') live.silent.delete(id);
      else live.silent.add(id);
    }
    const since = new Date().toISOString();
    world.cameras = world.cameras.map((camera) =>
      ids.includes(camera.id) ? { ...camera, status: { ...camera.status, state, since } } : camera,
    );
    return askAgain(page);
  };
  const clock = async (): Promise<number> =>
    Number(await page.getAttribute('[data-testid=player-time]', 'data-epoch-ms'));
  /** The colours of what is on the screen are gone. */
  const isGrey = (selector: string): Promise<unknown> =>
    page.waitForFunction((query) => {
      const element = document.querySelector(query);
      return element !== null && /grayscale\(1\)/.test(getComputedStyle(element).filter);
    }, selector);

  await context.test('a picture that is no longer live is grey, and says since when', async () => {
    page = await harness.signedIn(`/cameras/${DEMO}`);
    await page.waitForSelector(PLAYING);
    await page.waitForSelector('[data-testid=go-live][data-on]');
    const growing = page.getByText('recording now');
    await growing.waitFor();
    const diedAt = Date.now();
    await put('unreachable', DEMO);
    const words = page.locator('[data-testid=live-trouble]');
    await words.filter({ hasText: 'Unreachable' }).waitFor();
    assert.match(await words.innerText(), /Unreachable\s+No picture since \d\d:\d\d:\d\d\b/);
    await isGrey('.live-still');
    assert.equal(await page.locator('[data-testid=go-live][data-on]').count(), 0);
    assert.equal(await growing.count(), 0, 'a dead camera records nothing');
    const at = await clock();
    assert.ok(Math.abs(at - diedAt) < 3000, `${at - diedAt} ms after its last picture`);
  });

  await context.test('the clock of a dead view stands still at its last picture', async () => {
    const at = await clock();
    const from = Date.now();
    await page.waitForFunction((until) => Date.now() > until, from + WATCHED_MS);
    assert.equal(await clock(), at);
    const shown = await page.innerText('[data-testid=player-time]');
    assert.ok(
      (await page.innerText('[data-testid=live-trouble]')).includes(
        /\d\d:\d\d:\d\d/.exec(shown)?.[0] ?? 'no time',
      ),
      'clock and words name the same moment',
    );
  });

  await context.test('ten seconds back from a dead view are those before its end', async () => {
    const at = await clock();
    await page.click('[data-testid=player-back]');
    await page.waitForSelector('[data-testid=player][data-mode=playback][data-phase=ready]');
    const played = await clock();
    assert.ok(at - played > 5000 && at - played < 11_000, `${at - played} ms before`);
    await page.click('[data-testid=go-live]');
  });

  await context.test('it has its colours and its clock again when pictures come', async () => {
    await put('online', DEMO);
    await page.waitForSelector(PLAYING);
    await page.waitForSelector('[data-testid=go-live][data-on]');
    await page.waitForSelector('.live-video:not([data-stale])');
    const at = await clock();
    await page.waitForFunction(
      (before) =>
        Number(document.querySelector('[data-testid=player-time]')?.getAttribute('data-epoch-ms')) >
        before,
      at,
    );
  });

  await context.test('after a pause it does not say that pictures were missing', async () => {
    await page.click('[data-testid=player-play]');
    await page.waitForSelector('[data-testid=player][data-phase=live-off]');
    live.silent.add(DEMO);
    await page.click('[data-testid=go-live]');
    const words = page.locator('[data-testid=live-connecting]');
    await words.waitFor();
    assert.doesNotMatch(await words.innerText(), /since/);
    live.silent.delete(DEMO);
    await page.context().close();
  });

  await context.test('a dead tile is grey, and says why and since when', async () => {
    page = await harness.signedIn('/live');
    const tile = (id: string): string => `[data-testid=tile][data-camera-id=${id}]`;
    for (const id of [DEMO, DOCK]) await page.waitForSelector(`${tile(id)}[data-live]`);
    await put('unreachable', DEMO, DOCK);
    for (const id of [DEMO, DOCK]) {
      await page.waitForSelector(`${tile(id)}:not([data-live])`);
      await isGrey(`${tile(id)} .live-still`);
    }
    const words = (id: string): Promise<string> =>
      page.locator(`${tile(id)} [data-testid=live-trouble]`).innerText();
    assert.match(await words(DEMO), /^Unreachable\s+No picture since \d\d:\d\d:\d\d$/);
    // A camera elsewhere has its own clock, and says so.
    assert.match(await words(DOCK), /^Unreachable\s+No picture since \d\d:\d\d:\d\d UTC\+05:45$/);
    // What was dead before the page came says since when it is.
    await page.click('[data-testid=live-layout] [data-value="16"]');
    assert.match(await words('cam_ffffffffffffffff'), /^Unreachable\s+since \d\d:\d\d/);
    await put('online', DEMO, DOCK);
    for (const id of [DEMO, DOCK]) await page.waitForSelector(`${tile(id)}[data-live]`);
    await page.context().close();
  });
}
