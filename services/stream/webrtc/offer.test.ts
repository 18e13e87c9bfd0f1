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
  assert.match(native, /a=setup:active\r\n/);
  assert.doesNotMatch(native, /local|opus|application|actpass/);
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
  const candidates = Array.from({ length: 100 }, () => 'a=candidate:1 1 udp 1 10.0.0.1 9 typ host');
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
