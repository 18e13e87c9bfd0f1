import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Harness } from './harness.ts';
import { MOCK_PASSWORD, MOCK_USERNAME } from './mock-api.ts';

const PRINTED = 'k7wq-m2ht-9xpa-c4vd-t8nb';
const OWN = 'quatro gaivotas leem o jornal';

/** From the printed address to the first picture, and every way in which that can go otherwise. */
export async function testFirstRun(context: TestContext, harness: Harness): Promise<void> {
  const { controls, origin } = harness.server;
  const printed = (): void => {
    controls.account = { password: PRINTED, mustChoosePassword: true };
  };
  const strength = (page: Page): Promise<string> =>
    page.locator('[data-testid=password-strength]').innerText();

  await context.test('signs in by the printed address, and forgets it at once', async () => {
    printed();
    const page = await harness.page();
    await page.goto(`${origin}/welcome#${PRINTED}`);
    await page.waitForSelector('[data-testid=choose-password-form]');
    assert.equal(page.url(), `${origin}/welcome`);
    assert.equal(await page.locator('[name=current]').count(), 0);
    await page.context().close();
  });

  await context.test('asks for a password, in words, and shows the first picture', async () => {
    printed();
    const page = await harness.page();
    await page.goto(`${origin}/welcome#${PRINTED}`);
    await page.fill('[name=next]', 'short');
    assert.match(await strength(page), /7 more characters/);
    await page.click('[data-testid=choose-password]');
    assert.match(await page.locator('.field-error').first().innerText(), /7 more characters/);
    await page.fill('[name=next]', 'password1234');
    assert.match(await strength(page), /easy to guess/);
    await page.fill('[name=next]', OWN);
    assert.match(await strength(page), /Strong/);
    await page.click('[data-testid=choose-password]');
    assert.match(await page.locator('.field-error').innerText(), /differ/);
    await page.getByRole('button', { name: 'Show password' }).first().click();
    assert.equal(await page.locator('[name=again]').count(), 0);
    await page.click('[data-testid=choose-password]');
    await page.waitForSelector('[data-testid=first-picture]');
    assert.deepEqual(controls.account, { password: OWN, mustChoosePassword: false });
    await page.waitForSelector('.welcome-stage[data-phase=playing]');
    await page.click('[data-testid=welcome-add-cameras]');
    await page.waitForSelector('[data-testid=find-form]');
    await page.context().close();
  });

  await context.test('says that an address was used, and leads to signing in', async () => {
    controls.account = { password: OWN, mustChoosePassword: false };
    const page = await harness.page({ locale: 'pt-BR' });
    await page.goto(`${origin}/welcome#${PRINTED}`);
    const words = await page.locator('[data-testid=welcome-used]').innerText();
    assert.match(words, /não serve mais/);
    assert.equal(page.url(), `${origin}/welcome`);
    await page.getByRole('link', { name: 'Entrar' }).click();
    await page.fill('[name=username]', MOCK_USERNAME);
    await page.fill('[name=password]', OWN);
    await page.click('[data-testid=sign-in]');
    await page.waitForSelector('[data-testid=user-menu]');
    await page.goto(`${origin}/welcome#${PRINTED}`);
    await page.getByText('Você já escolheu uma senha').waitFor();
    await page.context().close();
  });

  await context.test(
    'leads the same way after signing in by hand, and lets one put it off',
    async () => {
      printed();
      const page = await harness.page();
      await page.goto(`${origin}/system`);
      await page.fill('[name=username]', MOCK_USERNAME);
      await page.fill('[name=password]', PRINTED);
      await page.click('[data-testid=sign-in]');
      await page.waitForURL(/\/welcome\?next=%2Fsystem$/);
      await page.click('[data-testid=choose-password-later]');
      await page.waitForURL(/\/system$/);
      await page.reload();
      await page.waitForSelector('[data-testid=user-menu]');
      assert.match(page.url(), /\/system$/);
      await page.context().close();
    },
  );

  await context.test(
    'asks for the printed password again where the page was loaded again',
    async () => {
      printed();
      const page = await harness.page();
      await page.goto(`${origin}/welcome#${PRINTED}`);
      await page.waitForSelector('[data-testid=choose-password-form]');
      await page.reload();
      await page.fill('[name=current]', 'not it');
      await page.fill('[name=next]', OWN);
      await page.fill('[name=again]', OWN);
      await page.click('[data-testid=choose-password]');
      await page.waitForSelector('[data-testid=problem]');
      await page.fill('[name=current]', PRINTED);
      await page.click('[data-testid=choose-password]');
      await page.waitForSelector('[data-testid=first-picture]');
      await page.context().close();
    },
  );

  controls.account = { password: MOCK_PASSWORD, mustChoosePassword: false };
}
