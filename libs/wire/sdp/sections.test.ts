import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_PARAMETERS, readEncoding } from './encoding.ts';
import { MAX_CRYPTO, MAX_FORMATS, MAX_LINES, readSections } from './sections.ts';

test(`lines over ${MAX_LINES} are not looked at`, () => {
  const filler = 'a=x\n'.repeat(MAX_LINES - 2);
  const last = 'm=audio 0 RTP/AVP 0\n';
  assert.equal(readSections(`v=0\n${filler}${last}`).media.length, 1);
  assert.equal(readSections(`v=0\na=x\n${filler}${last}`).media.length, 0);
});

test(`a section keeps ${MAX_FORMATS} formats, and the first of each payload type`, () => {
  let text = 'v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=rtpmap:96 VP8/90000\n';
  for (let type = 0; type < MAX_FORMATS + 9; type++) text += `a=rtpmap:${type} X/1\n`;
  text += 'a=rtpmap:200 Y/1\na=rtpmap: Z/1\n';
  const [section] = readSections(text).media;
  assert.equal(section?.maps.size, MAX_FORMATS);
  assert.equal(section?.maps.get(96), 'H264/90000');
});

test(`a format keeps ${MAX_PARAMETERS} parameters, and clocks and channels within reason`, () => {
  const parameters = Array.from({ length: MAX_PARAMETERS + 9 }, (_, i) => `p${i}=${i}`).join(';');
  const [section] = readSections(
    `v=0\nm=audio 0 RTP/AVP 97\na=rtpmap:97 PCMA/99999999/77\na=fmtp:97 ${parameters}\n`,
  ).media;
  assert.ok(section);
  const encoding = readEncoding(section);
  assert.equal(encoding.parameters.size, MAX_PARAMETERS);
  assert.deepEqual([encoding.clockRate, encoding.channels], [8000, 1]);
});

test(`a section keeps ${MAX_CRYPTO} lines of keys, and the session's key management where it has none`, () => {
  const [first, second] = readSections(
    `v=0\na=key-mgmt:mikey AA==\nm=video 0 RTP/SAVP 96\n${'a=crypto:1 x\n'.repeat(MAX_CRYPTO + 1)}m=audio 0 RTP/SAVP 0\na=key-mgmt:mikey BB==\n`,
  ).media;
  assert.equal(first?.crypto.length, MAX_CRYPTO);
  assert.equal(first?.keyManagement, 'mikey AA==');
  assert.equal(second?.keyManagement, 'mikey BB==');
});
