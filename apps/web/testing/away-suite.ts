import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { type Harness, PART_MISSING } from './harness.ts';
import { MOCK_PASSWORD, MOCK_USERNAME } from './mock-api.ts';
import { comeToRest } from './page-checks.ts';

const DEMO = '/cameras/cam_aaaaaaaaaaaaaaaa';

/** Tries of a list that is asked for, until it counts as failed: RETRIES of app.tsx, and the first. */
const LIST_TRIES = 3;
/** What Chromium logs of a live view that was just being opened when the server left. */
const UNANSWERED = /^WebSocket connection to .* failed/;

/** Waits until so many requests have failed; those that the page aborted do not count. */
function failures(page: Page, address: RegExp, count: number): Promise<void> {
  let failed = 0;
  return page
    .waitForEvent('requestfailed', (request) => {
      if (request.failure()?.errorText === 'net::ERR_ABORTED') return false;
      if (address.test(request.url())) failed++;
      return failed === count;
    })
    .then(() => undefined);
}

/** Tries of a query until it counts as failed. */
const QUERY_TRIES = 3;

/** An unavailable server: the page stays, says so, and continues; the browser's own error page is never seen. */
export async function testAway(context: TestContext, harness: Harness): Promise<void> {
  const { server } = harness;
  let page: Page;
  /** Does something, and waits until that says that the system is unavailable, whatever was said before. */
  const isTold = async (act: () => Promise<void>): Promise<void> => {
    await page.locator('[data-testid=toast]').evaluateAll((toasts) => {
      for (const toast of toasts) toast.setAttribute('data-seen', '');
    });
    await act();
    await page
      .locator('[data-testid=toast]:not([data-seen])', { hasText: 'does not answer' })
      .waitFor();
  };
  /** The page is ours, at its own address. */
  const isOurs = (): boolean => page.url().startsWith(server.origin);

  await context.test('a page says since when what it shows is old, and then goes on', async () => {
    page = await harness.signedIn(DEMO);
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    await page.waitForSelector('[data-testid=recording]');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const lastTry = failures(page, /recordings\/cam_a+\?/, LIST_TRIES);
    await server.leave();
    await Promise.all([page.waitForSelector('[data-testid=stale]'), lastTry]);
    assert.match(
      await page.innerText('[data-testid=stale]'),
      /system is not responding[\s\S]*is from \d\d:\d\d:\d\d/,
    );
    assert.equal(await page.locator('[data-testid=stale]').count(), 1);
    // What was known stays, dated by the notice: also when the last try was in vain.
    await comeToRest(page);
    assert.ok((await page.locator('[data-testid=recording]').count()) > 0);
  });

  await context.test('downloads, the reference and a new version wait for an answer', async () => {
    await isTold(() => page.locator('[data-testid=recording-download]').first().click());
    const beside = page.context().pages().length;
    await page.click('[data-testid=user-menu]');
    await isTold(() => page.getByRole('menuitem', { name: 'API reference' }).click());
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
    harness.forgive(UNANSWERED);
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
    harness.forgive(PART_MISSING);
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
    await isTold(() => page.getByRole('button', { name: 'Reload' }).click());
    await page.waitForSelector('[data-testid=camera-card]');
    await server.comeBack();
    await page.waitForSelector('[data-testid=stale]', { state: 'detached' });
    harness.forgive(UNANSWERED);
    await page.context().close();
  });

  await context.test('what is asked for once is asked again when the system is back', async () => {
    page = await harness.signedIn('/settings');
    await page.waitForSelector('[name=tokenName]');
    await server.leave();
    const failed = failedTries(page, /\/tokens$/);
    // A query is asked again when its page is looked at again.
    await page.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });
    await failed;
    await page.waitForSelector('[data-testid=stale]');
    await server.comeBack();
    await page.waitForSelector('[data-testid=stale]', { state: 'detached' });
    harness.complaints.splice(0);
    await page.context().close();
  });

  await context.test('a part is waited for as long as the system comes and goes', async () => {
    page = await harness.signedIn('/cameras');
    await page.waitForSelector('[data-testid=camera-card]');
    // Away, there, away again just before the page is reloaded, and there.
    const answers = [false, true, false];
    await page.route(`${server.origin}/`, (route) =>
      answers.shift() === false ? route.abort() : route.continue(),
    );
    await page.route(/assets\/system-page/, (route) =>
      answers.length > 0 ? route.abort() : route.continue(),
    );
    await page.click('a[href="/system"]');
    await page.waitForSelector('[data-testid=alerts]');
    assert.deepEqual(answers, []);
    harness.complaints.splice(0);
    await page.context().close();
  });

  await context.test('a missing player is fetched by reloading where the picture is', async () => {
    page = await harness.signedIn(DEMO);
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    let isGone = true;
    await page.route(/assets\/hls/, (route) => (isGone ? route.abort() : route.continue()));
    await page.route(`${server.origin}/`, (route) => route.abort());
    await page.click('[data-testid=player-back]');
    const failed = page.locator('[data-testid=playback-failed]');
    await failed.waitFor();
    assert.match(await failed.innerText(), /does not answer/);
    await page.unroute(`${server.origin}/`);
    page.on('framenavigated', () => {
      isGone = false;
    });
    await failed.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector('[data-testid=player][data-mode=playback][data-phase=ready]');
    assert.match(page.url(), /\?t=/);
    harness.complaints.splice(0);
    await page.context().close();
  });
}

/** Waits until a query has given up. */
async function failedTries(page: Page, address: RegExp): Promise<void> {
  for (let tries = 0; tries < QUERY_TRIES; tries++) {
    await page.waitForEvent('requestfailed', (request) => address.test(request.url()));
  }
}
