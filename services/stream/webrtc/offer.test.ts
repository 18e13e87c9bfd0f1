import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildAnswer, sanitizedOffer } from './answer.ts';
import { announcedCandidates, isUsableCandidate } from './candidates.ts';
import { MAX_MEDIA_SECTIONS, MAX_REMOTE_CANDIDATES, MAX_SDP_LINES, parseOffer } from './offer.ts';

/** As Chromium 140 offers, shortened: sound first, a data channel last. */
const CHROMIUM = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1 2',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 8',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=recvonly',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 102 106',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:1',
  'a=extmap:12 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'a=recvonly',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
  'a=rtpmap:106 H264/90000',
  'a=rtcp-fb:106 nack',
  'a=rtcp-fb:106 nack pli',
  'a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=candidate:1 1 udp 2113937151 0d1c9f1e.local 50000 typ host',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=mid:2',
  '',
];
const text = (lines: readonly string[]): string => lines.join('\r\n');

test('takes Constrained Baseline, G.711 and playout delay of an offer of Chromium', () => {
  const offer = parseOffer(text(CHROMIUM));
  assert.deepEqual(offer.video, {
    mid: '1',
    payloadType: 106,
    profileLevelId: '42e01f',
    nack: true,
    pictureLoss: true,
    playoutDelayId: 12,
  });
  assert.deepEqual(offer.audio, { mid: '0', pcmu: 0, pcma: 8 });
  assert.deepEqual(
    offer.sections.map(({ kind }) => kind),
    ['audio', 'video', 'application'],
  );
});

test('answers every section, refuses what it does not send, and repeats nothing else of the offer', () => {
  const offer = parseOffer(text(CHROMIUM));
  const local = { iceUfrag: 'uuuu', icePwd: 'p'.repeat(24), fingerprint: 'CD', candidates: [] };
  const answer = buildAnswer(offer, local, { videoSsrc: 7, audio: undefined });
  assert.deepEqual(answer.match(/^m=.*(?=\r)/gm), [
    'm=audio 0 UDP/TLS/RTP/SAVPF 111',
    'm=video 9 UDP/TLS/RTP/SAVPF 106',
    'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
  ]);
  assert.match(answer, /a=group:BUNDLE 1\r\n/);
  const audio = { codec: 'pcma', payloadType: 8, ssrc: 8 } as const;
  assert.match(buildAnswer(offer, local, { videoSsrc: 7, audio }), /a=group:BUNDLE 0 1\r\n/);
  const native = sanitizedOffer(offer, { videoSsrc: 7, audio });
  assert.match(native, /a=setup:passive\r\n/);
  assert.doesNotMatch(native, /local|opus|application|actpass/);
});

test('sections that are named by UUID, and spaces at the ends of lines, are taken', () => {
  const mid = 'video-3f2504e0-4f89-11d3-9a0c-0305e82c3301';
  const named = text(CHROMIUM)
    .replace('BUNDLE 0 1 2', `BUNDLE 0 ${mid} 2`)
    .replace('a=mid:1', `a=mid:${mid}`);
  assert.equal(parseOffer(named).video.mid, mid);
  const spaced = parseOffer(text(CHROMIUM).replaceAll('\r\n', ' \r\n'));
  assert.deepEqual(spaced, parseOffer(text(CHROMIUM)));
});

test('bounds: lines, sections and candidates; line breaks cannot be smuggled in', () => {
  const refused = { code: 'stream.offer-invalid' };
  const many = Array.from({ length: MAX_SDP_LINES }, () => 'a=x');
  assert.throws(() => parseOffer(text([...CHROMIUM.slice(0, -1), ...many])), refused);
  const sections = Array.from(
    { length: MAX_MEDIA_SECTIONS },
    () => 'm=video 9 UDP/TLS/RTP/SAVPF 96',
  );
  assert.throws(() => parseOffer(text([...CHROMIUM.slice(0, -1), ...sections])), refused);
  const candidates = Array.from(
    { length: 100 },
    (_, number) => `a=candidate:1 1 udp 1 10.0.0.${number} 9 typ host`,
  );
  const withMany = CHROMIUM.toSpliced(33, 0, ...candidates);
  assert.equal(parseOffer(text(withMany)).candidates.length, MAX_REMOTE_CANDIDATES);
  assert.throws(() => parseOffer(text(CHROMIUM).replace('a=mid:1', 'a=mid:1\ra=evil')), refused);
  assert.throws(() => parseOffer(text(CHROMIUM).replace('a=mid:1', 'a=mid:0')), refused);
});

test('every cut and every changed byte of an offer is read or refused in words, never worse', () => {
  const whole = text(CHROMIUM);
  let refused = 0;
  const attempt = (sdp: string): void => {
    try {
      parseOffer(sdp);
    } catch (error) {
      refused++;
      assert.match((error as { code: string }).code, /^stream\.offer-/);
    }
  };
  for (let at = 0; at < whole.length; at += 3) attempt(whole.slice(0, at));
  for (let at = 0; at < whole.length; at += 3)
    attempt(`${whole.slice(0, at)}\0${whole.slice(at + 1)}`);
  assert.ok(refused > 100);
});

test('candidates: addresses by UDP only; announced ones with their port', () => {
  assert.ok(isUsableCandidate('1 1 udp 2113937151 192.168.1.2 50000 typ host generation 0'));
  assert.ok(isUsableCandidate('1 1 UDP 2113937151 fe80::1 50000 typ host'));
  for (const bad of [
    '',
    '1 1 udp 1 x.local 5 typ host',
    '1 1 tcp 1 10.0.0.1 9 typ host',
    '1 2 udp 1 10.0.0.1 9 typ host',
    '1 1 udp 1 10.0.0.1 0 typ host',
    '1 1 udp 1 10.0.0.1 9 typ host\r\na=x',
  ]) {
    assert.equal(isUsableCandidate(bad), false, bad);
  }
  const told = announcedCandidates(
    ['203.0.113.9', '203.0.113.9:9443', '[2001:db8::1]:9443', 'x'],
    8443,
  );
  assert.deepEqual(
    told.map((candidate) => candidate.split(' ').slice(4, 6)),
    [
      ['203.0.113.9', '8443'],
      ['203.0.113.9', '9443'],
      ['2001:db8::1', '9443'],
    ],
  );
});

const BYTES = (count: number, byte: string): string => Array(count).fill(byte).join(':');

/** One section of video that takes H.264, with these lines for the session and for it. */
function videoOffer(session: readonly string[], media: readonly string[]): string[] {
  const transport = ['a=ice-ufrag:abcd', `a=ice-pwd:${'p'.repeat(24)}`, 'a=setup:actpass'];
  const head = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', ...session];
  return [...head, 'm=video 9 UDP/TLS/RTP/SAVPF 99', 'a=mid:v', ...transport, ...media, ''];
}

const SHA_256_LINE = `a=fingerprint:sha-256 ${BYTES(32, 'cd')}`;
const SHA_512_LINE = `a=fingerprint:sha-512 ${BYTES(64, 'ef')}`;
const H264_LINES = ['a=rtpmap:99 H264/90000', 'a=fmtp:99 packetization-mode=1'];

test('of several fingerprints the one with SHA-256 is found, wherever it stands', () => {
  for (const [session, media] of [
    [[], [SHA_256_LINE, SHA_512_LINE]],
    [[], [SHA_512_LINE, 'a=fingerprint:sha-1 00', SHA_256_LINE]],
    [[SHA_256_LINE], [SHA_512_LINE]],
    [[SHA_512_LINE, SHA_256_LINE.replace('sha-256', 'SHA-256')], []],
  ] as const) {
    const offer = parseOffer(text(videoOffer(session, [...media, ...H264_LINES])));
    assert.equal(offer.fingerprint, BYTES(32, 'CD'));
  }
  assert.throws(() => parseOffer(text(videoOffer([SHA_512_LINE], H264_LINES))), {
    code: 'stream.offer-invalid',
  });
});

test('H.264 without packetization-mode is taken where nothing better is offered', () => {
  const taken = (...lines: string[]): number => {
    const offer = videoOffer([SHA_256_LINE], lines).map((line) =>
      line.startsWith('m=video') ? 'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99' : line,
    );
    return parseOffer(text(offer)).video.payloadType;
  };
  const map = (type: number): string => `a=rtpmap:${type} H264/90000`;
  assert.equal(taken(map(99)), 99);
  assert.equal(taken(map(99), 'a=fmtp:99 profile-level-id=42e01f'), 99);
  assert.equal(taken(map(96), map(97), 'a=fmtp:97 packetization-mode=1'), 97);
  const zero = 'a=fmtp:96 packetization-mode=0;profile-level-id=42e01f';
  assert.equal(taken(map(96), zero, map(98)), 98);
  assert.equal(taken(map(96), zero), 96);
  // Two lines of parameters count as one.
  assert.equal(taken(map(98), 'a=fmtp:98 x=1', 'a=fmtp:98 packetization-mode=1', map(99)), 98);
  assert.throws(() => taken(map(96), 'a=fmtp:96 packetization-mode=2'), {
    code: 'stream.offer-without-h264',
  });
});

test('the section that fits best is taken, and what its bundle says once holds for it', () => {
  const bundled = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:LS a v2',
    'a=group:BUNDLE x y',
    'a=group:BUNDLE a a2 v1 v2',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:a',
    'a=ice-ufrag:efgh',
    `a=ice-pwd:${'q'.repeat(24)}`,
    SHA_512_LINE,
    SHA_256_LINE,
    'a=setup:active',
    'a=candidate:1 1 udp 1 10.0.0.1 9 typ host',
    'm=audio 0 UDP/TLS/RTP/SAVPF 8',
    'a=bundle-only',
    'a=mid:a2',
    'm=video 0 UDP/TLS/RTP/SAVPF 96',
    'a=mid:v1',
    'a=rtpmap:96 H264/90000',
    'a=fmtp:96 packetization-mode=1',
    'm=video 0 UDP/TLS/RTP/SAVPF 97',
    'a=bundle-only',
    'a=mid:v2',
    'a=rtpmap:97 H264/90000',
    'a=candidate:2 1 udp 1 10.0.0.2 9 typ host',
    'm=video 9 UDP/TLS/RTP/SAVPF 98',
    'a=mid:v3',
    'a=sendonly',
    'a=rtpmap:98 H264/90000',
    'a=fmtp:98 packetization-mode=1',
    '',
  ];
  const offer = parseOffer(text(bundled));
  // v1 is switched off (port 0), v3 only sends.
  assert.equal(offer.video.mid, 'v2');
  assert.deepEqual(offer.audio, { mid: 'a2', pcmu: undefined, pcma: 8 });
  assert.equal(offer.iceUfrag, 'efgh');
  assert.equal(offer.fingerprint, BYTES(32, 'CD'));
  assert.equal(offer.setup, 'active');
  assert.equal(offer.candidates.length, 2);
  const better = bundled.map((line) =>
    line === 'm=video 0 UDP/TLS/RTP/SAVPF 96' ? 'm=video 9 UDP/TLS/RTP/SAVPF 96' : line,
  );
  assert.equal(parseOffer(text(better)).video.mid, 'v1');
});
