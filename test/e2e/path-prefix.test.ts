import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../system/browser.ts';
import { ReverseProxy } from '../system/reverse-proxy.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

const PREFIX = '/video/north';
const OWN_PASSWORD = 'a heron stands by the lock';

describe('behind a proxy that gives the system a path', () => {
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let browser: Browser;
  let camera = '';

  before(async () => {
    simulator = await startCameraSimulator({ cameras: [{ name: 'harbour' }] });
    system = await RunningSystem.start({ config: { gateway: { pathPrefix: PREFIX } } });
    await system.signIn();
    // The page leads whoever still has the first password elsewhere.
    const passwords = { current: system.password, next: OWN_PASSWORD };
    await system.call('PUT', '/api/v1/session/password', passwords);
    camera = await system.addCamera({ name: 'Harbour', url: simulator.url('harbour') });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
  });

  for (const strips of [false, true]) {
    describe(strips ? 'and takes it away' : 'and passes it on', () => {
      let proxy: ReverseProxy;
      let page: Page;
      const complaints: string[] = [];

      before(async () => {
        proxy = await ReverseProxy.start(system.url, { prefix: PREFIX, strips });
        page = await browser.newPage({ locale: 'en' });
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text());
        });
      });

      after(async () => {
        await page?.context().close();
        await proxy?.stop();
      });

      it('signs in and leads back to where one was, with a cookie for this path alone', async () => {
        await page.goto(`${proxy.url}/cameras/${camera}`);
        await page.fill('input[name="username"]', 'admin');
        await page.fill('input[name="password"]', OWN_PASSWORD);
        await page.click('[data-testid="sign-in"]');
        await page.waitForSelector('[data-testid="user-menu"]');
        await page.waitForURL(`${proxy.url}/cameras/${camera}*`);
        const cookies = await page.context().cookies();
        assert.deepEqual([...new Set(cookies.map(({ path }) => path))], [PREFIX]);
        // The session check before the sign-in is answered with 401; anything else is a fault.
        complaints.splice(0);
      });

      for (const way of ['webrtc', 'mse'] as const) {
        it(`shows the camera live by ${way}`, async () => {
          await page.goto(`${proxy.url}/cameras`);
          if (way === 'mse') await page.evaluate('RTCPeerConnection = undefined');
          await page.click('[data-testid="camera-card"] a');
          await page.waitForSelector(`[data-transport="${way}"]`, { timeout: 20_000 });
          await waitFor('a picture that moves', () =>
            page.evaluate<boolean>(
              '[...document.querySelectorAll("video")].some((each) => each.currentTime > 0.2)',
            ),
          );
        });
      }

      it('plays a recording, and leads to its file', async () => {
        const from = new Date(Date.now() - 3_600_000).toISOString();
        const to = new Date(Date.now() + 60_000).toISOString();
        await waitFor('something recorded', async () => {
          const path = `/api/v1/recordings/${camera}/timeline?from=${from}&to=${to}`;
          const { spans } = await system.call<{ spans: object[] }>('GET', path);
          return spans.length > 0;
        });
        const found = await page.evaluate(
          async ([base, id, start, end]) => {
            const ask = (path: string, init?: RequestInit) => fetch(`${base}/api/v1${path}`, init);
            const played = await ask(`/recordings/${id}/playback`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ from: start, to: end }),
            });
            const { url } = (await played.json()) as { url: string };
            const playlist = await fetch(url);
            const text = await playlist.text();
            const segment = text.split('\n').find((line) => line !== '' && !line.startsWith('#'));
            const part = await fetch(new URL(segment ?? '', playlist.url));
            const list = await ask(`/recordings/${id}`);
            const { recordings } = (await list.json()) as { recordings: { id: string }[] };
            const file = await ask(`/recordings/${id}/${recordings[0]?.id}/file`, {
              headers: { range: 'bytes=0-3' },
            });
            return { url, part: part.status, file: file.status, at: file.url };
          },
          [proxy.url, camera, from, to] as const,
        );
        assert.match(found.url, new RegExp(`^${PREFIX}/media/v1/`));
        assert.ok(found.at.startsWith(`${proxy.url}/media/v1/`), found.at);
        assert.deepEqual([found.part, found.file], [200, 206]);
      });

      it('shows the API where it is, and tries it there', async () => {
        await page.goto(`${proxy.url}/api/v1/docs`);
        await page.locator('.opblock-summary', { hasText: 'List cameras' }).click();
        await page.locator('button.execute').first().click();
        const answer = page.locator('.live-responses-table').first();
        await answer
          .getByText(/Harbour/)
          .first()
          .waitFor();
      });

      it('asked for nothing outside of it, and complained of nothing', () => {
        assert.deepEqual(proxy.strays, []);
        assert.deepEqual(complaints, []);
      });
    });
  }

  it('leads to the path whoever comes past the proxy', async () => {
    const page = await browser.newPage();
    await page.goto(`${system.url}/cameras`);
    await page.waitForURL(`${system.url}${PREFIX}/sign-in*`);
    await page.close();
  });
});
