import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { type Quirk, RTSP_QUIRKS } from './quirks.ts';

const ROOT = join(import.meta.dirname, '../../..');
const QUIRKS: readonly Quirk[] = RTSP_QUIRKS;

test('the table has each quirk once, described in full', () => {
  assert.ok(QUIRKS.length >= 20);
  assert.equal(new Set(QUIRKS.map(({ id }) => id)).size, QUIRKS.length);
  for (const quirk of QUIRKS) {
    for (const [field, text] of Object.entries(quirk)) assert.ok(text.length > 1, field);
  }
});

for (const { id, test: testFile, fixture, where } of QUIRKS) {
  test(`${id} has its fixture and its test`, () => {
    assert.equal(testFile.startsWith('services/ingest/'), where === 'ingest');
    for (const file of [testFile, fixture]) {
      assert.ok(existsSync(join(ROOT, file)), `${file} is missing`);
    }
    const source = readFileSync(join(ROOT, testFile), 'utf8');
    const cases = readFileSync(join(ROOT, fixture), 'utf8');
    const inTest = source.includes(`quirk ${id}: `);
    // Titles may come from a table of cases, which the test then imports.
    const inCases =
      source.includes(`./${basename(fixture)}'`) &&
      (cases.includes(`quirk ${id}: `) || cases.includes(`quirk: '${id}'`));
    assert.ok(inTest || inCases, `no test in ${testFile} is titled "quirk ${id}: ..."`);
  });
}
