import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Harness } from './harness.ts';
import { MOCK_PASSWORD, MOCK_USERNAME } from './mock-api.ts';

const DEMO = '/cameras/cam_aaaaaaaaaaaaaaaa';

/** Tries of a list that is asked for, until it counts as failed. */
const LIST_TRIES = 4;

/** An unavailable server: the page stays, says so, and continues; the browser's own error page is never seen. */
export async function testAway(context: TestContext, harness: Harness): Promise<void> {
  const { server } = harness;
  let page: Page;
  const toast = (): Promise<unknown> =>
    page.locator('[data-testid=toast]', { hasText: 'does not answer' }).first().waitFor();
  /** The page is ours, at its own address. */
  const isOurs = (): boolean => page.url().startsWith(server.origin);

  await context.test('a page says since when what it shows is old, and then goes on', async () => {
    page = await harness.signedIn(DEMO);
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    await page.waitForSelector('[data-testid=recording]');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await server.leave();
    await page.waitForSelector('[data-testid=stale]');
    assert.match(
      await page.innerText('[data-testid=stale]'),
      /system is not responding[\s\S]*is from \d\d:\d\d:\d\d/,
    );
    assert.equal(await page.locator('[data-testid=stale]').count(), 1);
    // What was known stays, dated by the notice: also when the last try was in vain.
    for (let tries = 0; tries < LIST_TRIES; tries++) {
      await page.waitForEvent('requestfailed', (request) =>
        /recordings\/cam_a+\?/.test(request.url()),
      );
    }
    assert.ok((await page.locator('[data-testid=recording]').count()) > 0);
  });

  await context.test('downloads, the reference and a new version wait for an answer', async () => {
    await page.locator('[data-testid=recording-download]').first().click();
    await toast();
    const beside = page.context().pages().length;
    await page.click('[data-testid=user-menu]');
    await page.getByRole('menuitem', { name: 'API reference' }).click();
    await toast();
    assert.equal(page.context().pages().length, beside, 'no page of the browser beside it');
    assert.ok(isOurs());
  });

  await context.test(
    'a part that was never loaded waits for the system, and then comes',
    async () => {
      await page.click('a[href="/system"]');
      await page.waitForSelector('[data-testid=part-away]');
      assert.ok(isOurs());
      await server.comeBack();
      await page.waitForSelector('[data-testid=alerts]');
      assert.match(page.url(), /\/system$/);
    },
  );

  await context.test('reloading and opening an address have a page of ours, too', async () => {
    await page.goto(`${server.origin}/cameras`);
    await page.waitForSelector('[data-testid=camera-card]');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await server.leave();
    await page.reload();
    await page.getByRole('heading', { name: 'The system is not responding' }).waitFor();
    assert.match(page.url(), /\/cameras$/);
    await server.comeBack();
    await page.waitForSelector('[data-testid=camera-card]');
    harness.complaints.splice(0);
    await page.context().close();
  });

  await context.test('so has the first run, which comes before everything else', async () => {
    page = await harness.page();
    server.controls.account = { ...server.controls.account, mustChoosePassword: true };
    await page.goto(server.origin);
    await page.waitForSelector('[data-testid=sign-in-form]');
    server.faults.missing = /welcome-page/;
    const reloaded = page.waitForEvent('load');
    await page.fill('[name=username]', MOCK_USERNAME);
    await page.fill('[name=password]', MOCK_PASSWORD);
    await page.click('[data-testid=sign-in]');
    await reloaded;
    await page.waitForSelector('[data-testid=part-broken]');
    server.faults.missing = undefined;
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.waitForSelector('[data-testid=choose-password-form]');
    server.controls.account = { ...server.controls.account, mustChoosePassword: false };
    harness.complaints.splice(0);
    await page.context().close();
  });

  await context.test('a new version is not loaded while the system is unavailable', async () => {
    page = await harness.signedIn('/cameras');
    await page.waitForSelector('[data-testid=camera-card]');
    server.faults.otherBuild = true;
    await page.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForSelector('[data-testid=upgrade]');
    server.faults.otherBuild = false;
    await server.leave();
    await page.getByRole('button', { name: 'Reload' }).click();
    await toast();
    await page.waitForSelector('[data-testid=camera-card]');
    await server.comeBack();
    await page.waitForSelector('[data-testid=stale]', { state: 'detached' });
    harness.complaints.splice(0);
    await page.context().close();
  });
}
