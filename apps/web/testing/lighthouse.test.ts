import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { Result } from 'lighthouse';
import { CHROMIUM_PATH } from './chromium.ts';
import { Harness, openSession, SKIPPED } from './harness.ts';

const LIGHTHOUSE = join(import.meta.dirname, '../../../node_modules/lighthouse/cli/index.js');
/**
 * No wait for a quiet processor: where MAX_LOAD_MS is over, Lighthouse 12 forgets an evaluation that is under
 * way there, and leaves with status 1 when its page is closed before that has answered.
 */
const CONFIG = join(import.meta.dirname, 'lighthouse-config.json');
/** Of 100. */
const MIN_SCORE = 95;
const CATEGORIES = ['accessibility', 'best-practices'];
/** Milliseconds for which a page is awaited: one with live pictures never comes to rest. */
const MAX_LOAD_MS = 4000;
/** Most of the time of an audit is a wait for its page. */
const AUDITS_AT_ONCE = 2;
/** Milliseconds for the audit of one page on a machine that is busy with others. */
const TIMEOUT_MS = 90_000;
const MAX_REPORT_BYTES = 32 * 1024 * 1024;
const PAGES: readonly { readonly name: string; readonly path: string; signedOut?: true }[] = [
  { name: 'sign-in', path: '/sign-in', signedOut: true },
  { name: 'live', path: '/live' },
  { name: 'camera', path: '/cameras/cam_aaaaaaaaaaaaaaaa' },
  { name: 'cameras', path: '/cameras' },
  { name: 'add cameras', path: '/cameras?add=1' },
  { name: 'health', path: '/system' },
  { name: 'settings', path: '/settings' },
];

test('Lighthouse finds little to improve', {
  skip: SKIPPED,
  concurrency: AUDITS_AT_ONCE,
}, async (context) => {
  const harness = await Harness.open();
  try {
    const { origin } = harness.server;
    const { name: cookieName, value } = await openSession(origin);
    const audits = PAGES.map(({ name, path, signedOut }) =>
      context.test(name, async () => {
        const headers = signedOut === true ? {} : { cookie: `${cookieName}=${value}` };
        const { audits, categories } = await audit(`${origin}${path}`, headers);
        for (const id of CATEGORIES) {
          const category = categories[id];
          assert.ok(typeof category?.score === 'number', `${id} was not judged`);
          const lost = category.auditRefs
            .filter(({ id: rule, weight }) => weight > 0 && (audits[rule]?.score ?? 1) < 1)
            .map((rule) => rule.id);
          const score = category.score * 100;
          assert.ok(score >= MIN_SCORE, `${id}: ${score}, for ${lost.join(', ')}`);
        }
      }),
    );
    await Promise.all(audits);
  } finally {
    await harness.close();
  }
});

/** Lighthouse as a process of its own, since it leaves timers behind; it starts its own browser. */
async function audit(url: string, headers: Readonly<Record<string, string>>): Promise<Result> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      LIGHTHOUSE,
      url,
      `--config-path=${CONFIG}`,
      '--chrome-flags=--headless --no-sandbox --disable-gpu --autoplay-policy=no-user-gesture-required',
      `--only-categories=${CATEGORIES.join(',')}`,
      `--max-wait-for-load=${MAX_LOAD_MS}`,
      `--extra-headers=${JSON.stringify(headers)}`,
      '--form-factor=desktop',
      '--screenEmulation.disabled',
      '--throttling-method=simulate',
      '--disable-full-page-screenshot',
      '--disable-storage-reset',
      '--output=json',
      '--quiet',
    ],
    {
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_REPORT_BYTES,
      env: { ...process.env, CHROME_PATH: CHROMIUM_PATH },
    },
  );
  return JSON.parse(stdout) as Result;
}
