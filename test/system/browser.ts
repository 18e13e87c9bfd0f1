import { launchChromium } from '@vms/web/testing/chromium.ts';
import type { Browser } from 'playwright-core';

/** Headless Chromium as users have it: addresses of this machine are disguised in WebRTC, too. */
export function launchBrowser(): Promise<Browser> {
  return launchChromium({ hidesAddresses: true });
}
