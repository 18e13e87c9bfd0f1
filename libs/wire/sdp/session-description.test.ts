import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WireError } from '../errors.ts';
import { MAX_SECTIONS } from './sections.ts';
import { DESCRIPTION_CASES, REQUEST_URL } from './session-description.cases.ts';
import {
  MAX_DESCRIPTION_BYTES,
  type MediaTrack,
  parseSessionDescription,
} from './session-description.ts';

const origin = { requestUrl: REQUEST_URL };
const describeTrack = (track: MediaTrack): string =>
  [
    track.kind,
    track.encodingName.split(' ')[0],
    track.codec === undefined ? '-' : track.codec + (track.supported ? '' : '!'),
    track.clockRate,
    track.controlUrl,
    track.config?.codecString ?? '-',
  ].join(' ');

for (const { name, sdp, contentBase, controlUrl, tracks, quirks } of DESCRIPTION_CASES) {
  test(name.startsWith('quirk ') ? name : `description: ${name}`, () => {
    const description = parseSessionDescription(Buffer.from(sdp), { ...origin, contentBase });
    assert.equal(description.controlUrl, controlUrl);
    assert.deepEqual(description.tracks.map(describeTrack), tracks);
    for (const quirk of quirks ?? []) {
      assert.ok((description.quirks as readonly string[]).includes(quirk), `reports ${quirk}`);
    }
    if (quirks === undefined && !name.startsWith('quirk '))
      assert.deepEqual(description.quirks, []);
  });
}

test('what speaks against a track of a known codec is reported', () => {
  const key = Buffer.alloc(30, 1).toString('base64');
  const crypto = `a=crypto:1 F8_128_HMAC_SHA1_80 inline:${key}\na=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${key}\n`;
  const read = (text: string): MediaTrack | undefined =>
    parseSessionDescription(Buffer.from(`v=0\n${text}`), origin).tracks[0];
  const video = 'a=rtpmap:96 H264/90000\n';
  const plain = read(`m=video 0 RTP/AVP 96\n${video}${crypto}`);
  assert.deepEqual([plain?.supported, plain?.protection], [true, undefined]);
  const secure = read(`m=video 0 RTP/SAVP/TCP 96\n${video}${crypto}`);
  assert.equal(secure?.protection?.profile, 'RTP/SAVP');
  assert.equal(secure?.protection?.keys[0]?.suite.name, 'AES_CM_128_HMAC_SHA1_32');
  for (const protocol of ['RTP/SAVP', 'RTP/SAVPF', 'UDP/TLS/RTP/SAVPF']) {
    const track = read(`m=video 0 ${protocol} 96\n${video}`);
    assert.deepEqual([track?.supported, track?.refusal], [false, 'encryption'], protocol);
  }
  // f8f02000: audio object type 39, AAC-ELD.
  const eld =
    'm=audio 0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/48000\na=fmtp:97 mode=AAC-hbr;config=f8f02000\n';
  assert.equal(read(eld)?.refusal, 'audio-object-type');
});

test('what repairs another track is none itself, within its section or in one of its own', () => {
  const video = 'a=rtpmap:96 H264/90000\na=rtpmap:97 rtx/90000\na=rtpmap:98 ulpfec/90000\n';
  const { tracks } = parseSessionDescription(
    Buffer.from(
      `v=0\na=group:BUNDLE 0 1\nm=video 0 RTP/AVP 97 98 96\na=rtcp-mux\n${video}m=video 0 RTP/AVP 99\na=rtpmap:99 flexfec-03/90000\n`,
    ),
    origin,
  );
  assert.deepEqual(
    tracks.map(({ kind, codec, payloadType }) => [kind, codec, payloadType]),
    [
      ['video', 'h264', 96],
      ['other', undefined, 99],
    ],
  );
});

test('the declared frame rate, size and channels are there', () => {
  const sdp = DESCRIPTION_CASES.find(({ name }) => name.includes('impossible port'))?.sdp ?? '';
  const [track] = parseSessionDescription(Buffer.from(sdp), origin).tracks;
  assert.equal(track?.frameRate, 25);
  assert.ok(track?.config?.kind === 'video' && track.config.width === 1280);
});

test('Content-Location counts where Content-Base cannot be used', () => {
  const sdp = Buffer.from('v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:1\n');
  const { tracks } = parseSessionDescription(sdp, {
    requestUrl: 'rtsp://user:secret@camera/live',
    contentBase: 'nonsense',
    contentLocation: 'rtsp://other/live/',
  });
  assert.equal(tracks[0]?.controlUrl, 'rtsp://other/live/1');
  const plain = parseSessionDescription(sdp, { requestUrl: 'rtsp://user:secret@camera/live' });
  assert.equal(plain.controlUrl, 'rtsp://camera/live', 'no password in any URL');
});

test('a description without media says so', () => {
  for (const text of ['', 'v=0\r\ns=x\r\n', '<html></html>', '\0\0\0']) {
    assert.throws(
      () => parseSessionDescription(Buffer.from(text), origin),
      (error) => error instanceof WireError && error.code === 'wire.sdp',
    );
  }
});

test(`descriptions over ${MAX_DESCRIPTION_BYTES} bytes are refused, sections over ${MAX_SECTIONS} left out`, () => {
  assert.throws(
    () => parseSessionDescription(Buffer.alloc(MAX_DESCRIPTION_BYTES + 1, 0x61), origin),
    (error) => error instanceof WireError && error.code === 'wire.too-long',
  );
  const many = 'm=video 0 RTP/AVP 26\r\n'.repeat(MAX_SECTIONS + 10);
  const { tracks } = parseSessionDescription(Buffer.from(`v=0\r\n${many}`), origin);
  assert.equal(tracks.length, MAX_SECTIONS);
});

test('URLs that would break a request line are not made', () => {
  const media = 'm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:';
  for (const [contentBase, control, expected] of [
    ['/str\tam/', '1', 'rtsp://c/live/1'],
    ['rtsp://u:p@', '1', 'rtsp://c/live/1'],
    ['rtsp://c/a b/', 'rtsp://u:p@/x', 'rtsp://c/live'],
    ['rtsp://c/a\u0085b/', 'track 1', 'rtsp://c/live/track1'],
    ['rtsp://c/', 'rtsp://u:p@c2/a\u0001b', 'rtsp://c2/ab'],
  ] as const) {
    const description = parseSessionDescription(Buffer.from(`v=0\n${media}${control}\n`), {
      requestUrl: 'rtsp://c/live',
      contentBase,
    });
    assert.equal(description.tracks[0]?.controlUrl, expected);
  }
});
