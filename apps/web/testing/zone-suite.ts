import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { type Harness, liveIsDrawn } from './harness.ts';
import { troubles } from './mock-alerts.ts';
import { MOCK_TIME_ZONE } from './mock-data.ts';

/** In Kathmandu, 8 h 45 min ahead of the system, which is in São Paulo. */
const DOCK = 'cam_cccccccccccccccc';
const DEMO = 'cam_aaaaaaaaaaaaaaaa';
const KATHMANDU = 'Asia/Kathmandu';
const MINUTE = 60_000;
/** Where a device of these tests is that is not where the system is. */
const LISBON = 'Europe/Lisbon';

/** Every time on a page is in one zone, which the page names once and lets one choose. */
export async function testZones(context: TestContext, harness: Harness): Promise<void> {
  const { controls } = harness.server;
  let page: Page;
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  /** `14:03` at `at`. */
  const clock = (zone: string, at: number): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
      at,
    );
  const epoch = async (): Promise<number> =>
    Number(await page.getAttribute('[data-testid=player-time]', 'data-epoch-ms'));

  /** Everything on a camera's page that shows a time. */
  const allIn = async (zone: string): Promise<void> => {
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    const at = await epoch();
    // An hour may begin while it is read.
    const hours = [at, at + MINUTE].map((instant) => clock(zone, instant).slice(0, 2));
    const hour = `(${hours.join('|')})`;
    assert.match(await text('[data-testid=player-time]'), new RegExp(` ${hour}:`), 'player');
    assert.match(await page.inputValue('[name=goto]'), new RegExp(`T${hour}:`), 'go to');
    const range = await text('[data-testid=timeline-range]');
    assert.match(range, new RegExp(`[ ]${hour}:\\d\\d$`), 'time line');
    const valueText = await page.getAttribute('[data-testid=timeline]', 'aria-valuetext');
    assert.match(valueText ?? '', new RegExp(`, ${hour}:`), 'time line, read aloud');
    const row = page.locator('[data-testid=recording]').first();
    assert.match(await row.innerText(), new RegExp(`– ${hour}:`), 'recordings');
    await page.hover('[data-testid=timeline]', { position: { x: 10, y: 50 } });
    const from = Number(await page.getAttribute('[data-testid=timeline]', 'data-from'));
    const first = [from, from + MINUTE].map((instant) => clock(zone, instant).slice(0, 2));
    assert.match(await text('.timeline-tip'), new RegExp(`^(${first.join('|')}):`), 'tip');
    // Named once: nothing else on the page repeats it.
    assert.equal((await page.innerText('main')).match(/UTC[+−]\d\d:\d\d/g)?.length, 1);
  };
  const choose = async (choice: string): Promise<void> => {
    await page.click('[data-testid=zone]');
    await page.getByRole('menuitemradio', { name: choice }).click();
    await page.keyboard.press('Escape');
    await page.locator('[role=menu]').waitFor({ state: 'detached' });
  };

  await context.test('asks once whose times are meant, where the clocks differ', async () => {
    page = await harness.signedIn('/cameras', { timezoneId: LISBON });
    await page.waitForSelector('[data-testid=zone-question]');
    assert.match(
      await text('[data-testid=zone-question]'),
      /It is \d\d:\d\d \(Brasilia[\s\S]*on the system and \d\d:\d\d \(Western Europe/,
    );
    await page.click('nav a[href="/live"]');
    await page.waitForSelector('[data-testid=live-grid]');
    const grid = await page.locator('[data-testid=live-grid]').boundingBox();
    assert.ok(
      grid !== null && grid.y + grid.height <= 800,
      'every row is seen beside the question',
    );
    await page.click('[data-testid=zone-question] [data-choice=camera]');
    await page.locator('[data-testid=zone-question]').waitFor({ state: 'detached' });
    await page.goto(`${harness.server.origin}/cameras`);
    await page.waitForSelector('[data-testid=camera-card]');
    await page.waitForSelector('[data-testid=zone]');
    assert.equal(await page.locator('[data-testid=zone-question]').count(), 0);
  });

  await context.test(
    'shows a camera’s times in its own zone, the system’s, this device’s',
    async () => {
      await page.goto(`${harness.server.origin}/cameras/${DOCK}`);
      await allIn(KATHMANDU);
      assert.match(await text('[data-testid=zone]'), /UTC\+05:45/);
      await choose('The system’s');
      await allIn(MOCK_TIME_ZONE);
      await choose('This device’s');
      await allIn(LISBON);
      await choose('Each camera’s');
      await allIn(KATHMANDU);
    },
  );

  await context.test('names what it saves by the same clock', async () => {
    await liveIsDrawn(page);
    const saved = page.waitForEvent('download');
    await page.click('[data-testid=player-snapshot]');
    const name = (await saved).suggestedFilename();
    assert.ok(name.includes(`T${clock(KATHMANDU, await epoch()).slice(0, 2)}-`), name);
  });

  await context.test(
    'names the zone of the clock in full screen, where nothing else does',
    async () => {
      await page.keyboard.press('f');
      assert.equal(await text('[data-testid=player-zone]'), 'UTC+05:45');
      await page.keyboard.press('f');
      assert.equal(await page.locator('[data-testid=player-zone]').count(), 0);
    },
  );

  await context.test('lets one choose the zone of a camera', async () => {
    await page.click('[data-testid=edit-camera]');
    await page.selectOption('[name=timeZone]', 'America/Manaus');
    await page.click('[data-testid=save-camera]');
    await page.getByText('UTC−04:00').first().waitFor();
    assert.match(await text('[data-testid=zone]'), /Amazon[\s\S]*UTC−04:00/);
  });

  await context.test('names the zone in lists where it is not that of the page', async () => {
    await page.click('a[href="/cameras"]');
    const since = (id: string): Promise<string> =>
      page.locator(`[data-camera-id=${id}] .camera-card-state`).innerText();
    await page.waitForSelector(`[data-camera-id=${DOCK}]`);
    assert.match(await text('[data-testid=zone]'), /Brasilia/);
    assert.match(await since(DOCK), /UTC−04:00/);
    assert.doesNotMatch(await since(DEMO), /UTC/);
    const [alert] = troubles(Date.now());
    assert.ok(alert !== undefined);
    const about = (id: string) => ({
      ...alert,
      id: `alert_${id}`,
      subject: { kind: 'camera', id, name: id } as const,
    });
    controls.alerts.alerts = [about(DOCK), about(DEMO)];
    await page.click('a[href="/system"]');
    await page.waitForSelector('[data-testid=alert]');
    const alerts = await page.locator('[data-testid=alert]').allInnerTexts();
    assert.match(alerts[0] ?? '', /since .*UTC−04:00/);
    assert.doesNotMatch(alerts[1] ?? '', /UTC/);
    await page.context().close();
  });
}
