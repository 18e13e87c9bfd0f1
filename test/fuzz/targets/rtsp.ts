import assert from 'node:assert/strict';
import {
  authorizationHeader,
  formatDigestChallenge,
  MAX_CHALLENGE_CHARACTERS,
  MAX_CHALLENGES,
  parseChallenges,
  selectChallenge,
  verifyAuthorization,
} from '@vms/wire/rtsp/digest.ts';
import {
  MAX_SESSION_TIMEOUT_SECONDS,
  parsePublic,
  parseRtpInfo,
  parseSession,
  parseTransport,
} from '@vms/wire/rtsp/headers.ts';
import {
  type RtspMessage,
  serializeRequest,
  serializeResponse,
  writeInterleavedHeader,
} from '@vms/wire/rtsp/message.ts';
import {
  createRtspStreamParser,
  MAX_BODY_BYTES,
  MAX_CARRY_BYTES,
  MAX_HEAD_BYTES,
  MAX_UNFRAMED_BYTES,
} from '@vms/wire/rtsp/stream-parser.ts';
import { attempt } from '../allowed.ts';
import type { TargetBound } from '../fuzz-target.ts';

function data(channel: number, length: number): Uint8Array {
  const packet = new Uint8Array(4 + length).fill(0x33);
  writeInterleavedHeader(packet, 0, channel, length);
  packet[4] = 0x80;
  return packet;
}

function seeds(): Uint8Array[] {
  const session = serializeResponse(200, 'OK', [
    ['CSeq', 3],
    ['Session', '708345999;timeout=60'],
    ['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=4cacc3d1;mode="play"'],
  ]);
  const play = serializeResponse(200, 'OK', [
    ['CSeq', 4],
    ['RTP-Info', 'url=trackID=1;seq=1;rtptime=0;ssrc=dcc4a0d8,url=rtsp://c/2;seq=2;rtptime=9'],
  ]);
  const unauthorized = serializeResponse(401, 'Unauthorized', [
    ['CSeq', 1],
    ['WWW-Authenticate', formatDigestChallenge('a "b"', 'n', { algorithm: 'SHA-256', qop: true })],
    ['WWW-Authenticate', 'Basic realm="x", Digest realm="r", nonce="n"'],
    ['Public', 'OPTIONS, DESCRIBE'],
  ]);
  const body = Buffer.from('v=0\r\nm=video 0 RTP/AVP 96\r\n');
  const described = serializeResponse(200, 'OK', [['CSeq', 2]], body);
  const request = serializeRequest('SET_PARAMETER', 'rtsp://c/', [['CSeq', 9]], body);
  return [
    Buffer.concat([session, data(0, 30), data(1, 8), play, data(0, 300), data(0, 12)]),
    Buffer.concat([unauthorized, described, data(2, 100), request]),
    Buffer.concat([described, data(0, 2000).subarray(0, 1500), data(0, 50), data(0, 60), session]),
  ];
}

/** A response whose head has `size` bytes. */
function headOf(size: number, body = new Uint8Array(0)): Uint8Array {
  const start = `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${body.length}\r\nX: `;
  const filled = start.padEnd(Math.max(start.length, size - 4), 'x');
  return Buffer.concat([Buffer.from(`${filled}\r\n\r\n`), body]);
}

const bounds: readonly TargetBound[] = [
  { name: 'MAX_HEAD_BYTES', bound: MAX_HEAD_BYTES, input: (size) => headOf(size) },
  {
    name: 'MAX_BODY_BYTES',
    bound: MAX_BODY_BYTES,
    input: (size) => headOf(100, Buffer.alloc(size, 'v=0\r\n')),
  },
  {
    name: 'MAX_CARRY_BYTES',
    bound: MAX_CARRY_BYTES,
    input: (size) => headOf(MAX_HEAD_BYTES, Buffer.alloc(size - MAX_HEAD_BYTES, 'v=0\r\n')),
  },
  {
    name: 'MAX_UNFRAMED_BYTES',
    bound: MAX_UNFRAMED_BYTES,
    input: (size) => Buffer.concat([data(0, 30), Buffer.alloc(size, 0x11), data(0, 30)]),
  },
  {
    name: 'MAX_CHALLENGES',
    bound: MAX_CHALLENGES,
    input: (count) =>
      serializeResponse(401, 'Unauthorized', [
        ['CSeq', 1],
        ...Array.from({ length: count }, (_, index): [string, string] => [
          'WWW-Authenticate',
          `Digest realm="r${index}", nonce="n"`,
        ]),
      ]),
  },
  {
    name: 'MAX_CHALLENGE_CHARACTERS',
    bound: MAX_CHALLENGE_CHARACTERS,
    input: (size) =>
      serializeResponse(401, 'Unauthorized', [
        ['CSeq', 1],
        ['WWW-Authenticate', `${'Digest realm="r", nonce="'.padEnd(size - 1, 'n')}"`],
      ]),
  },
  {
    name: 'MAX_SESSION_TIMEOUT_SECONDS',
    bound: MAX_SESSION_TIMEOUT_SECONDS,
    input: (seconds) =>
      serializeResponse(200, 'OK', [
        ['CSeq', 3],
        ['Session', `1;timeout=${seconds}`],
      ]),
  },
];

/** Feeds a stream in reads of `size` bytes; returns what came, and how many bytes it was made of. */
function feed(input: Uint8Array, size: number): { events: string[]; bytes: number; lost: boolean } {
  const events: string[] = [];
  let bytes = 0;
  let lost = false;
  const onMessage = (message: RtspMessage): void => {
    events.push(`${message.kind} ${message.headers.get('cseq')} ${message.body.length}`);
    bytes += message.body.length;
    readHeaders(message);
  };
  const parser = createRtspStreamParser({
    onData(channel, buffer, start, end) {
      assert.ok(channel >= 0 && channel <= 255);
      assert.ok(start >= 4 && end >= start && end <= buffer.length);
      events.push(`data ${channel} ${end - start}`);
      bytes += 4 + end - start;
    },
    onRequest: onMessage,
    onResponse: onMessage,
    onLostFraming(skipped) {
      assert.ok(skipped > 0);
      bytes += skipped;
      lost = true;
    },
  });
  attempt(() => {
    for (let at = 0; at < input.length; at += size) {
      parser.push(input, at, Math.min(at + size, input.length));
    }
  });
  return { events, bytes, lost };
}

function readHeaders(message: RtspMessage): void {
  for (const [, value] of message.headers.fields) {
    const transport = parseTransport(value);
    for (const channel of transport.interleaved ?? []) assert.ok(channel >= 0 && channel <= 255);
    assert.ok(transport.ssrc === undefined || (transport.ssrc > 0 && transport.ssrc <= 0xffffffff));
    const timeout = parseSession(value)?.timeoutSeconds ?? 1;
    assert.ok(timeout >= 1 && timeout <= MAX_SESSION_TIMEOUT_SECONDS);
    for (const { sequence } of parseRtpInfo(value)) assert.ok((sequence ?? 0) <= 0xffff);
    for (const method of parsePublic(value)) assert.ok(method.length > 0);
  }
  const challenge = selectChallenge(parseChallenges(message.headers.getAll('WWW-Authenticate')));
  if (challenge === undefined) return;
  attempt(() => {
    const identity = { username: 'u', password: 'p', method: 'PLAY' };
    const header = authorizationHeader({
      ...identity,
      challenge,
      uri: 'rtsp://c/',
      cnonce: '12345678',
      nonceCount: 1,
    });
    assert.doesNotMatch(header, /[\r\n]/);
    const nonce = challenge.scheme === 'digest' ? challenge.nonce : '';
    assert.ok(verifyAuthorization(header, { ...identity, realm: challenge.realm, nonce }), header);
  });
}

function run(input: Uint8Array): void {
  const whole = feed(input, Math.max(1, input.length));
  assert.ok(whole.bytes <= input.length, 'no byte counts twice');
  // Large inputs in larger reads, or most of the time would go into calls.
  const step = Math.ceil(input.length / 65_536);
  const pieces = feed(input, 1 + ((input[0] ?? 0) % 97) * step);
  assert.ok(pieces.bytes <= input.length);
  // Where framing is lost, what a read ends with decides; else reads must make no difference.
  if (!whole.lost && !pieces.lost) {
    const common = Math.min(whole.events.length, pieces.events.length);
    assert.deepEqual(pieces.events.slice(0, common), whole.events.slice(0, common));
  }
}

/** Streams of messages and interleaved data, their headers, and challenges. */
export const rtsp = { name: 'rtsp', seeds, bounds, run };
