import type { Page } from 'playwright-core';
import { waitFor } from './waiting.ts';

const VIEW_MS = 15_000;
const LIMIT_MS = 60_000;

/**
 * Opens a live view until it plays by `way`. Where WebRTC takes longer than the page waits for it, as on a
 * busy machine, the page takes MSE and remembers that until it is loaded again.
 *
 * @param open loads the page and goes to the view.
 */
export async function openView(
  page: Page,
  way: 'webrtc' | 'mse',
  open: () => Promise<void>,
): Promise<void> {
  await waitFor(
    `a view by ${way}`,
    async () => {
      await open();
      return page.waitForSelector(`[data-transport="${way}"]`, { timeout: VIEW_MS }).then(
        () => true,
        () => false,
      );
    },
    LIMIT_MS,
  );
}
