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
 * @param debuggingPort on which another program may drive it.
 */
export function launchChromium({
  hidesAddresses = false,
  debuggingPort,
}: {
  readonly hidesAddresses?: boolean;
  readonly debuggingPort?: number;
} = {}): Promise<Browser> {
  const args = [...ARGUMENTS];
  if (!hidesAddresses) args.push('--disable-features=WebRtcHideLocalIpsWithMdns');
  if (debuggingPort !== undefined) args.push(`--remote-debugging-port=${debuggingPort}`);
  return chromium.launch({ executablePath: CHROMIUM_PATH, args });
}
