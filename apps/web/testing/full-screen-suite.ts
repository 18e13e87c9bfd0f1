import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { type Harness, openSession } from './harness.ts';
import { comeToRest } from './page-checks.ts';

const DEMO = '/cameras/cam_aaaaaaaaaaaaaaaa';
const PLAYER = '[data-testid=player]';
/** A telephone that stands and that lies, and a laptop. */
const SCREENS = [
  { width: 360, height: 780 },
  { width: 780, height: 360 },
  { width: 1366, height: 768 },
] as const;
/** Drawn without a graphics processor it takes long, so only the grid is seen on it. */
const WALL = { width: 3840, height: 2160 };

/** Pixels by which an element does not fill the window, and whether it is what one sees there. */
async function missing(page: Page, selector: string): Promise<number> {
  await comeToRest(page);
  return page.evaluate((query) => {
    const box = document.querySelector(query)?.getBoundingClientRect();
    if (box === undefined) return Number.NaN;
    return Math.max(
      Math.abs(box.left),
      Math.abs(box.top),
      Math.abs(innerWidth - box.right),
      Math.abs(innerHeight - box.bottom),
    );
  }, selector);
}

/** Whether a press in the middle of an element reaches it. */
function canBePressed(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((query) => {
    const element = document.querySelector(query);
    const box = element?.getBoundingClientRect();
    if (element == null || box === undefined) return false;
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return hit !== null && element.contains(hit);
  }, selector);
}

/** A full screen is full: pictures on every screen, live and past, with their controls. */
export async function testFullScreen(context: TestContext, harness: Harness): Promise<void> {
  let page: Page;
  const fills = async (selector: string, more: readonly (typeof WALL)[] = []): Promise<void> => {
    for (const size of [...SCREENS, ...more]) {
      await page.setViewportSize(size);
      const pixels = await missing(page, selector);
      assert.ok(pixels < 1, `${selector} at ${size.width} × ${size.height}: ${pixels} px`);
    }
  };
  /** A window whose size changes while the browser is still on its way into full screen leaves it again. */
  const hasTheScreen = (): Promise<unknown> =>
    page.waitForFunction(() => document.fullscreenElement !== null);
  const hasLeftFullScreen = (): Promise<unknown> =>
    page.waitForFunction(() => document.fullscreenElement === null);
  const picture = (name: string): Promise<unknown> =>
    process.env.VMS_PICTURES === undefined
      ? Promise.resolve()
      : (async () => {
          for (const size of SCREENS) {
            await page.setViewportSize(size);
            await comeToRest(page);
            await page.screenshot({
              path: `${process.env.VMS_PICTURES}/full-${name}-${size.width}.png`,
            });
          }
        })();

  await context.test('fills the screen with a live picture and its controls', async () => {
    page = await harness.signedIn(DEMO);
    await page.waitForSelector(`${PLAYER}[data-phase=live-playing]`);
    await page.click('[data-testid=player-fullscreen]');
    await page.waitForSelector(`${PLAYER}[data-full]`);
    await hasTheScreen();
    await fills('.live-video');
    await picture('live');
    for (const size of SCREENS) {
      await page.setViewportSize(size);
      await page.mouse.move(size.width / 2, size.height / 2);
      await page.waitForSelector(`${PLAYER}:not([data-idle])`);
      for (const control of ['player-play', 'go-live', 'player-fullscreen'])
        assert.ok(await canBePressed(page, `[data-testid=${control}]`), control);
    }
  });

  await context.test('lets the controls go while no hand moves, and brings them back', async () => {
    await page.mouse.move(200, 200);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.waitForSelector(`${PLAYER}[data-idle]`);
    assert.equal(await canBePressed(page, '[data-testid=player-play]'), false);
    // Keys lead to them, and what has the focus can be seen.
    const focused = async (): Promise<string | null | undefined> => {
      await page.keyboard.press('Tab');
      return page.evaluate(
        () => document.activeElement?.closest('[data-testid=player],body')?.className,
      );
    };
    const reached = new Set<string | null | undefined>();
    for (let presses = 0; presses < 20; presses++) reached.add(await focused());
    // The document itself is what comes between the last and the first.
    assert.deepEqual([...reached].sort(), ['', 'player']);
    await page.waitForSelector(`${PLAYER}:not([data-idle])`);
  });

  await context.test('shows dialogs over it, and Escape closes one thing at a time', async () => {
    await page.setViewportSize(SCREENS[2]);
    await page.keyboard.press('?');
    await page.waitForSelector('[data-testid=shortcuts]');
    assert.ok(await canBePressed(page, '[data-testid=shortcuts] h2'));
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-testid=shortcuts]', { state: 'detached' });
    await page.waitForSelector(`${PLAYER}[data-full]`);
    await page.keyboard.press('Escape');
    await page.waitForSelector(`${PLAYER}:not([data-full])`);
    await hasLeftFullScreen();
    assert.ok(await canBePressed(page, '[data-testid=user-menu]'));
  });

  await context.test('fills the screen with a recording', async () => {
    await page.setViewportSize(SCREENS[2]);
    await page.click('[data-testid=player-back]');
    await page.waitForSelector(`${PLAYER}[data-phase=ready]`);
    await page.keyboard.press('f');
    await page.waitForSelector(`${PLAYER}[data-full]`);
    await hasTheScreen();
    await fills('[data-testid=player-video]');
    await picture('recording');
    await page.keyboard.press('f');
    await page.waitForSelector(`${PLAYER}:not([data-full])`);
    await page.context().close();
  });

  await context.test('fills the window where the browser has no full screen', async () => {
    page = await harness.page({ hasTouch: true, viewport: SCREENS[0] });
    await page.addInitScript(() => {
      Object.assign(Element.prototype, { requestFullscreen: undefined });
    });
    await page
      .context()
      .addCookies([{ ...(await openSession(harness.server.origin)), url: harness.server.origin }]);
    await page.goto(`${harness.server.origin}${DEMO}`);
    await page.waitForSelector(`${PLAYER}[data-phase=live-playing]`);
    await page.tap('[data-testid=player-fullscreen]');
    await page.waitForSelector(`${PLAYER}[data-full]`);
    await fills('.live-video');
    // A tap on a picture alone brings its controls back; the next one pauses.
    await page.waitForSelector(`${PLAYER}[data-idle]`);
    await page.touchscreen.tap(180, 300);
    await page.waitForSelector(`${PLAYER}:not([data-idle])`);
    assert.equal(await page.getAttribute(PLAYER, 'data-phase'), 'live-playing');
    await page.touchscreen.tap(180, 300);
    await page.waitForSelector(`${PLAYER}[data-phase=live-off]`);
    await page.context().close();
  });

  await context.test('fills the screen with the grid, and with one of its tiles', async () => {
    const tile = '[data-camera-id=cam_cccccccccccccccc]';
    page = await harness.signedIn('/live');
    await page.waitForSelector(`${tile}[data-phase=playing]`);
    assert.equal(await page.getAttribute(tile, 'data-stream'), 'sub');
    await page.keyboard.press('f');
    await page.waitForSelector('[data-testid=live-page][data-full]');
    await hasTheScreen();
    await fills('[data-testid=live-grid]', [WALL]);
    await picture('grid');
    await page.setViewportSize(SCREENS[2]);
    await page.hover(tile);
    await page.click(`${tile} [data-testid=tile-fullscreen]`);
    await page.waitForSelector(`${tile}[data-full]`);
    // A large picture is the main one.
    await page.waitForSelector(`${tile}[data-stream=main][data-phase=playing]`);
    await fills(`${tile} video`);
    await picture('tile');
    await page.setViewportSize(SCREENS[2]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-testid=live-page][data-full]');
    assert.equal(await page.locator(`${tile}[data-full]`).count(), 0);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-testid=live-page]:not([data-full])');
    await page.locator(`${tile} .tile-link`).focus();
    // Three times at once: the last counts, although the screen is on its way out by then.
    for (let press = 0; press < 3; press++) await page.keyboard.press('f');
    await page.waitForSelector(`${tile}[data-full]`);
    await hasTheScreen();
    assert.equal(await page.locator(`${tile}[data-full]`).count(), 1);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/cameras\/cam_c+$/);
    await hasLeftFullScreen();
    assert.ok(await canBePressed(page, '[data-testid=user-menu]'));
  });

  await context.test('a key that is held fills the screen once', async () => {
    await page.click('a[href="/live"]');
    await page.waitForSelector('[data-testid=tile]');
    for (let press = 0; press < 4; press++) await page.keyboard.down('f');
    await page.keyboard.up('f');
    assert.equal(await page.locator('[data-testid=live-page][data-full]').count(), 1);
    await page.keyboard.press('f');
    await page.waitForSelector('[data-testid=live-page]:not([data-full])');
  });

  await context.test('does not go back to a picture that is gone', async () => {
    const { world } = harness.server.controls;
    const tile = '[data-camera-id=cam_cccccccccccccccc]';
    await page.locator(`${tile} .tile-link`).focus();
    await page.keyboard.press('f');
    await page.waitForSelector(`${tile}[data-full]`);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('f');
    await page.waitForSelector('[data-testid=live-page][data-full]');
    const { cameras } = world;
    world.cameras = cameras.filter(({ id }) => !id.includes('cccc'));
    await page.waitForSelector(tile, { state: 'detached' });
    world.cameras = cameras;
    await page.keyboard.press('f');
    await page.waitForSelector('[data-testid=live-page]:not([data-full])');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.full), undefined);
    assert.ok(await canBePressed(page, '[data-testid=user-menu]'));
    await page.context().close();
  });
}
