import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ALERT_CODES } from '@vms/common/alert.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'runbooks');
const HEADINGS = [
  ...['What it means', 'What is at risk', 'What to look at', 'What to do'],
  ...['O que significa', 'O que está em risco', 'O que examinar', 'O que fazer'],
];

describe('the runbooks', () => {
  it('are there for every alert, and for nothing else', () => {
    const files = readdirSync(FOLDER).filter((name) => name !== 'README.md');
    assert.deepEqual(files.sort(), ALERT_CODES.map((code) => `${code}.md`).sort());
  });

  it('say the same four things in both languages', () => {
    for (const code of ALERT_CODES) {
      const text = readFileSync(join(FOLDER, `${code}.md`), 'utf8');
      assert.ok(text.startsWith(`# ${code}: `), code);
      const headings = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
      assert.deepEqual(headings, HEADINGS, code);
    }
  });

  it('are listed on one page', () => {
    const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const linked = [...page.matchAll(/\]\(([^)]+)\.md\)/g)].map((match) => match[1]);
    assert.deepEqual(linked.sort(), [...ALERT_CODES].sort());
  });
});
