import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { Harness, openSession, SKIPPED } from './harness.ts';
import {
  comeToRest,
  type ErrorWatch,
  graveFindings,
  keyboardFindings,
  overflowOf,
  shiftsOf,
  watchErrors,
  watchShifts,
} from './page-checks.ts';
import type { PageServer } from './page-server.ts';
import { PAGE_STATES, type PageState } from './page-states.ts';

/** Folder that pictures are written to, for a person to look at; without one none are taken. */
const PICTURES = process.env.VMS_PICTURES;

/** Pixels: a laptop, a telephone, a large screen. */
const LAPTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 780 };
const LARGE = { width: 2560, height: 1440 };
/**
 * Each language and each theme once. What the theme cannot change is looked for in one of them, and
 * the large screen is seen with the longer texts.
 */
const LOOKS = [
  { locale: 'en', colorScheme: 'light', windows: [LAPTOP, PHONE], controls: true },
  { locale: 'pt-BR', colorScheme: 'dark', windows: [LAPTOP, PHONE, LARGE], controls: false },
] as const;
type Look = (typeof LOOKS)[number];

/** Milliseconds that the test double takes to answer, so that a page is seen while it waits. */
const ANSWER_MS = 60;
/** Share of the window that may move by itself while a page loads. */
const MAX_SHIFT = 0.01;

test('every route has its row in the table of page states', async () => {
  const app = await readFile(join(import.meta.dirname, '../src/app.tsx'), 'utf8');
  const routes = [...app.matchAll(/<Route\s+path="([^"]+)"/g)].map(([, route]) => route);
  assert.ok(routes.length >= 6, `${routes.length} routes were found`);
  const rows = new Set(PAGE_STATES.map(({ route }) => route));
  assert.deepEqual([...new Set(routes)].sort(), [...rows].sort());
  const names = new Set(PAGE_STATES.map(({ name }) => name));
  assert.equal(names.size, PAGE_STATES.length);
  for (const { sameAs } of PAGE_STATES) assert.ok(sameAs === undefined || names.has(sameAs));
});

test('every page is sound in both languages and both themes', {
  skip: SKIPPED,
}, async (context) => {
  const harness = await Harness.open();
  if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true });
  try {
    for (const look of LOOKS) {
      const { colorScheme, locale } = look;
      // One tab for all: to make one costs more than to load a page, and so it has the files already.
      const page = await harness.page({ colorScheme, locale, serviceWorkers: 'block' });
      const errors = watchErrors(page);
      await watchShifts(page);
      for (const state of PAGE_STATES) {
        await context.test(`${state.name}, ${locale}, ${colorScheme}`, async () => {
          try {
            await check(page, errors, harness.server, state, look);
          } finally {
            await forgetEverything(page);
            harness.server.controls.reset();
            errors.forget();
          }
        });
      }
      await page.context().close();
    }
  } finally {
    await harness.close();
  }
});

/** Leaves the page, and nothing of it in the tab. */
async function forgetEverything(page: Page): Promise<void> {
  await page.evaluate(() => {
    sessionStorage.clear();
    localStorage.clear();
  });
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.setViewportSize(LAPTOP);
}

async function check(
  page: Page,
  errors: ErrorWatch,
  { controls, origin }: PageServer,
  state: PageState,
  look: Look,
): Promise<void> {
  const { colorScheme, locale } = look;
  if (state.signedOut !== true) {
    await page.context().addCookies([{ ...(await openSession(origin)), url: origin }]);
  }
  let unanswered = 0;
  controls.beforeAnswer = async () => {
    unanswered++;
    await delay(ANSWER_MS);
    unanswered--;
  };
  state.world?.(controls);
  await page.goto(`${origin}${state.address ?? state.route}`);
  await state.steps?.(page);
  await page.locator(state.shows).first().waitFor();
  do await comeToRest(page);
  while (unanswered > 0);
  const findings: string[] = [];
  const { moved, score } = await shiftsOf(page);
  if (score > MAX_SHIFT) findings.push(`${score.toFixed(3)} of the page moved`, ...moved);
  const isJudged = state.sameAs === undefined;
  if (isJudged) findings.push(...(await graveFindings(page, !look.controls)));
  for (const size of look.windows) {
    await page.setViewportSize(size);
    findings.push(...(await overflowOf(page)).map((what) => `at ${size.width} px: ${what}`));
    if (PICTURES === undefined) continue;
    // To compress a large one without loss takes longer than to draw it.
    const type = size === LARGE ? 'jpeg' : 'png';
    const file = `${state.name}-${size.width}-${locale}-${colorScheme}.${type}`;
    await page.screenshot({ path: join(PICTURES, file), type });
  }
  if (look.controls && isJudged && state.byArrows !== true) {
    await page.setViewportSize(LAPTOP);
    findings.push(...(await keyboardFindings(page)));
  }
  const signedOut = state.signedOut === true ? [401] : [];
  findings.push(...errors.unexpected([...signedOut, ...(state.statuses ?? [])]));
  assert.deepEqual(findings, []);
}
