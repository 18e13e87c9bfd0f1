import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { askAgain, type Harness, signIn, takesKeys } from './harness.ts';

const DEMO = 'cam_aaaaaaaaaaaaaaaa';

export async function testCameras(context: TestContext, harness: Harness): Promise<void> {
  let page: Page;
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();

  await context.test('asks who it is, says what is wrong, and goes on', async () => {
    page = await harness.page();
    await page.goto(`${harness.server.origin}/system`);
    await page.waitForURL(/\/sign-in\?next=%2Fsystem$/);
    assert.match(await text('main'), /printed in the terminal/);
    await page.fill('[name=username]', 'admin');
    await page.click('[data-testid=sign-in]');
    assert.equal(await page.locator('[name=password]').getAttribute('aria-invalid'), 'true');
    await page.fill('[name=password]', 'wrong');
    await page.click('[data-testid=sign-in]');
    assert.match(await text('[data-testid=problem]'), /User name or password is wrong/);
    await signIn(page);
    await page.waitForURL(/\/system$/);
  });

  await context.test('comes back to where a session ended', async () => {
    harness.server.controls.expireSessions();
    await page.waitForURL(/\/sign-in\?next=%2Fsystem$/);
    assert.match(await text('form'), /Your session has ended/);
    await signIn(page);
    await page.waitForURL(/\/system$/);
  });

  await context.test(
    'lists cameras, those that need attention first, and filters them',
    async () => {
      await page.click('a[href="/cameras"]');
      await page.waitForSelector('[data-testid=camera-card]');
      const cards = page.locator('[data-testid=camera-card]');
      assert.equal(await cards.count(), 10);
      assert.match(await cards.first().innerText(), /Old lobby[\s\S]*Codec not supported/);
      await page.fill('input[type=search]', 'PORTAO');
      await page.waitForFunction(
        () => document.querySelectorAll('[data-testid=camera-card]').length === 1,
      );
      await page.fill('input[type=search]', '');
      await page.click('[data-testid=camera-filter] [data-value=off]');
      assert.match(await cards.first().innerText(), /Yard[\s\S]*Disabled/);
      await page.click('[data-testid=camera-filter] [data-value=all]');
    },
  );

  await context.test('keeps the cards it has while states are polled', async () => {
    await page
      .locator('[data-testid=camera-card]')
      .first()
      .evaluate((card) => {
        (card as HTMLElement).dataset.mark = 'same';
      });
    const [reception] = harness.server.controls.world.cameras.filter((c) => c.name === 'Reception');
    assert.ok(reception !== undefined);
    harness.server.controls.world.cameras = harness.server.controls.world.cameras.map((camera) =>
      camera === reception
        ? { ...camera, status: { ...camera.status, state: 'online' as const } }
        : camera,
    );
    await page.waitForSelector(`[data-camera-id=${reception.id}][data-state=online]`);
    assert.equal(await page.locator('[data-mark=same]').count(), 1);
  });

  await context.test('says when the system stops answering, and recovers', async () => {
    harness.server.controls.failWith = { status: 503, code: 'rpc.unreachable' };
    await askAgain(page);
    await page.waitForSelector('[data-testid=stale]');
    harness.server.controls.failWith = undefined;
    await askAgain(page);
    await page.waitForSelector('[data-testid=stale]', { state: 'detached' });
  });

  await context.test('keeps saying that nothing could be loaded, without flickering', async () => {
    harness.server.controls.failWith = { status: 503, code: 'rpc.unreachable' };
    await page.reload();
    const problem = page.locator('[data-testid=problem]');
    await problem.waitFor();
    assert.match(await problem.innerText(), /A part of the system is not running/);
    await problem.evaluate((element) => {
      (element as HTMLElement).dataset.mark = 'same';
    });
    for (let polls = 0; polls < 2; polls++) {
      await page.waitForResponse((response) => response.url().includes('/cameras?'));
    }
    assert.equal(await page.locator('[data-testid=problem][data-mark=same]').count(), 1);
    harness.server.controls.failWith = undefined;
    await page.waitForSelector('[data-testid=camera-card]');
  });

  await context.test('tests a camera in plain words before it adds it', async () => {
    await page.click('[data-testid=add-camera]');
    await page.click('[data-testid=add-way] [data-value=url]');
    await page.click('[data-testid=save-camera]');
    assert.equal(await page.locator('[aria-invalid=true]').count(), 2);
    await page.fill('[data-testid=camera-form] [name=name]', 'Front door');
    await page.fill('[data-testid=camera-form] [name=url]', 'rtsp://me:secret@10.0.4.40/closed');
    await page.locator('[data-testid=camera-form] [name=url]').blur();
    assert.equal(
      await page.inputValue('[data-testid=camera-form] [name=url]'),
      'rtsp://10.0.4.40/closed',
    );
    assert.equal(await page.inputValue('[data-testid=camera-form] [name=password]'), 'secret');
    await page.click('[data-testid=save-camera]');
    assert.match(await text('[data-testid=test-result]'), /Unreachable[\s\S]*power and network/);
    assert.match(await text('[data-testid=save-camera]'), /Add anyway/);
    await page.fill('[data-testid=camera-form] [name=url]', 'rtsp://10.0.4.40/stream1');
    await page.click('[data-testid=test-camera]');
    const found = await text('[data-testid=test-result]');
    for (const fact of [/works/, /H\.264/, /1920 × 1080/, /25 fps/, /4\.1 Mbit/, /AAC/]) {
      assert.match(found, fact);
    }
    await page.click('[data-testid=save-camera]');
    await page.click('[data-testid=added-list]');
    await page.locator('[data-testid=camera-card]', { hasText: 'Front door' }).waitFor();
    assert.equal(await page.locator('[role=dialog]').count(), 0);
  });

  await context.test('changes a camera and leaves its password alone', async () => {
    const card = page.locator('[data-testid=camera-card]', { hasText: 'Front door' });
    await card.locator('[data-testid=camera-menu]').click();
    await page.click('[data-testid=edit-camera]');
    const password = page.locator('[data-testid=camera-form] [name=password]');
    assert.equal(await password.inputValue(), '');
    assert.equal(await password.getAttribute('placeholder'), 'Unchanged');
    const refused = {
      code: 'http.invalid-request',
      errors: [{ path: 'body.password', message: 'is longer than a camera takes' }],
    };
    await page.route(/\/api\/v1\/cameras\/cam_/, (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({ status: 400, json: refused })
        : route.fallback(),
    );
    await page.fill('[data-testid=camera-form] [name=name]', 'Any door');
    await page.click('[data-testid=save-camera]');
    await page.locator('[role=dialog]').getByText('is longer than a camera takes').waitFor();
    await page.unrouteAll();
    await page.fill('[data-testid=camera-form] [name=name]', 'Back door');
    await page.click('[data-testid=save-camera]');
    await page.locator('[data-testid=camera-card]', { hasText: 'Back door' }).waitFor();
  });

  await context.test('asks before it deletes, and what becomes of the recordings', async () => {
    const card = page.locator('[data-testid=camera-card]', { hasText: 'Back door' });
    await card.locator('[data-testid=camera-menu]').click();
    await page.click('[data-testid=delete-camera]');
    await page.check('[name=recordings][value=delete]');
    const sent = page.waitForRequest((request) => request.method() === 'DELETE');
    await page.click('[data-testid=confirm-delete]');
    assert.match((await sent).url(), /recordings=delete$/);
    await card.waitFor({ state: 'detached' });
    await page.locator(`[data-camera-id=${DEMO}] [data-testid=camera-menu]`).click();
    await page.click('[data-testid=delete-camera]');
    assert.match(await text('[data-testid=delete-dialog]'), /never returns/);
    assert.equal(await page.locator('[name=recordings]').count(), 0);
    await takesKeys(page, '[data-testid=delete-dialog]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-testid=delete-dialog]', { state: 'detached' });
  });

  await context.test('speaks Portuguese to who reads it, and changes when asked', async () => {
    const other = await harness.signedIn('/cameras', { locale: 'pt-BR', colorScheme: 'dark' });
    await other.getByRole('heading', { name: 'Câmeras' }).waitFor();
    assert.equal(await other.locator('html').getAttribute('lang'), 'pt-BR');
    await other.click('[data-testid=user-menu]');
    await other.getByRole('menuitemradio', { name: 'English' }).click();
    await other.getByRole('menuitemradio', { name: 'Light' }).click();
    await other.reload();
    await other.getByRole('heading', { name: 'Cameras' }).waitFor();
    assert.equal(await other.locator('html').getAttribute('data-theme'), 'light');
    await other.context().close();
  });

  await context.test('signs out', async () => {
    await page.click('[data-testid=user-menu]');
    await page.click('[data-testid=sign-out]');
    await page.waitForSelector('[data-testid=sign-in-form]');
    await page.goto(`${harness.server.origin}/cameras`);
    await page.waitForURL(/\/sign-in/);
    assert.equal(await page.getByText('Your session has ended').count(), 0);
  });
}
