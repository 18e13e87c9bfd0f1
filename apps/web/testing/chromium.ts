import { type Browser, chromium } from 'playwright-core';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Where Debian and Ubuntu put the browser. */
export const CHROMIUM_PATH = '/usr/bin/chromium';

/**
 * Headless, and told to talk to nobody but the page.
 * @param hidesAddresses whether WebRTC disguises addresses of this machine, as it does for users; two
 *   pages that talk to each other need none. Default false.
 */
export function launchChromium({ hidesAddresses = false } = {}): Promise<Browser> {
  const bare = hidesAddresses ? [] : ['--disable-features=WebRtcHideLocalIpsWithMdns'];
  return chromium.launch({ executablePath: CHROMIUM_PATH, args: [...ARGUMENTS, ...bare] });
}
