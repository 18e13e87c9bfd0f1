import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Harness } from './harness.ts';

const PAGES = [
  '/live',
  '/cameras',
  '/cameras/cam_aaaaaaaaaaaaaaaa',
  '/system',
  '/settings',
  '/nowhere',
];
/** Between the widths at which every page is checked in each of its states. */
const TABLET = { width: 720, height: 800 };
const MAX_ENTRY_GZIP_BYTES = 150_000;
const MIN_CONTRAST = 4.5;

/** Text and what it stands on. */
const PAIRS: readonly (readonly [string, readonly string[]])[] = [
  ['--text', ['--canvas', '--surface', '--raised', '--sunken', '--hover', '--accent-soft']],
  ['--text-muted', ['--canvas', '--surface', '--raised', '--sunken', '--hover', '--accent-soft']],
  ['--text-muted', ['--good-soft', '--warn-soft', '--bad-soft', '--off-soft']],
  ['--text-faint', ['--surface', '--raised', '--sunken']],
  ['--text-on-accent', ['--accent', '--accent-hover']],
  ['--on-danger', ['--danger', '--danger-hover']],
  ['--accent-text', ['--surface', '--raised', '--accent-soft']],
  ['--good', ['--surface', '--raised', '--good-soft']],
  ['--warn', ['--surface', '--raised', '--warn-soft']],
  ['--bad', ['--surface', '--raised', '--bad-soft']],
  ['--off', ['--surface', '--off-soft']],
  ['--stage-text', ['--stage']],
  ['--stage-muted', ['--stage']],
];

function luminance([red = 0, green = 0, blue = 0]: readonly number[]): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast of two colours (WCAG 2.2 §1.4.3). */
function contrast(a: readonly number[], b: readonly number[]): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

export async function testAppearance(context: TestContext, harness: Harness): Promise<void> {
  await context.test(`fits ${TABLET.width} px, too`, async () => {
    const { world } = harness.server.controls;
    const since = new Date().toISOString();
    const alarm = { code: 'volume.full', severity: 'critical', subject: 'archive', since } as const;
    world.alarms = [{ ...alarm, detail: 'Volume archive is full.' }];
    const page = await harness.signedIn('/cameras', {
      locale: 'pt-BR',
      viewport: TABLET,
    });
    await page.waitForSelector('[data-testid=alarm-count]');
    for (const path of PAGES) {
      await page.goto(`${harness.server.origin}${path}`);
      await page.locator('h1, h2').first().waitFor();
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wide, 0, path);
    }
    world.alarms = [];
    await page.context().close();
  });

  await context.test('has texts of enough contrast in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await harness.page({ colorScheme });
      await page.goto(harness.server.origin);
      await page.waitForSelector('[data-testid=sign-in-form]');
      const colours = await page.evaluate(
        (names) => {
          const probe = document.createElement('i');
          document.body.append(probe);
          return names.map((name) => {
            probe.style.color = `var(${name})`;
            const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
            return [name, parts.slice(0, 3).map(Number)] as const;
          });
        },
        [...new Set(PAIRS.flatMap(([text, grounds]) => [text, ...grounds]))],
      );
      const byName = new Map(colours);
      for (const [text, grounds] of PAIRS) {
        for (const ground of grounds) {
          const ratio = contrast(byName.get(text) ?? [], byName.get(ground) ?? []);
          const words = `${text} on ${ground} in ${colorScheme}: ${ratio.toFixed(2)}`;
          assert.ok(ratio >= MIN_CONTRAST, words);
        }
      }
      await page.context().close();
    }
  });

  await context.test('gives every control a name and shows where the focus is', async () => {
    const page = await harness.signedIn('/cameras/cam_aaaaaaaaaaaaaaaa');
    await page.waitForSelector('[data-testid=recording]');
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, select, [role=slider]')]
        .filter((element) => {
          const label =
            element.getAttribute('aria-label') ??
            (element as HTMLInputElement).labels?.[0]?.textContent ??
            element.textContent;
          return label.trim() === '';
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(nameless, []);
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(() => {
        const focused = document.activeElement;
        return focused === null ? '' : getComputedStyle(focused).outlineStyle;
      });
      assert.equal(outline, 'solid', `after ${presses + 1} presses of Tab`);
    }
    await page.context().close();
  });

  await context.test(
    'loads little: the entry is small, and hls.js waits until it is needed',
    async () => {
      const index = readFileSync(join(harness.dist, 'index.html'), 'utf8');
      const entry = [...index.matchAll(/(?:src|href)="(?:\.?\/)(assets\/[^"]+\.js)"/g)].map(
        (match) => match[1] ?? '',
      );
      assert.ok(entry.length > 0);
      const bytes = entry.reduce(
        (sum, name) => sum + gzipSync(readFileSync(join(harness.dist, name))).length,
        0,
      );
      assert.ok(bytes <= MAX_ENTRY_GZIP_BYTES, `${bytes} bytes`);
      const chunks = readdirSync(join(harness.dist, 'assets'));
      assert.ok(chunks.some((name) => name.startsWith('hls')));
      assert.ok(!entry.some((name) => name.includes('hls')));
      assert.ok(!/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/.test(index), 'nothing is inline');
    },
  );

  await context.test('carries nothing of the test double, and names no other host', () => {
    for (const name of readdirSync(join(harness.dist, 'assets'))) {
      if (!name.endsWith('.js') && !name.endsWith('.css')) continue;
      const body = readFileSync(join(harness.dist, 'assets', name), 'utf8');
      assert.ok(!body.includes('Warehouse aisle'), name);
      assert.ok(!/url\(["']?https?:/.test(body), name);
    }
  });
}
