import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Harness } from './harness.ts';

/** In Kathmandu, 8 h 45 min ahead of the viewer, whose device is in São Paulo. */
const DOCK = 'cam_cccccccccccccccc';
const KATHMANDU = { timeZone: 'Asia/Kathmandu', hour: '2-digit', minute: '2-digit' } as const;

/** Times of a camera are those of where it stands, and say so. */
export async function testZones(context: TestContext, harness: Harness): Promise<void> {
  let page: Page;
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();

  await context.test('shows a camera’s times in its own zone, and names it', async () => {
    page = await harness.signedIn(`/cameras/${DOCK}`);
    await page.waitForSelector('[data-testid=player-time]');
    assert.match(await text('[data-testid=timeline-zone]'), /UTC\+05:45/);
    assert.match(await text('[data-testid=recordings-zone]'), /UTC\+05:45/);
    assert.match(await text('.player-zone'), /UTC\+05:45/);
    const at = Number(
      await page.locator('[data-testid=player-time]').getAttribute('data-epoch-ms'),
    );
    const there = new Intl.DateTimeFormat('en-GB', KATHMANDU).format(at);
    assert.ok((await page.inputValue('[name=goto]')).includes(`T${there}`), there);
  });

  await context.test('lets one choose the zone of a camera', async () => {
    await page.click('[data-testid=edit-camera]');
    await page.selectOption('[name=timeZone]', 'America/Manaus');
    await page.click('[data-testid=save-camera]');
    await page.getByText('UTC−04:00').first().waitFor();
    assert.match(await text('[data-testid=timeline-zone]'), /Amazon[\s\S]*UTC−04:00/);
  });

  await context.test('names the zone in the list where it is not that of the viewer', async () => {
    await page.click('a[href="/cameras"]');
    const since = (id: string): Promise<string> =>
      page.locator(`[data-camera-id=${id}] .camera-card-state`).innerText();
    await page.waitForSelector(`[data-camera-id=${DOCK}]`);
    assert.match(await since(DOCK), /UTC−04:00/);
    assert.doesNotMatch(await since('cam_aaaaaaaaaaaaaaaa'), /UTC/);
    await page.context().close();
  });
}
