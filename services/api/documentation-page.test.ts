import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { startApi } from './testing/api-harness.ts';

const CHROMIUM = '/usr/bin/chromium';
const skip = existsSync(CHROMIUM) ? false : 'there is no Chromium on this machine';

test('the page to try it works in a browser under its strict policy', { skip }, async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const [name = '', value = ''] = api.cookie.split('=');
  await page.context().addCookies([{ name, value, url: api.url }]);
  await page.goto(`${api.url}/api/v1/docs`);
  await page.locator('.opblock-summary', { hasText: 'List cameras' }).click();
  await page.locator('button.execute').first().click();
  const answer = page.locator('.live-responses-table').first();
  await answer.waitFor();
  assert.match(await answer.innerText(), /200[\s\S]*"cameras": \[\]/);
  assert.deepEqual(complaints, []);
});
