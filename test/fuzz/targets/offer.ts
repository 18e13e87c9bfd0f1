import assert from 'node:assert/strict';
import { StreamError } from '../../../services/stream/stream-error.ts';
import { isUsableCandidate } from '../../../services/stream/webrtc/candidates.ts';
import {
  MAX_MEDIA_SECTIONS,
  MAX_REMOTE_CANDIDATES,
  MAX_SDP_BYTES,
  MAX_SDP_LINES,
  parseIceFragment,
  parseOffer,
} from '../../../services/stream/webrtc/offer.ts';
import type { TargetBound } from '../fuzz-target.ts';

const CANDIDATE = 'a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host';
const SESSION = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'];
const TRANSPORT = [
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuv',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  CANDIDATE,
];
const VIDEO = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  ...['a=mid:0', 'a=recvonly', 'a=rtcp-mux', ...TRANSPORT, 'a=rtpmap:96 H264/90000'],
  'a=fmtp:96 packetization-mode=1;profile-level-id=42e01f',
  ...['a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli'],
  'a=extmap:1 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
];
const AUDIO = ['m=audio 9 UDP/TLS/RTP/SAVPF 0 8', 'a=mid:1', 'a=recvonly', 'a=rtpmap:0 PCMU/8000'];

const text = (...lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\r\n')}\r\n`);

function seeds(): Uint8Array[] {
  return [text(...SESSION, ...VIDEO, ...AUDIO), text('a=ice-ufrag:abcd', CANDIDATE)];
}

function padded(lines: readonly string[], count: number, line: (index: number) => string) {
  return text(...lines, ...Array.from({ length: Math.max(0, count) }, (_, index) => line(index)));
}

const whole = [...SESSION, ...VIDEO];
const bounds: readonly TargetBound[] = [
  {
    name: 'MAX_SDP_BYTES',
    bound: MAX_SDP_BYTES,
    input: (size) => {
      const start = text(...whole);
      return Buffer.concat([start, Buffer.alloc(Math.max(0, size - start.length), 'a=x\r\n')]);
    },
  },
  {
    name: 'MAX_SDP_LINES',
    bound: MAX_SDP_LINES,
    input: (count) => padded(whole, count - whole.length, () => 'a=x'),
  },
  {
    name: 'MAX_MEDIA_SECTIONS',
    bound: MAX_MEDIA_SECTIONS,
    input: (count) =>
      padded(whole, count - 1, (index) => `m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:m${index}`),
  },
  {
    name: 'MAX_REMOTE_CANDIDATES',
    bound: MAX_REMOTE_CANDIDATES,
    input: (count) =>
      padded(whole, count - 1, (index) => CANDIDATE.replace('50000', String(50_001 + index))),
  },
];

function run(input: Uint8Array): void {
  const sdp = Buffer.from(input).toString('utf8');
  attempt(() => {
    const { candidates, fingerprint, icePwd, iceUfrag, sections, video } = parseOffer(sdp);
    assert.ok(sections.length <= MAX_MEDIA_SECTIONS && candidates.length <= MAX_REMOTE_CANDIDATES);
    for (const part of [
      fingerprint,
      icePwd,
      iceUfrag,
      video.mid,
      ...sections.map(({ mid }) => mid),
    ]) {
      assert.doesNotMatch(part, /[\s\p{Cc}]/u);
    }
    for (const candidate of candidates) isUsableCandidate(candidate);
  });
  attempt(() => {
    assert.ok(parseIceFragment(sdp).candidates.length <= MAX_REMOTE_CANDIDATES);
  });
}

function attempt(parse: () => void): void {
  try {
    parse();
  } catch (thrown) {
    if (!(thrown instanceof StreamError)) throw thrown;
  }
}

/** Offers of viewers (WHEP), and trickled fragments. */
export const offer = { name: 'offer', seeds, bounds, run };
