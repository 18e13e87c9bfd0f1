import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { askAgain, type Harness } from './harness.ts';
import { MUTE_SECONDS } from './mock-media.ts';

const DEMO = '/cameras/cam_aaaaaaaaaaaaaaaa';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Milliseconds for which go-to.tsx keeps what was typed when its field is left. */
const FIELD_KEPT_MS = 300;
const READY = '[data-testid=player][data-mode=playback][data-phase=ready]';

/** Moving in time: what a pause is, a date that is typed, and what stands beside the picture. */
export async function testSeeking(context: TestContext, harness: Harness): Promise<void> {
  const { controls, origin } = harness.server;
  let page: Page;
  const epoch = async (): Promise<number> =>
    Number(await page.getAttribute('[data-testid=player-time]', 'data-epoch-ms'));
  /** Waits until the clock has left `before`, while nothing plays; gives where it is. */
  const movedFrom = async (before: number): Promise<number> => {
    await page.waitForFunction((from) => {
      const time = document.querySelector('[data-testid=player-time]');
      return Math.abs(Number(time?.getAttribute('data-epoch-ms')) - from) > 1000;
    }, before);
    return epoch();
  };
  const isPaused = (): Promise<boolean | undefined> =>
    page.evaluate(
      () => document.querySelector<HTMLVideoElement>('[data-testid=player-video]')?.paused,
    );
  /** Waits until the picture of `at` or up to `withinMs` before or after it is drawn. */
  const shows = (at: number, withinMs: number): Promise<unknown> =>
    page.waitForFunction(
      ([query, wanted, within]) => {
        const time = document.querySelector('[data-testid=player-time]');
        const video = document.querySelector<HTMLVideoElement>('[data-testid=player-video]');
        const shown = Number(time?.getAttribute('data-epoch-ms'));
        return (
          document.querySelector(query) !== null &&
          video?.seeking === false &&
          video.readyState >= 2 &&
          Math.abs(shown - wanted) <= within
        );
      },
      [READY, at, withinMs] as const,
    );
  /** Types a wall-clock time and goes there. */
  const goTo = async (text: string): Promise<void> => {
    await page.fill('[name=goto]', text);
    await page.click('[data-testid=timeline-goto]');
  };
  const focused = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.getAttribute('name'));
  const answer = (): Promise<string> => page.innerText('[data-testid=goto-answer]');
  const local = (at: number, zone: string): string =>
    new Date(at).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');

  await context.test('a pause survives every way of moving in time', async () => {
    page = await harness.signedIn(DEMO);
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    // A live picture that is paused stays paused in the past.
    await page.click('[data-testid=player-play]');
    await page.waitForSelector('[data-testid=player][data-phase=live-off]');
    const at = await epoch();
    await page.click('[data-testid=player-back]');
    await shows(at - 10_000, 3000);
    assert.equal(await isPaused(), true, 'back');
    const line = page.locator('[data-testid=timeline]');
    await line.focus();
    const before = await epoch();
    await page.keyboard.press('Shift+ArrowLeft');
    const earlier = await movedFrom(before);
    assert.ok(earlier < before, `from ${before} to ${earlier}`);
    await shows(earlier, 3000);
    assert.equal(await isPaused(), true, 'arrow');
    const settled = await epoch();
    const box = await line.boundingBox();
    assert.ok(box !== null);
    await page.mouse.click(box.x + box.width * 0.2, box.y + 50);
    await shows(await movedFrom(settled), 3000);
    assert.equal(await isPaused(), true, 'click');
    await page.keyboard.press('Home');
    await shows(harness.server.controls.world.startedAt - 72 * HOUR, 4000);
    assert.equal(await isPaused(), true, 'first');
    // Near to now there is nothing that is paused and live: the newest recording, paused.
    await goTo(local(Date.now() - 1000, 'America/Sao_Paulo'));
    await shows(Date.now() - 3000, 6000);
    assert.equal(await isPaused(), true, 'near to now');
  });

  await context.test('what plays plays on, also where a person moves while it loads', async () => {
    await page.click('[data-testid=player-play]');
    await page.click('[data-testid=player-back]');
    await page.click('[data-testid=player-back]');
    await page.waitForSelector(READY);
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLVideoElement>('[data-testid=player-video]')?.paused === false,
    );
    // Enter says play, and plays.
    await page.keyboard.press(',');
    await page.waitForFunction(
      () => document.querySelector<HTMLVideoElement>('[data-testid=player-video]')?.paused === true,
    );
    await page.locator('[data-testid=timeline]').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLVideoElement>('[data-testid=player-video]')?.paused === false,
    );
  });

  await context.test('tells that a time is not over yet, and leads to live', async () => {
    const before = await epoch();
    const top = async (): Promise<number | undefined> =>
      (await page.locator('[data-testid=timeline]').boundingBox())?.y;
    const place = await top();
    await goTo(local(Date.now() + HOUR, 'America/Sao_Paulo'));
    assert.match(await answer(), /in the future: it is/);
    assert.equal(await top(), place, 'the time line stays where it is');
    assert.ok(Math.abs((await epoch()) - before) < MINUTE, 'the picture stays where it is');
    await page.click('[data-testid=goto-answer] button');
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    assert.equal(await page.locator('[data-testid=goto-answer]').count(), 0);
    assert.equal(await focused(), 'goto');
  });

  await context.test('an answer goes with Escape, and where a person goes elsewhere', async () => {
    const question = page.locator('[data-testid=goto-answer]');
    await goTo('');
    assert.match(await answer(), /date and/);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'goto');
    await goTo(local(Date.now() + HOUR, 'America/Sao_Paulo'));
    await question.waitFor();
    const box = await page.locator('[data-testid=timeline]').boundingBox();
    assert.ok(box !== null);
    await page.mouse.click(box.x + box.width * 0.4, box.y + 50);
    await question.waitFor({ state: 'detached' });
    const at = local(await epoch(), 'America/Sao_Paulo');
    assert.equal((await page.inputValue('[name=goto]')).slice(0, 15), at.slice(0, 15));
    await goTo('');
    await question.waitFor();
    await page.click('[data-testid=zone]');
    await page.getByRole('menuitemradio').last().click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('menuitemradio').first().click();
    await page.keyboard.press('Escape');
    await page.click('[data-testid=go-live]');
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
  });

  await context.test(
    'the list beside the picture shows its day, and leads back to it',
    async () => {
      const day = (): Promise<string> => page.innerText('[data-testid=recordings-day]');
      const today = await day();
      await page.getByRole('button', { name: 'Day before' }).click();
      assert.notEqual(await day(), today);
      await page.click('[data-testid=recordings-to-played]');
      assert.equal(await day(), today);
      await page.getByRole('button', { name: 'Day before' }).click();
      await page.getByRole('button', { name: 'Day before' }).click();
      // A jump within the day that plays brings the list along, too.
      const at = harness.server.controls.world.startedAt - 27 * MINUTE;
      await goTo(local(at, 'America/Sao_Paulo'));
      await shows(at, 4000);
      assert.equal(await page.locator('[data-testid=recordings-to-played]').count(), 0);
      await page.waitForSelector('[data-testid=recording][data-current]');
    },
  );

  await context.test('a day that was chosen stays when the live picture comes', async () => {
    controls.live.silent.add('cam_aaaaaaaaaaaaaaaa');
    await page.goto(`${origin}${DEMO}`);
    await page.waitForSelector('[data-testid=player][data-phase=live-connecting]');
    const day = page.locator('[data-testid=recordings-day]');
    const today = await day.innerText();
    await page.getByRole('button', { name: 'Day before' }).click();
    const chosen = await day.innerText();
    controls.live.silent.clear();
    await page.waitForSelector('[data-testid=go-live][data-on]');
    assert.notEqual(chosen, today);
    assert.equal(await day.innerText(), chosen);
    // Enter plays what plays already.
    await page.locator('[data-testid=timeline]').focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.getAttribute('[data-testid=player]', 'data-mode'), 'live');
    await page.waitForFunction(
      (text) => document.querySelector('[data-testid=recordings-day]')?.textContent === text,
      today,
    );
  });

  await context.test('asks which of two is meant where the clock shows a time twice', async () => {
    controls.world.cameras = controls.world.cameras.map((camera) => ({
      ...camera,
      timeZone: 'Europe/Berlin',
    }));
    await page.goto(`${origin}${DEMO}`);
    await page.waitForSelector('[data-testid=player][data-phase=live-playing]');
    await page.getByText('UTC+01:00').first().waitFor();
    await goTo('2026-10-25T02:30');
    assert.match(await answer(), /this time occurs twice/);
    assert.deepEqual(await page.locator('[data-testid=goto-answer] button').allInnerTexts(), [
      '02:30:00 UTC+02:00',
      '02:30:00 UTC+01:00',
    ]);
    await page.fill('[name=goto]', '2026-03-29T02:30');
    assert.equal(await page.locator('[data-testid=goto-answer]').count(), 0);
    // The field was left for the button just before; what is typed now stays all the same.
    await page.waitForTimeout(FIELD_KEPT_MS + 100);
    assert.equal(await page.inputValue('[name=goto]'), '2026-03-29T02:30');
    await page.press('[name=goto]', 'Enter');
    assert.match(await answer(), /this time does not exist[\s\S]*03:30/);
    await page.locator('[data-testid=goto-answer]').getByRole('button', { name: '03:30' }).click();
    await page.waitForSelector('[data-testid=player][data-mode=playback]');
    assert.equal(await page.locator('[data-testid=goto-answer]').count(), 0);
    await page.context().close();
  });

  await context.test(
    'plays on where the sound is missing, and says what was passed over',
    async () => {
      controls.soundGap = true;
      page = await harness.signedIn('/cameras');
      const minute = Math.floor(Date.now() / MINUTE) * MINUTE - HOUR;
      const at = minute + (MUTE_SECONDS.from - 2) * 1000;
      await page.goto(`${origin}${DEMO}?t=${new Date(at).toISOString()}`);
      const notice = page.getByText(/Skipped .*\d s that cannot be played here/);
      await notice.waitFor().catch(async (error) => {
        throw new Error(`${await stateOf(page)}: nothing was said`, { cause: error });
      });
      await page.waitForFunction(
        (end) => {
          const time = document.querySelector('[data-testid=player-time]');
          return Number(time?.getAttribute('data-epoch-ms')) > end;
        },
        minute + MUTE_SECONDS.to * 1000,
      );
      controls.soundGap = false;
      await page.context().close();
    },
  );

  await context.test(
    'a camera that is not there has a page of its own, with ways out',
    async () => {
      page = await harness.signedIn('/cameras/cam_zzzzzzzzzzzzzzzz');
      await page.waitForSelector('[data-testid=camera-missing]');
      assert.match(await page.title(), /There is no such camera/);
      await page.route('**/api/v1/cameras/nonsense', (route) =>
        route.fulfill({ status: 400, json: { code: 'http.invalid-request', status: 400 } }),
      );
      await page.goto(`${origin}/cameras/nonsense`);
      await page.waitForSelector('[data-testid=camera-missing]');
      await page.locator('[data-testid=camera-missing] a[href="/cameras"]').click();
      await page.waitForSelector('[data-testid=camera-card]');
      // One that is deleted while it is watched is reported in the same way.
      await page.goto(`${origin}/cameras/cam_dddddddddddddddd`);
      await page.waitForSelector('[data-testid=player]');
      controls.world.cameras = controls.world.cameras.filter(({ id }) => !id.includes('dddd'));
      await askAgain(page);
      await page.waitForSelector('[data-testid=camera-missing]');
      await page.context().close();
    },
  );
}

/** What the player is doing, for a failure that nobody was there to see. */
function stateOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const player = document.querySelector<HTMLElement>('[data-testid=player]');
    const video = document.querySelector<HTMLVideoElement>('[data-testid=player-video]');
    const ranges = Array.from({ length: video?.buffered.length ?? 0 }, (_none, index) => [
      video?.buffered.start(index),
      video?.buffered.end(index),
    ]);
    const { currentTime, paused, readyState, seeking } = video ?? {};
    return JSON.stringify({
      ...player?.dataset,
      ...{ currentTime, paused, readyState, seeking, ranges },
    });
  });
}
