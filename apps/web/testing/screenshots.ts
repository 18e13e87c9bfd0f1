import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { MOCK_PASSWORD, MOCK_USERNAME } from './mock-api.ts';
import { servePage } from './page-server.ts';

/**
 * Pictures of every page in both themes, both languages and several widths, for a person to look at:
 * `node apps/web/testing/screenshots.ts <folder> [width…]`, after a build.
 */
const [folder = 'screenshots', ...given] = process.argv.slice(2);
const widths = given.length > 0 ? given.map(Number) : [360, 1280, 2560];
const HEIGHTS: Readonly<Record<number, number>> = { 360: 780, 1280: 800, 2560: 1440 };

const PRINTED = 'k7wq-m2ht-9xpa-c4vd-t8nb';
const CSV = [
  'name,address,url,username,password',
  'Front gate,192.168.1.30,,admin,secret',
  'Garage,192.168.1.31,,admin,wrong',
  ',192.168.1.32,,admin,secret',
  'Warehouse,,rtsp://192.168.1.33/stream1,admin,secret',
].join('\n');

await mkdir(folder, { recursive: true });
const server = await servePage(join(import.meta.dirname, '../dist'));
const browser = await launchChromium();

async function shoot(page: Page, name: string, full = false): Promise<void> {
  await page.waitForTimeout(450);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) console.log(`${name}: ${overflow} px wider than the window`);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: full });
}

try {
  for (const width of widths) {
    for (const [locale, theme] of [
      ['en', 'light'],
      ['pt-BR', 'dark'],
    ] as const) {
      const context = await browser.newContext({
        locale,
        colorScheme: theme,
        timezoneId: 'America/Sao_Paulo',
        viewport: { width, height: HEIGHTS[width] ?? 800 },
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) console.log(message.text());
      });
      page.on('pageerror', (error) => console.log(page.url(), error.stack));
      const tag = `${width}-${locale}-${theme}`;
      server.controls.world.alarms =
        theme === 'dark'
          ? [
              {
                code: 'volume.full',
                severity: 'critical',
                subject: 'archive',
                since: new Date(Date.now() - 9e5).toISOString(),
                detail: 'Volume archive is full.',
              },
            ]
          : [];
      server.controls.account = { password: PRINTED, mustChoosePassword: true };
      await page.goto(`${server.origin}/welcome#${PRINTED}`);
      await page.fill('[name=next]', 'quatro gaivotas');
      await shoot(page, `${tag}-welcome`);
      await page.click('[data-testid=choose-password-later]');
      await page.waitForSelector('.welcome-stage[data-phase=playing]');
      await shoot(page, `${tag}-welcome-picture`);
      server.controls.account = { password: MOCK_PASSWORD, mustChoosePassword: false };
      server.controls.expireSessions();
      await page.goto(`${server.origin}/welcome#${PRINTED}`);
      await page.waitForSelector('[data-testid=welcome-used]');
      await shoot(page, `${tag}-welcome-used`);
      await page.goto(`${server.origin}/sign-in`);
      await page.waitForSelector('[data-testid=sign-in-form]');
      await shoot(page, `${tag}-sign-in`);
      await page.fill('[name=username]', MOCK_USERNAME);
      await page.fill('[name=password]', 'wrong');
      await page.click('[data-testid=sign-in]');
      await page.waitForSelector('[data-testid=problem]');
      await shoot(page, `${tag}-sign-in-wrong`);
      await page.fill('[name=password]', MOCK_PASSWORD);
      await page.click('[data-testid=sign-in]');
      await page.waitForSelector('[data-testid=camera-card]');
      await shoot(page, `${tag}-cameras`, true);
      await page.click('[data-testid=user-menu]');
      await shoot(page, `${tag}-menu`);
      await page.keyboard.press('Escape');
      await page.click('[data-testid=add-camera]');
      await shoot(page, `${tag}-find`);
      await page.fill('[name=address]', '192.168.1.3');
      await page.click('[data-testid=find-camera]');
      await page.waitForSelector('[data-testid=not-found]');
      await shoot(page, `${tag}-find-failed`);
      await page.fill('[name=address]', '192.168.1.20');
      await page.fill('[name=username]', 'admin');
      await page.fill('[name=password]', 'secret');
      await page.click('[data-testid=find-camera]');
      await page.waitForSelector('[data-testid=found]');
      await shoot(page, `${tag}-found`);
      await page.click('[data-testid=add-way] [data-value=file]');
      await page.fill('[name=csv]', CSV);
      await page.click('[data-testid=file-check]');
      await page.waitForSelector('[data-testid=file-add]');
      await shoot(page, `${tag}-file`);
      await page.click('[data-testid=add-way] [data-value=url]');
      await page.fill('[name=name]', 'Front door');
      await page.fill('[name=url]', 'rtsp://viewer:secret@10.0.4.30:554/stream1');
      await page.click('[data-testid=test-camera]');
      await page.waitForSelector('[data-testid=test-result]');
      await shoot(page, `${tag}-add`);
      await page.fill('[name=url]', 'rtsp://10.0.4.30:554/closed');
      await page.click('[data-testid=test-camera]');
      await page.waitForSelector('[data-testid=test-result]');
      await shoot(page, `${tag}-add-failed`);
      await page.keyboard.press('Escape');
      await page.locator('[data-testid=camera-menu]').nth(5).click();
      await page.click('[data-testid=delete-camera]');
      await shoot(page, `${tag}-delete`);
      await page.keyboard.press('Escape');
      await page.goto(`${server.origin}/cameras/cam_aaaaaaaaaaaaaaaa`);
      await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
      await page.waitForTimeout(2500);
      await page.click('[data-testid=live-badge]');
      await shoot(page, `${tag}-camera-live`, true);
      await page.click('[data-testid=player-back]');
      await page.waitForSelector('[data-testid=player][data-phase=ready]', { timeout: 15_000 });
      await shoot(page, `${tag}-camera`, true);
      await page.click('#tab-details');
      await page.click('[data-value="1 d"]');
      const box = await page.locator('[data-testid=timeline]').boundingBox();
      if (box !== null) await page.mouse.move(box.x + box.width * 0.33, box.y + 50);
      await shoot(page, `${tag}-camera-day`, true);
      await page.goto(`${server.origin}/cameras/cam_bbbbbbbbbbbbbbbb`);
      await page.waitForSelector('[data-testid=live-trouble]');
      await shoot(page, `${tag}-camera-h265`, true);
      await page.goto(`${server.origin}/live`);
      for (const layout of ['4', '9', '16']) {
        await page.click(`[data-testid=live-layout] [data-value="${layout}"]`);
        await page.waitForSelector('[data-testid=tile][data-phase=playing]');
        await page.waitForTimeout(800);
        await shoot(page, `${tag}-live-${layout}`);
      }
      await page.click('[data-testid=live-layout] [data-value="4"]');
      await page.goto(`${server.origin}/cameras/cam_eeeeeeeeeeeeeeee`);
      await page.waitForSelector('[data-testid=player]');
      await page.waitForTimeout(1500);
      await shoot(page, `${tag}-camera-wrong-password`, true);
      await page.goto(`${server.origin}/system`);
      await shoot(page, `${tag}-system`, true);
      await page.goto(`${server.origin}/settings`);
      await shoot(page, `${tag}-settings`, true);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
