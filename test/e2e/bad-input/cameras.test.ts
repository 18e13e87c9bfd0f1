import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isolate } from '@vms/common/bidi.ts';
import type { Browser, Page } from 'playwright-core';
import type { Language } from '../../../apps/vms/language/text.ts';
import { launchBrowser } from '../../system/browser.ts';
import { RunningSystem } from '../../system/running-system.ts';
import { runVms } from '../../system/vms-command.ts';
import {
  BAD_ADDRESSES,
  BAD_CAMERAS,
  BAD_URLS,
  type BadCamera,
  openWorld,
  PASSWORD,
  SECRETS,
  USERNAME,
  type World,
} from './bad-cameras.ts';
import { BAD_NAMES, NOT_ISOLATED } from './bad-names.ts';
import { assertSpoken, LANGUAGES, textOf } from './spoken.ts';

const OWN_PASSWORD = 'quatro gaivotas leem o jornal';

const [SILENT] = BAD_CAMERAS.filter(({ code }) => code === 'no-frames');
assert.ok(SILENT !== undefined);

let world: World;
let system: RunningSystem;
let browser: Browser;
let pages: Readonly<Record<Language, Page>>;
const complaints: string[] = [];

/** The page in a language, signed in. */
async function openPage(language: Language): Promise<Page> {
  const page = await browser.newPage({ locale: language });
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  await page.goto(`${system.url}/cameras?add=1`);
  await page.fill('[name=username]', 'admin');
  await page.fill('[name=password]', OWN_PASSWORD);
  await page.click('[data-testid=sign-in]');
  await page.waitForSelector('[data-testid=find-form]');
  return page;
}

/** Fills a form of the page, and presses its button. */
async function enter(page: Page, form: 'camera' | 'find', row: BadCamera): Promise<void> {
  const field = `[data-testid=${form}-form]`;
  await page.click(`[data-testid=add-way] [data-value=${form === 'find' ? 'address' : 'url'}]`);
  if (form === 'camera') await page.fill(`${field} [name=name]`, 'Gate');
  await page.fill(`${field} [name=${form === 'find' ? 'address' : 'url'}]`, row.typed(world));
  await page.fill(`${field} [name=username]`, USERNAME);
  await page.fill(`${field} [name=password]`, row.password ?? PASSWORD);
  await page.click(`[data-testid=${form === 'find' ? 'find' : 'test'}-camera]`);
}

/** What the API says meanwhile. */
async function answered<Answer>(page: Page, call: 'test' | 'find'): Promise<Answer> {
  const response = await page.waitForResponse((each) => each.url().endsWith(`/cameras/${call}`), {
    timeout: 60_000,
  });
  return (await response.json()) as Answer;
}

/** Tests a camera in both languages, in the page and on the command line, all at once. */
async function testEverywhere(row: BadCamera, own = pages): Promise<void> {
  await Promise.all(
    LANGUAGES.flatMap((language) => [
      (async () => {
        const page = own[language];
        const answer = answered<{ state: string }>(page, 'test');
        await enter(page, 'camera', row);
        assert.equal((await answer).state, row.code);
        const result = '[data-testid=test-result]';
        await page.waitForSelector(result);
        assertSpoken(await textOf(page, result), language, row.says[language], SECRETS);
      })(),
      (async () => {
        const { stdout, stderr, code } = await testByCommand(row, language, [row.typed(world)]);
        assertSpoken(stdout + stderr, language, row.says[language], SECRETS);
        assert.equal(code, 1);
      })(),
    ]),
  );
}

/** Runs `vms cameras test` on the running system, with the row's password on standard input. */
async function testByCommand(row: BadCamera, language: Language, args: readonly string[]) {
  return runVms(
    [
      ...['cameras', 'test', ...args, '--user', USERNAME, '--password-file', '-'],
      ...['--lang', language, '--data', system.dataDirectory],
    ],
    { input: row.password ?? PASSWORD },
  );
}

describe('bad cameras, in the page and on the command line, in both languages', () => {
  before(async () => {
    [world, system, browser] = await Promise.all([
      openWorld(),
      RunningSystem.start(),
      launchBrowser(),
    ]);
    await system.signIn();
    const passwords = { current: system.password, next: OWN_PASSWORD };
    await system.call('PUT', '/api/v1/session/password', passwords);
    pages = { en: await openPage('en'), 'pt-BR': await openPage('pt-BR') };
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await world?.close();
  });

  for (const row of BAD_CAMERAS) {
    if (row !== SILENT) it(`${row.what}: ${row.code}`, () => testEverywhere(row));
  }

  for (const row of BAD_ADDRESSES) {
    it(`searched for, ${row.what}: ${row.code}`, async () => {
      await Promise.all(
        LANGUAGES.map(async (language) => {
          const page = pages[language];
          const answer = answered<{ outcome: string }>(page, 'find');
          await enter(page, 'find', row);
          assert.equal((await answer).outcome, row.code);
          await page.waitForSelector('[data-testid=not-found]');
          const text = await textOf(page, '[data-testid=not-found]');
          assertSpoken(text, language, row.says[language], SECRETS);
        }),
      );
      await Promise.all(
        LANGUAGES.map(async (language) => {
          const args = ['--address', row.typed(world)];
          const { stdout, code } = await testByCommand(row, language, args);
          assertSpoken(stdout, language, row.says[language], SECRETS);
          assert.equal(code, 1);
        }),
      );
    });
  }

  let silent: Promise<void>;
  it('a test that takes as long as one may begins, beside what tests nothing', async () => {
    const own = { en: await openPage('en'), 'pt-BR': await openPage('pt-BR') };
    silent = testEverywhere(SILENT, own).finally(async () => {
      for (const page of Object.values(own)) await page.close();
    });
    // Its own test says why.
    silent.catch(() => {});
  });

  for (const row of BAD_URLS) {
    it(`${row.what}: ${row.code}`, async () => {
      const refuse = async (language: Language): Promise<void> => {
        const page = pages[language];
        await enter(page, 'camera', row);
        const fault = '[data-testid=camera-form] .field-error';
        assertSpoken(await textOf(page, fault), language, row.says[language], SECRETS);
        assert.equal(await page.locator('[data-testid=test-result]').count(), 0);
        // What the page refuses the API refuses, too.
        const url = row.typed(world);
        await assert.rejects(system.call('POST', '/api/v1/cameras/test', { url }), (error: Error) =>
          error.message.includes(`"code":"${row.code}"`),
        );
        // No argument of a program can hold a zero.
        if (url.includes('\0')) return;
        const add = ['cameras', 'add', 'Gate', '--url', url, '--lang', language];
        const { stderr, code } = await runVms([...add, '--data', system.dataDirectory]);
        assertSpoken(stderr.split('\n').at(-2) ?? '', language, row.says[language], SECRETS);
        assert.equal(code, 1);
      };
      await Promise.all(LANGUAGES.map(refuse));
    });
  }

  it(`${SILENT.what}: ${SILENT.code}`, () => silent);

  it('any name is added by the command line as it is, and told of without turning a line', async () => {
    const addNamed = async (name: string, at: number, language: Language): Promise<void> => {
      const add = ['cameras', 'add', name, '--url', `rtsp://127.0.0.1:${world.closedPort}/${at}`];
      const where = ['--data', system.dataDirectory, '--lang', language];
      const { stdout, stderr, code } = await runVms([...add, '--force', ...where]);
      assert.equal(code, 0, stderr);
      assert.ok(stdout.includes(`“${isolate(name)}” (cam_`), stdout);
    };
    // In both languages at once.
    for (let at = 0; at < BAD_NAMES.length; at += LANGUAGES.length) {
      const names = BAD_NAMES.slice(at, at + LANGUAGES.length);
      await Promise.all(names.map((name, i) => addNamed(name, at + i, LANGUAGES[i] ?? 'en')));
    }
    const where = ['--data', system.dataDirectory];
    const { json } = await runVms(['cameras', 'list', '--json', ...where]);
    const names = json.cameras.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.sort(), [...BAD_NAMES].sort());
    const { stdout } = await runVms(['cameras', 'list', ...where]);
    for (const name of BAD_NAMES) assert.ok(stdout.includes(isolate(name)), name);
  });

  it('any name is shown by the page as it is, and turns nothing around it', async () => {
    for (const language of LANGUAGES) {
      const page = pages[language];
      await page.goto(`${system.url}/cameras`);
      const links = page.locator('[data-testid=camera-card] h2 a');
      await links.nth(BAD_NAMES.length - 1).waitFor();
      assert.deepEqual((await links.allTextContents()).sort(), [...BAD_NAMES].sort());
      for (const name of BAD_NAMES) {
        await page.click('a[href="/cameras"]');
        const card = page
          .locator('[data-testid=camera-card]')
          .filter({ has: page.getByText(name, { exact: true }) });
        await card.locator('[data-testid=camera-menu]').click();
        await page.click('[data-testid=delete-camera]');
        const title = await page.locator('[data-testid=delete-dialog] h2').textContent();
        assert.ok(title?.includes(isolate(name)), `${title}`);
        assert.deepEqual(await page.evaluate(NOT_ISOLATED), []);
        await page.waitForSelector('[data-testid=delete-dialog]:focus-within');
        await page.keyboard.press('Escape');
        await card.locator('h2 a').click();
        await page.waitForSelector('[data-testid=player]');
        assert.equal(await page.locator('h1').textContent(), name);
        assert.deepEqual(await page.evaluate(NOT_ISOLATED), []);
      }
      for (const path of ['live', 'system']) {
        await page.goto(`${system.url}/${path}`);
        await page
          .getByText(BAD_NAMES[0] ?? '')
          .first()
          .waitFor();
        assert.deepEqual(await page.evaluate(NOT_ISOLATED), [], path);
      }
      assert.equal(await page.evaluate('window.ran'), undefined);
    }
  });

  it('no script ran, and no password stands in anything that was printed', () => {
    assert.deepEqual(complaints, []);
    assert.doesNotMatch(system.output, SECRETS);
  });
});
