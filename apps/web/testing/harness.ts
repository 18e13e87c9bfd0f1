import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { isWebFresh } from '../../../scripts/web-build.mjs';
import { CHROMIUM_PATH, launchChromium } from './chromium.ts';
import { liveClip } from './live-clip.ts';
import { MOCK_PASSWORD, MOCK_USERNAME } from './mock-api.ts';
import { type PageServer, servePage } from './page-server.ts';

const WEB = join(import.meta.dirname, '..');
/** As `npm test` makes it before it runs any test. */
const DIST = join(WEB, 'dist');

/** Why the tests that need a browser cannot run here; false where they can. */
export const SKIPPED = existsSync(CHROMIUM_PATH) ? false : `${CHROMIUM_PATH} is not installed`;

/** Milliseconds for one wait of a test: the machine may be busy with others. */
const WAIT_MS = 20_000;

/** What a browser says of a part of the page whose file is not there. */
export const PART_MISSING = /dynamically imported module/;

/** The page as it is in the sources, served as the gateway does, and a browser. */
export class Harness {
  readonly dist: string;
  readonly server: PageServer;
  readonly browser: Browser;
  /** What the page complained of: refused by the policy, thrown, or logged as an error. */
  readonly complaints: string[] = [];

  private constructor(dist: string, server: PageServer, browser: Browser) {
    this.dist = dist;
    this.server = server;
    this.browser = browser;
  }

  static async open(): Promise<Harness> {
    const [dist] = await Promise.all([isWebFresh() ? DIST : buildApart(), liveClip()]);
    return new Harness(dist, await servePage(dist), await launchChromium());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
    if (this.dist !== DIST) await rm(this.dist, { recursive: true, force: true });
  }

  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      locale: 'en',
      timezoneId: 'America/Sao_Paulo',
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(String(error.stack)));
    page.on('console', (message) => {
      // The browser itself logs every answer of 400 and more.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load')) return;
      this.complaints.push(message.text());
    });
    return page;
  }

  /** Forgets what a test made the page complain of on purpose, and nothing else. */
  forgive(expected: RegExp): void {
    const others = this.complaints.filter((complaint) => !expected.test(complaint));
    this.complaints.splice(0, this.complaints.length, ...others);
  }

  async signedIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(`${this.server.origin}${path}`);
    await signIn(page);
    return page;
  }
}

async function buildApart(): Promise<string> {
  const dist = await mkdtemp(join(tmpdir(), 'vms-web-dist-'));
  await build({
    root: WEB,
    configFile: join(WEB, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: dist, emptyOutDir: true },
  });
  return dist;
}

/** Opens a session without the form; gives its cookie. */
export async function openSession(origin: string): Promise<{ name: string; value: string }> {
  const response = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    body: JSON.stringify({ username: MOCK_USERNAME, password: MOCK_PASSWORD }),
  });
  const [, name = '', value = ''] =
    /^([^=]+)=([^;]*)/.exec(response.headers.get('set-cookie') ?? '') ?? [];
  if (!response.ok || name === '') throw new Error(`Sign-in failed: ${response.status}.`);
  return { name, value };
}

/** Has the page ask at once for what it shows, as when a person comes back to its tab. */
export function askAgain(page: Page): Promise<void> {
  return page.evaluate(() => {
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
}

/** Waits for a live picture that can be copied: while the player jumps to the edge there is none. */
export async function liveIsDrawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('.live-video');
    return video !== null && !video.seeking && video.readyState >= 2;
  });
}

/** Waits until a dialog has the focus, and so the keys: one that a menu opened, once the menu has gone. */
export async function takesKeys(page: Page, dialog: string): Promise<void> {
  await page.waitForSelector(`${dialog}:focus-within`);
}

export async function signIn(page: Page): Promise<void> {
  await page.fill('[data-testid=sign-in-form] [name=username]', MOCK_USERNAME);
  await page.fill('[data-testid=sign-in-form] [name=password]', MOCK_PASSWORD);
  await page.click('[data-testid=sign-in]');
  await page.waitForSelector('[data-testid=user-menu]');
}
