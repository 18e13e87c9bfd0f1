import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { type Harness, PART_MISSING, takesKeys } from './harness.ts';
import { MOCK_PASSWORD } from './mock-api.ts';

const OWN = 'quatro gaivotas leem o jornal';

/** Settings, the list of keys, and names in any script. */
export async function testSettings(context: TestContext, harness: Harness): Promise<void> {
  const { controls, origin } = harness.server;
  let page: Page;
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();

  await context.test('keeps language, theme and zone, and says which zones there are', async () => {
    page = await harness.signedIn('/account');
    await page.waitForURL(/\/settings$/);
    assert.match(await text('[data-testid=appearance]'), /Brasilia[\s\S]*UTC−03:00/);
    await page.waitForSelector('[data-testid=system-zone]');
    await page.click('[data-testid=zone-choice] [data-value=device]');
    await page.click('[data-testid=theme] [data-value=dark]');
    await page.click('[data-testid=language] [data-value="pt-BR"]');
    await page.getByRole('heading', { name: 'Configurações' }).waitFor();
    await page.goto(`${origin}/cameras/cam_cccccccccccccccc`);
    await page.waitForSelector('[data-testid=zone]');
    assert.match(await text('[data-testid=zone]'), /UTC−03:00/);
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await page.goto(`${origin}/settings`);
    await page.click('[data-testid=zone-choice] [data-value=camera]');
    await page.click('[data-testid=language] [data-value=en]');
  });

  await context.test('changes the password, and says while it is the printed one', async () => {
    controls.account = { password: MOCK_PASSWORD, mustChoosePassword: true };
    await page.reload();
    await page.click('[data-testid=choose-password-later]');
    await page.waitForSelector('[data-testid=first-password-notice]');
    await page.fill('[name=current]', MOCK_PASSWORD);
    await page.fill('[name=next]', OWN);
    await page.fill('[name=again]', OWN);
    await page.locator('[data-testid=password-form] [type=submit]').click();
    await page.getByText('Your password is set.').waitFor();
    assert.equal(await page.locator('[data-testid=first-password-notice]').count(), 0);
    assert.equal(controls.account.password, OWN);
    controls.account = { password: MOCK_PASSWORD, mustChoosePassword: false };
  });

  await context.test('makes a token, shows it once, and revokes it', async () => {
    await page.fill('[name=tokenName]', 'סקריפט גיבוי');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('vms_3yq7').waitFor();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await page.focus('[name=tokenName]');
    await page.keyboard.press('ControlOrMeta+v');
    assert.match(await page.inputValue('[name=tokenName]'), /^vms_3yq7\w+$/);
    await page.fill('[name=tokenName]', '');
    await page.locator('.tokens li', { hasText: 'סקריפט גיבוי' }).getByRole('button').click();
    await page.locator('.tokens li', { hasText: 'סקריפט גיבוי' }).waitFor({ state: 'detached' });
    assert.match(await text('[data-testid=about]'), /Version 0\.1\.0[\s\S]*MIT/);
  });

  await context.test('lists its keys by “?”, but not while one types', async () => {
    await page.focus('[name=tokenName]');
    await page.keyboard.press('?');
    assert.equal(await page.inputValue('[name=tokenName]'), '?');
    assert.equal(await page.locator('[data-testid=shortcuts]').count(), 0);
    await page.locator('h1').click();
    await page.keyboard.press('?');
    assert.match(
      await text('[data-testid=shortcuts]'),
      /Camera[\s\S]*Space[\s\S]*Time line[\s\S]*Ten steps/,
    );
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-testid=shortcuts]', { state: 'detached' });
    await page.context().close();
  });

  await context.test('shows names in any script as text, and lets them turn nothing', async () => {
    const names = [
      '<img src=x onerror="document.title=1">',
      'بوابة المستودع 🚪',
      'a\u202Egpj.exe',
      '👩‍👩‍👧‍👦'.repeat(12),
      '正門'.repeat(45),
    ];
    const before = controls.world.cameras;
    controls.world.cameras = before.map((camera, at) => ({
      ...camera,
      name: names[at] ?? camera.name,
    }));
    page = await harness.signedIn('/cameras', { viewport: { width: 360, height: 780 } });
    await page.waitForSelector('[data-testid=camera-card]');
    const widest = (): Promise<number> =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    assert.equal(await widest(), 0);
    const arabic = page.locator('[data-camera-id=cam_bbbbbbbbbbbbbbbb] h2 a');
    assert.equal(await arabic.innerText(), 'بوابة المستودع 🚪');
    assert.equal(await arabic.evaluate((link) => getComputedStyle(link).direction), 'rtl');
    await page.locator('[data-camera-id=cam_bbbbbbbbbbbbbbbb] [data-testid=camera-menu]').click();
    await page.click('[data-testid=delete-camera]');
    assert.match(await text('[data-testid=delete-dialog] h2'), /^Delete \u2068.*\u2069\?$/);
    await takesKeys(page, '[data-testid=delete-dialog]');
    await page.keyboard.press('Escape');
    for (const path of [
      '/live',
      '/cameras/cam_aaaaaaaaaaaaaaaa',
      '/cameras/cam_dddddddddddddddd',
    ]) {
      await page.goto(`${origin}${path}`);
      await page.waitForSelector('h1');
      assert.equal(await widest(), 0, path);
    }
    await page.goto(`${origin}/cameras/cam_aaaaaaaaaaaaaaaa`);
    await page.waitForFunction((name) => document.title.startsWith(name), names[0] ?? '');
    controls.world.cameras = before;
    await page.context().close();
  });

  await context.test(
    'says that it was upgraded, and reloads without losing what is watched',
    async () => {
      page = await harness.signedIn('/cameras/cam_aaaaaaaaaaaaaaaa');
      await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
      await page.click('[data-testid=player-back]');
      await page.waitForSelector('[data-testid=player][data-mode=playback]');
      const epoch = async (): Promise<number> =>
        Number(await page.locator('[data-testid=player-time]').getAttribute('data-epoch-ms'));
      const look = (): Promise<void> =>
        page.evaluate(() => {
          document.dispatchEvent(new Event('visibilitychange'));
        });
      await look();
      assert.equal(await page.locator('[data-testid=upgrade]').count(), 0);
      harness.server.faults.otherBuild = true;
      await look();
      await page.waitForSelector('[data-testid=upgrade]');
      const at = await epoch();
      harness.server.faults.otherBuild = false;
      // The address of before has the time already.
      const reloaded = page.waitForEvent('load');
      await page.getByRole('button', { name: 'Reload' }).click();
      await reloaded;
      await page.waitForURL(/\?t=/);
      await page.waitForSelector('[data-testid=player][data-mode=playback]');
      assert.ok(Math.abs((await epoch()) - at) < 60_000);
    },
  );

  await context.test(
    'loads again where a part of an older build is gone, and else says so',
    async () => {
      harness.server.faults.missing = /system-page/;
      const reloaded = page.waitForEvent('load');
      await page.click('a[href="/system"]');
      await reloaded;
      await page.waitForSelector('[data-testid=part-broken]');
      await page.click('a[href="/cameras"]');
      await page.waitForSelector('[data-testid=camera-card]');
      harness.server.faults.missing = undefined;
      await page.goto(`${origin}/system`);
      await page.waitForSelector('[data-testid=alerts]');
      // What a browser says of a file that is not there.
      harness.forgive(PART_MISSING);
    },
  );

  await context.test(
    'says in one way that page and system do not understand each other',
    async () => {
      await page.route('**/api/v1/cameras?*', (route) => route.fulfill({ body: '<h1>proxy</h1>' }));
      await page.goto(`${origin}/cameras`);
      await page.waitForSelector('[data-testid=problem]');
      assert.match(await text('[data-testid=problem]'), /versions differ. Reload/);
      await page.unroute('**/api/v1/cameras?*');
      await page.route('**/api/v1/cameras?*', (route) => route.fulfill({ json: { items: [] } }));
      await page.reload();
      await page.waitForSelector('[data-testid=problem]');
      assert.match(await text('[data-testid=problem]'), /versions differ. Reload/);
      await page.context().close();
    },
  );
}
