import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../test/system/browser.ts';
import { type LiveSystem, startLiveSystem } from './live-system.ts';
import { disturbance, MAX_ATTEMPTS, measureMachine, quantile } from './measure.ts';
import { type Opening, openOnce } from './web-page.ts';

export interface WebBenchOptions {
  /** Openings with an empty browser cache, and as many with a full one. */
  readonly openings: number;
  /** Holds back the live view of one opening for TAMPER_MS, which the result must show. */
  readonly tamper: boolean;
  /** Takes void runs too, as in a test beside others. */
  readonly acceptVoid: boolean;
}

/** What the benchmark prints as its last line, and more for the results file. */
export interface WebBenchResult {
  readonly summary: {
    readonly bench: 'web';
    /** Programs that the first page loads, compressed, in units of 1000 bytes. */
    readonly jsKbGzip: number;
    /** From the start of the navigation to the first picture, empty cache, P95. */
    readonly firstVideoMs: number;
    /** Tasks of over 50 ms in such an opening, together, P95. */
    readonly longTasksMs: number;
  };
  readonly load: Readonly<Record<string, number | string>>;
  readonly cold: readonly Opening[];
  readonly warm: readonly Opening[];
}

/** Milliseconds by which a tampered run holds back one live view. */
export const TAMPER_MS = 2000;
type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

const PAGE = '/live';
const DIST = join(import.meta.dirname, '../apps/web/dist');
/** From one opening to the next; no multiple of the group of pictures, so that phases differ. */
const INTERVAL_MS = 330;

/**
 * Opens the signed-in page of the real product again and again, and times the first picture. The
 * browser may use every core, as a person's does.
 */
export async function benchWeb(options: WebBenchOptions): Promise<WebBenchResult> {
  const live = await startLiveSystem(['--demo']);
  const browser = await launchBrowser();
  try {
    const cookies = await signIn(live, browser);
    const openings = (): ReturnType<typeof openAll> =>
      openAll(browser, cookies, `${live.system.url}${PAGE}`, options);
    for (let attempt = 1; ; attempt++) {
      const endMachine = measureMachine();
      const { cold, warm } = await openings();
      const reason = disturbance(endMachine());
      const result = summarize(cold, warm);
      progress(`${JSON.stringify(result.load)}${reason === undefined ? '' : `; void: ${reason}`}`);
      if (reason === undefined || options.acceptVoid) return result;
      if (attempt === MAX_ATTEMPTS) {
        throw new Error(`${MAX_ATTEMPTS} runs were void, the last because ${reason}.`);
      }
    }
  } finally {
    await browser.close();
    await live.stop();
  }
}

async function openAll(
  browser: Browser,
  cookies: Cookies,
  url: string,
  { openings, tamper }: WebBenchOptions,
): Promise<{ cold: Opening[]; warm: Opening[] }> {
  const cold: Opening[] = [];
  const warm: Opening[] = [];
  for (let round = 0; round < openings; round++) {
    // A new context has a cache of its own, which is empty; the second opening finds it full.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies(cookies);
    cold.push(await openOnce(context, url, tamper && round === 0 ? holdBack : leaveAlone));
    await delay(INTERVAL_MS);
    warm.push(await openOnce(context, url, leaveAlone));
    await context.close();
    await delay(INTERVAL_MS);
  }
  return { cold, warm };
}

/** The cookies of a session, of somebody who has chosen a password and is led past no welcome. */
async function signIn({ system }: LiveSystem, browser: Browser): Promise<Cookies> {
  const { password, url } = system;
  const passwords = { current: password, next: `${password} changed` };
  await system.call('PUT', '/api/v1/session/password', passwords);
  const context = await browser.newContext();
  const data = { username: 'admin', password: passwords.next };
  const response = await context.request.post(`${url}/api/v1/session`, { data });
  if (!response.ok()) throw new Error(`The browser could not sign in: ${response.status()}.`);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

const leaveAlone = async (): Promise<void> => {};

async function holdBack(page: Page): Promise<void> {
  await page.route('**/api/v1/streams', async (route) => {
    await delay(TAMPER_MS);
    await route.continue();
  });
}

function summarize(cold: readonly Opening[], warm: readonly Opening[]): WebBenchResult {
  if (cold.length === 0) throw new Error('No page was opened.');
  const at = (of: readonly Opening[], share: number, key: keyof Opening): number =>
    Math.round(
      quantile(
        of.map((opening) => opening[key]),
        share,
      ),
    );
  return {
    summary: {
      bench: 'web',
      jsKbGzip: entryKilobytes(),
      firstVideoMs: at(cold, 0.95, 'firstVideoMs'),
      longTasksMs: at(cold, 0.95, 'longTasksMs'),
    },
    load: {
      page: PAGE,
      clip: 'demo, 1280 × 720',
      gopSeconds: 2,
      openings: cold.length,
      firstVideoP50Ms: at(cold, 0.5, 'firstVideoMs'),
      longTasksP50Ms: at(cold, 0.5, 'longTasksMs'),
      warmFirstVideoP50Ms: at(warm, 0.5, 'firstVideoMs'),
      warmFirstVideoP95Ms: at(warm, 0.95, 'firstVideoMs'),
    },
    cold,
    warm,
  };
}

/** Of the programs that index.html names. */
function entryKilobytes(): number {
  const index = readFileSync(join(DIST, 'index.html'), 'utf8');
  const programs = [...index.matchAll(/(?:src|href)="[^"]*?(assets\/[^"]+\.js)"/g)];
  if (programs.length === 0) throw new Error('The page is not built: run npm run build.');
  const bytes = programs.reduce(
    (sum, [, name = '']) => sum + gzipSync(readFileSync(join(DIST, name))).length,
    0,
  );
  return Number((bytes / 1000).toFixed(1));
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
