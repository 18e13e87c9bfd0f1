import assert from 'node:assert/strict';
import { MAX_PARAMETERS } from '@vms/wire/sdp/encoding.ts';
import { MAX_CRYPTO, MAX_FORMATS, MAX_LINES, MAX_SECTIONS } from '@vms/wire/sdp/sections.ts';
import { DESCRIPTION_CASES, REQUEST_URL } from '@vms/wire/sdp/session-description.cases.ts';
import {
  MAX_DESCRIPTION_BYTES,
  parseSessionDescription,
} from '@vms/wire/sdp/session-description.ts';
import { attempt } from '../allowed.ts';
import type { TargetBound } from '../fuzz-target.ts';

/** `Content-Base  line feed  description` */
function seeds(): Uint8Array[] {
  return DESCRIPTION_CASES.map(({ contentBase, sdp }) =>
    Buffer.from(`${contentBase ?? ''}\n${sdp}`),
  );
}

const START = '\nv=0\r\ns=x\r\n';
const SECTION = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:1\r\n';
const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: Math.max(0, count) }, (_, index) => text(index)).join('');

const bounds: readonly TargetBound[] = [
  {
    name: 'MAX_DESCRIPTION_BYTES',
    bound: MAX_DESCRIPTION_BYTES,
    // The first line feed belongs to the input, not to the description.
    input: (size) => Buffer.from((START + SECTION).padEnd(size + 1, 'a=x\r\n')),
  },
  {
    name: 'MAX_SECTIONS',
    bound: MAX_SECTIONS,
    input: (count) => Buffer.from(START + SECTION.repeat(count)),
  },
  {
    name: 'MAX_LINES',
    bound: MAX_LINES,
    input: (count) => Buffer.from(START + SECTION + 'a=x\r\n'.repeat(count - 5)),
  },
  {
    name: 'MAX_FORMATS',
    bound: MAX_FORMATS,
    input: (count) => {
      const formats = repeat(count, (index) => ` ${96 + (index % 32)}`);
      return Buffer.from(`${START}m=video 0 RTP/AVP${formats}\r\na=rtpmap:96 H264/90000\r\n`);
    },
  },
  {
    name: 'MAX_CRYPTO',
    bound: MAX_CRYPTO,
    input: (count) => Buffer.from(START + SECTION + 'a=crypto:1 AES inline:x\r\n'.repeat(count)),
  },
  {
    name: 'MAX_PARAMETERS',
    bound: MAX_PARAMETERS,
    input: (count) =>
      Buffer.from(`${START}${SECTION}a=fmtp:96 ${repeat(count, (index) => `p${index}=1;`)}\r\n`),
  },
];

function run(input: Uint8Array): void {
  const line = input.indexOf(0x0a);
  const contentBase = Buffer.from(input.subarray(0, Math.max(0, line))).toString('utf8');
  const body = input.subarray(line + 1);
  attempt(() => {
    const { controlUrl, tracks } = parseSessionDescription(body, {
      requestUrl: REQUEST_URL,
      contentBase: contentBase === '' ? undefined : contentBase,
    });
    assert.ok(tracks.length >= 1 && tracks.length <= MAX_SECTIONS);
    checkUrl(controlUrl);
    for (const track of tracks) {
      checkUrl(track.controlUrl);
      assert.ok(track.payloadType >= 0 && track.payloadType <= 127);
      assert.ok(track.clockRate > 0 && track.clockRate <= 1_000_000);
      assert.ok(track.channels >= 1 && track.channels <= 8);
      assert.ok(!track.supported || track.codec !== undefined);
      assert.ok(track.config === undefined || track.config.codec === track.codec);
      assert.ok(track.frameRate === undefined || track.frameRate > 0);
    }
  });
}

/** A URL goes into a request line as it is. */
function checkUrl(url: string): void {
  assert.match(url, /^rtsps?:\/\/[^\s/?#]+[^\s\p{Cc}]*$/iu);
  assert.doesNotMatch(url, /^rtsps?:\/\/[^/?#]*@/i, 'no user information');
}

/** Session descriptions, with the Content-Base before them. */
export const sdp = { name: 'sdp', seeds, bounds, run };
