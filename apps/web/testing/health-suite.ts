import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { askAgain, type Harness } from './harness.ts';
import { channelsOf, troubles } from './mock-alerts.ts';

/** How the whole is: alerts with what to do, disks, parts of the system, and who is told. */
export async function testHealth(context: TestContext, harness: Harness): Promise<void> {
  const { controls } = harness.server;
  let page: Page;
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();

  await context.test('says that all is well, and for how long there is room', async () => {
    page = await harness.signedIn('/system');
    assert.match(await text('[data-testid=no-alert]'), /not every camera sends pictures/);
    const { cameras } = controls.world;
    controls.world.cameras = cameras.filter(({ status }) => status.state === 'online');
    await askAgain(page);
    await page.waitForSelector('[data-testid=all-well]');
    controls.world.cameras = cameras;
    await askAgain(page);
    await page.waitForSelector('[data-testid=no-alert]');
    assert.match(
      await text('[data-testid=forecast]'),
      /about \d+ days; the goal is 30 days[\s\S]*GB are recorded per day/,
    );
    const states = await text('[data-testid=cameras-by-state]');
    assert.match(states, /4\s*Online[\s\S]*Reception[\s\S]*Wrong password/);
    assert.match(await text('[data-testid=channels]'), /only shown here[\s\S]*mail\.example\.org/);
  });

  await context.test('does not call well what keeps a day of thirty', async () => {
    const { cameras } = controls.world;
    controls.world.cameras = cameras.filter(({ status }) => status.state === 'online');
    await askAgain(page);
    await page.waitForSelector('[data-testid=all-well]');
    controls.world.forecast = { askedDays: 30, keptDays: 1.2, bytesPerDay: 2.1e12 };
    await askAgain(page);
    await page.waitForSelector('[data-testid=room-short]');
    assert.equal(await page.locator('[data-testid=all-well]').count(), 0);
    assert.match(
      await text('[data-testid=room-short]'),
      /Room for about 1 day; the goal is 30 days[\s\S]*2\.1 TB are recorded per day[\s\S]*add a disk/,
    );
    assert.match(await text('[data-testid=volume-keeps]'), /about 1 day of 30 days/);
    controls.world.forecast = { askedDays: 30, keptDays: 30, bytesPerDay: 2.1e10 };
    await askAgain(page);
    await page.waitForSelector('[data-testid=all-well]');
    Object.assign(controls.world, { cameras, forecast: null });
  });

  await context.test('tells every alert in plain words, with what to do', async () => {
    controls.alerts.alerts = troubles(Date.now());
    controls.world.alarms = troubles(Date.now())
      .slice(0, 3)
      .map(({ code, subject }) => ({
        code,
        severity: 'critical',
        subject: subject.name,
        since: new Date().toISOString(),
        detail: '',
      }));
    await askAgain(page);
    await page.waitForSelector('[data-testid=alert]');
    assert.equal(await page.locator('[data-testid=alert]').count(), 3);
    assert.match(
      await text('[data-code="camera.down"]'),
      /Reception sends no pictures[\s\S]*enter the user name and password again/,
    );
    assert.match(
      await text('[data-code="volume.full"]'),
      /\/mnt\/archive is full[\s\S]*Free space/,
    );
    assert.match(await text('[data-code="service.degraded"]'), /Live view works with limits/);
    await page.click('a[href="/cameras"]');
    assert.match(await text('[data-testid=alarm-count]'), /3 open alerts/);
    await page.click('[data-testid=alarm-count]');
    await page.waitForURL(/\/system$/);
    await page.locator('[data-code="camera.down"] a').click();
    await page.waitForURL(/\/cameras\/cam_e+$/);
    await page.goBack();
  });

  await context.test('keeps a history, also of what this page does not know', async () => {
    await page.click('[data-testid=alert-state] [data-value=all]');
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.waitForSelector('[data-code="moon.full"]');
    assert.match(await text('[data-code="moon.full"]'), /The moon is full[\s\S]*over/);
    assert.match(await text('[data-code="volume.missing"]'), /lasted 3 h 30 min/);
  });

  await context.test('shows where alerts are sent, and tries it', async () => {
    controls.alerts.channels = channelsOf(Date.now());
    await askAgain(page);
    await page.waitForSelector('[data-testid=channel]');
    const [mail, webhook] = [0, 1].map((at) => page.locator('[data-testid=channel]').nth(at));
    assert.match((await mail?.innerText()) ?? '', /me@example\.org[\s\S]*last delivered/);
    assert.match((await webhook?.innerText()) ?? '', /2 waiting[\s\S]*ECONNREFUSED/);
    await mail?.locator('[data-testid=test-channel]').click();
    await page.getByText('The test arrived.').waitFor();
    await webhook?.locator('[data-testid=test-channel]').click();
    await page.getByText('The test did not arrive: connect').waitFor();
  });

  await context.test('speaks of alerts in Portuguese', async () => {
    const other = await harness.signedIn('/system', { locale: 'pt-BR' });
    await other.waitForSelector('[data-code="volume.full"]');
    const words = await other.locator('[data-testid=alerts]').innerText();
    assert.match(words, /Reception não envia imagens/);
    assert.match(words, /O disco \/mnt\/archive está cheio/);
    await other.context().close();
    await page.context().close();
  });
}
