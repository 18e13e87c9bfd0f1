import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../system/browser.ts';
import { NextVersion } from '../system/next-version.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

const OWN_PASSWORD = 'quatro gaivotas leem o jornal';
/** From the start of the new version to pictures in a page of the old one, on a busy machine. */
const PATIENCE_MS = 45_000;

/** Runs in the page: how far the live picture has played. */
const PLAYED = `document.querySelector('.live-video')?.currentTime ?? 0`;
/** Runs in the page: what makes it look whether it is still the one that is served; else once a minute. */
const LOOK = `document.dispatchEvent(new Event('visibilitychange'))`;
/** Runs in the page: the script that it was loaded with. */
const ENTRY = `document.querySelector('script[type=module]').src`;

const NOTICES = {
  en: [/newer version/, /continues where it is/, /Reload/],
  'pt-BR': [/versão mais nova/, /continua de onde está/, /Recarregar/],
} as const;
type Language = keyof typeof NOTICES;
const LANGUAGES = Object.keys(NOTICES) as Language[];

interface Timeline {
  readonly spans: readonly { readonly start: string; readonly end: string }[];
}

describe('a page that is left open through an upgrade', () => {
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let next: NextVersion;
  let browser: Browser;
  let camera = '';
  const startedAt = new Date().toISOString();
  const pages = new Map<Language, Page>();
  const thrown: string[] = [];

  const each = async (act: (page: Page, language: Language) => Promise<void>): Promise<void> => {
    await Promise.all([...pages].map(([language, page]) => act(page, language)));
  };
  const isPlaying = async (page: Page): Promise<void> => {
    const from = Number(await page.evaluate(PLAYED));
    await waitFor(
      'the live picture to play on',
      async () => {
        const now = Number(await page.evaluate(PLAYED));
        return now > 0 && now !== from;
      },
      PATIENCE_MS,
    );
  };

  before(async () => {
    next = NextVersion.make();
    simulator = await startCameraSimulator({ cameras: [{ name: 'harbour' }] });
    system = await RunningSystem.start();
    await system.signIn();
    const passwords = { current: system.password, next: OWN_PASSWORD };
    await system.call('PUT', '/api/v1/session/password', passwords);
    camera = await system.addCamera({ name: 'Harbour', url: simulator.url('harbour') });
    browser = await launchBrowser();
    for (const language of LANGUAGES) {
      const page = await browser.newPage({ locale: language });
      page.on('pageerror', (error) => thrown.push(String(error.stack)));
      await page.goto(`${system.url}/cameras/${camera}`);
      await page.fill('[name=username]', 'admin');
      await page.fill('[name=password]', OWN_PASSWORD);
      await page.click('[data-testid=sign-in]');
      await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
      pages.set(language, page);
    }
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
    next?.remove();
  });

  it('gets its pictures back from the new version, without being loaded again', async () => {
    await each(isPlaying);
    assert.equal(await system.stop(), 0);
    await system.startLauncher(next.main);
    await each(async (page) => {
      await page.waitForSelector('[data-testid=player][data-phase=live-playing]', {
        timeout: PATIENCE_MS,
      });
      await isPlaying(page);
      assert.doesNotMatch(String(await page.evaluate(ENTRY)), /-next\.js$/);
    });
  });

  it('says in its language that there is a new one', async () => {
    await each(async (page, language) => {
      await page.evaluate(LOOK);
      const notice = page.locator('[data-testid=upgrade]');
      await notice.waitFor();
      for (const words of NOTICES[language]) assert.match(await notice.innerText(), words);
    });
  });

  it('fetches the new one where a part of the old one is gone', async () => {
    const page = pages.get('pt-BR');
    assert.ok(page !== undefined);
    await page.click('a[href$="/system"]');
    await page.waitForSelector('[data-testid=alerts]');
    assert.match(String(await page.evaluate(ENTRY)), /-next\.js$/);
    await page.goBack();
  });

  it('leads to the new one when asked: still signed in, and the picture goes on', async () => {
    const page = pages.get('en');
    assert.ok(page !== undefined);
    await page.locator('[data-testid=upgrade] button').first().click();
    await waitFor('the new build', async () => {
      const entry = await page.evaluate(ENTRY).catch(() => '');
      return /-next\.js$/.test(String(entry));
    });
    await each(async (each) => {
      await each.waitForSelector('[data-testid=player][data-phase=live-playing]');
      await isPlaying(each);
      await each.evaluate(LOOK);
      assert.equal(await each.locator('[data-testid=upgrade]').count(), 0);
    });
    assert.deepEqual(thrown, []);
  });

  it('lost nothing that was recorded before', async () => {
    await system.signIn('admin', OWN_PASSWORD);
    const from = encodeURIComponent(startedAt);
    const to = encodeURIComponent(new Date().toISOString());
    const path = `/api/v1/recordings/${camera}/timeline?from=${from}&to=${to}&resolutionMs=1`;
    await waitFor('a span before the upgrade and one after it', async () => {
      const { spans } = await system.call<Timeline>('GET', path);
      return spans.length >= 2;
    });
    assert.equal(await system.stop(), 0);
    assert.equal(system.check().status, 0, system.output);
  });
});
