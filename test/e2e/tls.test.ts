import assert from 'node:assert/strict';
import { request } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../system/browser.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

/** The browser shows the certificate's warning once; the test has passed it. */
const PASSED = { ignoreHTTPSErrors: true, locale: 'en' } as const;

describe('with a certificate made at the first start, in Chromium', () => {
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let browser: Browser;
  let page: Page;

  before(async () => {
    simulator = await startCameraSimulator({ cameras: [{ name: 'harbour' }] });
    system = await RunningSystem.start({ config: { gateway: { tls: 'auto' } } });
    browser = await launchBrowser();
    page = await browser.newPage(PASSED);
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
  });

  it('signs in over https with a cookie that never travels without it', async () => {
    assert.match(system.output, /https:\/\/localhost:\d+/);
    await page.goto(system.url);
    await page.fill('input[name="username"]', 'admin');
    await page.fill('input[name="password"]', system.password);
    await page.click('[data-testid="sign-in"]');
    await waitFor('the cookie', async () => (await page.context().cookies()).length > 0);
    const [cookie] = await page.context().cookies();
    // The page leads whoever still has the first password elsewhere.
    const changed = await page.evaluate(async (current) => {
      const answer = await fetch('/api/v1/session/password', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ current, next: 'a heron stands by the lock' }),
      });
      return answer.status;
    }, system.password);
    assert.equal(changed, 204);
    assert.deepEqual([cookie?.secure, cookie?.httpOnly, cookie?.sameSite], [true, true, 'Strict']);
  });

  for (const way of ['webrtc', 'mse'] as const) {
    it(`shows the camera live by ${way}`, async () => {
      const camera = await page.evaluate(async (url) => {
        const ask = (method: string, body?: object) =>
          fetch('/api/v1/cameras', {
            method,
            ...(body && {
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            }),
          });
        const { cameras } = (await (await ask('GET')).json()) as { cameras: { id: string }[] };
        if (cameras[0] !== undefined) return cameras[0].id;
        const made = await ask('POST', { name: 'Harbour', url });
        return ((await made.json()) as { id: string }).id;
      }, simulator.url('harbour'));
      await page.goto(`${system.url}/cameras`);
      if (way === 'mse') await page.evaluate('RTCPeerConnection = undefined');
      await page.click(`[data-testid="camera-card"] a[href*="${camera}"]`);
      await page.waitForSelector(`[data-transport="${way}"]`, { timeout: 20_000 });
      await waitFor('a picture that moves', () =>
        page.evaluate<boolean>(
          '[...document.querySelectorAll("video")].some((each) => each.currentTime > 0.2)',
        ),
      );
    });
  }

  it('says in /health until when the certificate is good', async () => {
    const report = await new Promise<string>((resolve, reject) => {
      const asked = request(`${system.url}/health`, { rejectUnauthorized: false }, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve(text));
      });
      asked.on('error', reject).end();
    });
    assert.match(report, /"certificate":\{"status":"ok","message":"It is valid until \d{4}-/);
  });
});
