import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RTSP_QUIRKS } from '../libs/wire/rtsp/quirks.ts';
import { QUIRKS_PAGE, renderQuirksPage } from './quirks-page.ts';

test('the page of quirks is that of the table', () => {
  const page = renderQuirksPage(RTSP_QUIRKS);
  const how = 'run node_modules/.bin/node scripts/quirks-page.ts';
  assert.equal(readFileSync(QUIRKS_PAGE, 'utf8'), page, how);
  assert.match(
    page,
    /\[scottlamb\/retina#17\]\(https:\/\/github.com\/scottlamb\/retina\/issues\/17\)/,
  );
});
