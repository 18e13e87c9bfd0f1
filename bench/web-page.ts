import type { BrowserContext, Page } from 'playwright-core';

/** One opening of a signed-in page, as the page itself timed it; ms from the start of the navigation. */
export interface Opening {
  /** The first picture of a camera was on the screen. */
  readonly firstVideoMs: number;
  /** All tasks of over 50 ms until half a second after the first picture, together. */
  readonly longTasksMs: number;
}

/** Milliseconds after the first picture in which tasks still count as part of the opening. */
const AFTER_MS = 500;
/** Milliseconds after which an opening has failed. */
const GIVE_UP_MS = 20_000;

/** Runs in every page before the page's own program. */
const PROGRAM = `(() => {
  const opening = { longTasksMs: 0 };
  window.opening = opening;
  let shown;
  window.pictureShown = new Promise((resolve, reject) => {
    shown = resolve;
    setTimeout(reject, ${GIVE_UP_MS}, new Error('There was no picture within ${GIVE_UP_MS} ms.'));
  });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) opening.longTasksMs += duration;
  }).observe({ type: 'longtask', buffered: true });
  const seen = new WeakSet();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback((now, { expectedDisplayTime }) => {
        opening.firstVideoMs ??= Math.max(now, expectedDisplayTime);
        shown();
      });
    }
  }).observe(document, { childList: true, subtree: true });
})()`;

/** Opens a page in a new tab, waits for the first picture, and closes the tab. */
export async function openOnce(
  context: BrowserContext,
  url: string,
  prepare: (page: Page) => Promise<void>,
): Promise<Opening> {
  const page = await context.newPage();
  try {
    await page.addInitScript(PROGRAM);
    await prepare(page);
    await page.goto(url, { waitUntil: 'commit' });
    await page.evaluate('window.pictureShown');
    await page.waitForTimeout(AFTER_MS);
    return await page.evaluate<Opening>('window.opening');
  } finally {
    await page.close();
  }
}
