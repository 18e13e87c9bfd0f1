import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../system/browser.ts';
import { LivePage } from '../system/live-page.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

/** From signing out to the end of what was opened. */
const MAX_END_MS = 5_000;
/** Of WebSocket.readyState. */
const CLOSED = 3;
/** Over ten pictures: one would show. */
const FROZEN_MS = 500;
/** Recorded before something is played. */
const RECORDED_MS = 2_000;

interface Timeline {
  readonly spans: readonly { readonly start: string; readonly end: string }[];
}

describe('what was opened ends with what opened it, in the whole product', () => {
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let browser: Browser;
  let camera = '';

  before(async () => {
    simulator = await startCameraSimulator({ cameras: [{ name: 'harbour' }] });
    system = await RunningSystem.start();
    await system.signIn();
    camera = await system.addCamera({ name: 'Harbour', url: simulator.url('harbour') });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
  });

  it('signing out ends views by WebRTC and MSE, and refuses the playlist and all addresses', async () => {
    const live = await LivePage.open(browser, system);
    const viewers = [await live.watch('webrtc', camera), await live.watch('mse', camera)];
    for (const viewer of viewers) await viewer.advance();
    const playlist = await playlistOf(live);
    assert.equal((await fetch(playlist)).status, 200);

    const signedOutAt = performance.now();
    assert.equal((await live.ask('DELETE', '/api/v1/session')).status, 204);
    const ends = { mse: 0, webrtc: 0, playlist: 0 };
    const within = (): number => performance.now() - signedOutAt;
    await Promise.all([
      waitFor('the end of the view by MSE', async () => (await socketState(live)) === CLOSED).then(
        () => {
          ends.mse = within();
        },
      ),
      waitFor('the end of the view by WebRTC', async () => (await webrtcViewers()) === 0).then(
        () => {
          ends.webrtc = within();
        },
      ),
      waitFor('the refusal', async () => (await fetch(playlist)).status === 403).then(() => {
        ends.playlist = within();
      }),
    ]);
    assert.ok(Math.max(...Object.values(ends)) < MAX_END_MS, JSON.stringify(ends));
    // Chromium shows what it holds already, and the last picture until it finds that nobody is there.
    const [webrtc] = viewers;
    assert.ok(webrtc !== undefined);
    const standsStill = async (): Promise<boolean> => {
      const shown = await webrtc.frameNumber();
      await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
      return (await webrtc.frameNumber()) === shown;
    };
    await waitFor('the picture to stand still', standsStill, 2 * FROZEN_MS);
    assert.equal(await codeOf(await fetch(playlist)), 'auth.media-token-revoked');
    for (const { session } of viewers) {
      const refused = await live.ask('GET', session.mse_url);
      assert.ok(refused.status >= 400, String(refused.status));
    }
    assert.equal((await live.askForSession(camera)).status, 401);
    await live.page.close();
  });

  async function webrtcViewers(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${system.ports.stream}/metrics`);
    const line = /^vms_stream_viewers\{transport="webrtc"[^}]*\} (\d+)$/m.exec(await answer.text());
    return Number(line?.[1]);
  }

  async function playlistOf(live: LivePage): Promise<string> {
    const now = Date.now();
    const range = {
      from: new Date(now - 600_000).toISOString(),
      to: new Date(now + 600_000).toISOString(),
    };
    await waitFor(`${RECORDED_MS} ms that are recorded`, async () => {
      const query = new URLSearchParams(range);
      const path = `/api/v1/recordings/${camera}/timeline?${query}`;
      const { spans } = await system.call<Timeline>('GET', path);
      return spans.some(({ start, end }) => Date.parse(end) - Date.parse(start) >= RECORDED_MS);
    });
    const path = `/api/v1/recordings/${camera}/playback`;
    const answer = await live.ask('POST', path, range);
    assert.equal(answer.status, 200, answer.code);
    const { url } = answer.session as unknown as { readonly url: string };
    return new URL(url, system.url).href;
  }
});

/** Of the viewer by MSE: the one whose connection is a WebSocket. */
function socketState(live: LivePage): Promise<number | undefined> {
  return live.page.evaluate<number | undefined>(
    '[...live.viewers.values()].map(({ connection }) => connection.readyState).find((state) => state >= 0)',
  );
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}
