import assert from 'node:assert/strict';
import { MAX_SECTIONS } from '@vms/wire/sdp/sections.ts';
import { DESCRIPTION_CASES, REQUEST_URL } from '@vms/wire/sdp/session-description.cases.ts';
import { parseSessionDescription } from '@vms/wire/sdp/session-description.ts';
import { attempt } from '../allowed.ts';

/** `Content-Base  line feed  description` */
function seeds(): Uint8Array[] {
  return DESCRIPTION_CASES.map(({ contentBase, sdp }) =>
    Buffer.from(`${contentBase ?? ''}\n${sdp}`),
  );
}

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
export const sdp = { name: 'sdp', seeds, run };
