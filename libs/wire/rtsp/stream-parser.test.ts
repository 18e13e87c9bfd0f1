import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WireError } from '../errors.ts';
import { serializeRequest, serializeResponse, writeInterleavedHeader } from './message.ts';
import {
  createRtspStreamParser,
  MAX_BODY_BYTES,
  MAX_HEAD_BYTES,
  MAX_UNFRAMED_BYTES,
  type RtspStreamHandler,
  type RtspStreamParser,
} from './stream-parser.ts';

const unexpected = (): never => assert.fail('nothing of this kind was sent');

/** Writes down what comes, by copy. */
class Recorder implements RtspStreamHandler {
  readonly events: string[] = [];
  lostBytes = 0;

  onData(channel: number, buffer: Uint8Array, start: number, end: number): void {
    this.events.push(`data ${channel} ${Buffer.from(buffer.subarray(start, end)).toString('hex')}`);
  }

  onResponse(response: Parameters<RtspStreamHandler['onResponse']>[0]): void {
    const body = Buffer.from(response.body).toString('latin1');
    const cseq = response.headers.get('cseq');
    this.events.push(`${response.protocol} ${response.status} ${cseq} [${body}]`);
  }

  onRequest(request: Parameters<RtspStreamHandler['onRequest']>[0]): void {
    const body = Buffer.from(request.body).toString('latin1');
    this.events.push(`${request.method} ${request.uri} ${request.headers.get('cseq')} [${body}]`);
  }

  onLostFraming(bytes: number): void {
    this.lostBytes += bytes;
    this.events.push(`lost ${bytes}`);
  }
}

/** A packet of RTP or RTCP behind its 4 bytes. */
function data(channel: number, bytes: number, fill = 0x11): Buffer {
  const packet = Buffer.alloc(4 + bytes, fill);
  writeInterleavedHeader(packet, 0, channel, bytes);
  packet[4] = 0x80;
  return packet;
}

const response = (cseq: number, body = ''): Uint8Array =>
  serializeResponse(200, 'OK', [['CSeq', cseq]], Buffer.from(body));

/** Pushes through one small shared buffer, `size` bytes at a time, as sockets do. */
function feed(parser: RtspStreamParser, bytes: Uint8Array, size = bytes.length): void {
  const shared = Buffer.alloc(size + 8, 0xee);
  for (let at = 0; at < bytes.length; at += size) {
    const count = Math.min(size, bytes.length - at);
    shared.set(bytes.subarray(at, at + count), 4);
    parser.push(shared, 4, 4 + count);
    shared.fill(0xee);
  }
}

function parse(bytes: Uint8Array, size = bytes.length): Recorder {
  const recorder = new Recorder();
  feed(createRtspStreamParser(recorder), bytes, size);
  return recorder;
}

test('messages and data come out the same, wherever the reads cut them', () => {
  const stream = Buffer.concat([
    serializeRequest('SETUP', 'rtsp://camera/track', [['CSeq', 1]]),
    response(1),
    data(0, 40),
    data(1, 8),
    response(2, 'v=0\r\na=$\r\n\r\nx'),
    data(0, 300),
    serializeRequest('GET_PARAMETER', 'rtsp://camera/', [['CSeq', 7]], Buffer.from('jitter\r\n')),
    data(2, 0),
    data(0, 12),
  ]);
  const whole = parse(stream).events;
  assert.equal(whole.length, 9);
  assert.equal(whole[4], 'RTSP 200 2 [v=0\r\na=$\r\n\r\nx]');
  assert.equal(whole[6], 'GET_PARAMETER rtsp://camera/ 7 [jitter\r\n]');
  for (let size = 1; size < 90; size++) assert.deepEqual(parse(stream, size).events, whole);
  for (const size of [128, 255, 256, 300, 400]) assert.deepEqual(parse(stream, size).events, whole);
});

test('views are handed out in place: a whole packet is not copied', () => {
  const packet = data(0, 100);
  const parser = createRtspStreamParser({
    onData(_channel, buffer, start, end) {
      assert.equal(buffer, packet);
      assert.deepEqual([start, end], [4, 104]);
    },
    onRequest: unexpected,
    onResponse: unexpected,
    onLostFraming: unexpected,
  });
  parser.push(packet, 0, packet.length);
});

test('headers: any case, folded, bare line feeds, blanks before the colon', () => {
  const text = 'RTSP/1.0 200 OK\nCseq : 3\nSession:   708345999;\n  timeout=60\nnonsense\n\n';
  const responses: string[] = [];
  const parser = createRtspStreamParser({
    onResponse: (r) => responses.push(r.headers.get('session') ?? '', r.headers.get('CSEQ') ?? ''),
    onData: unexpected,
    onRequest: unexpected,
    onLostFraming: unexpected,
  });
  feed(parser, Buffer.from(text), 5);
  assert.deepEqual(responses, ['708345999; timeout=60', '3']);
});

test('headers: what a camera names can be sent back, whatever line ends it holds', () => {
  const session = 'Session: 4711\rX-Injected: 1\0;timeout=60';
  const responses: string[] = [];
  const parser = createRtspStreamParser({
    onResponse: ({ headers }) => responses.push(headers.get('Session') ?? ''),
    onData: unexpected,
    onRequest: unexpected,
    onLostFraming: unexpected,
  });
  feed(parser, Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: 3\r\n${session}\r\n\r\n`), 5);
  assert.deepEqual(responses, ['4711 X-Injected: 1 ;timeout=60']);
  serializeRequest('PLAY', 'rtsp://camera/', [['Session', responses[0] ?? '']]);
});

test('stray line ends between messages are nothing', () => {
  const stream = Buffer.concat([response(1), Buffer.from('\r\n\r\n'), data(0, 12), response(2)]);
  assert.deepEqual(
    parse(stream).events.map((event) => event.slice(0, 10)),
    ['RTSP 200 1', 'data 0 801', 'RTSP 200 2'],
  );
});

test('quirk unassigned-channel: data on any channel keeps the framing', () => {
  const recorder = new Recorder();
  const parser = createRtspStreamParser(recorder);
  parser.assignChannel(0);
  parser.assignChannel(1);
  feed(parser, Buffer.concat([response(1), data(0, 12), data(77, 20), data(0, 12), response(2)]));
  assert.deepEqual(
    recorder.events.map((event) => event.split(' ').slice(0, 2).join(' ')),
    ['RTSP 200', 'data 0', 'data 77', 'data 0', 'RTSP 200'],
  );
});

test('quirk data-before-play-response: data and the response come in any order', () => {
  const stream = Buffer.concat([data(0, 12), data(0, 14), response(4), data(0, 16)]);
  assert.deepEqual(
    parse(stream, 7).events.map((event) => event.split(' ')[0]),
    ['data', 'data', 'RTSP', 'data'],
  );
});

test('quirk lost-framing: bytes missing inside a packet cost that packet, not the connection', () => {
  for (const size of [1, 3, 50, 100, 1000]) {
    for (const missing of [1, 5, 60, 96]) {
      const recorder = new Recorder();
      const parser = createRtspStreamParser(recorder);
      parser.assignChannel(0);
      const torn = data(0, 100);
      const stream = Buffer.concat([
        response(1),
        data(0, 30),
        torn.subarray(0, torn.length - missing),
        ...Array.from({ length: 9 }, (_, i) => data(0, 40 + i)),
        response(2),
      ]);
      feed(parser, stream, size);
      assert.equal(recorder.events.at(-1), 'RTSP 200 2 []', `${missing} missing, reads of ${size}`);
      const kept = recorder.events.filter((event) => event.startsWith('data 0')).length;
      // A read may end where the torn packet seems to end, which then swallows its neighbours.
      assert.ok(kept >= 6, `${kept} kept`);
    }
  }
});

test('quirk lost-framing: garbage in front of a packet is skipped and reported', () => {
  const recorder = new Recorder();
  const parser = createRtspStreamParser(recorder);
  parser.assignChannel(0);
  const garbage = Buffer.from('m=video $\x09\x00\x20 garbage $\x00\x00\x01 a=x', 'latin1');
  feed(parser, Buffer.concat([response(1), garbage, data(0, 24), data(0, 12)]));
  assert.deepEqual(recorder.events.slice(1), [
    `lost ${garbage.length}`,
    `data 0 ${data(0, 24).subarray(4).toString('hex')}`,
    `data 0 ${data(0, 12).subarray(4).toString('hex')}`,
  ]);
  assert.equal(recorder.lostBytes, garbage.length);
});

test('a body longer than it was said to be costs its rest only', () => {
  const text = 'RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\na=control:x\r\n';
  const recorder = parse(Buffer.concat([Buffer.from(text), response(3)]));
  assert.equal(recorder.events[0], 'RTSP 200 2 [v=0\r\n]');
  assert.equal(recorder.events.at(-1), 'RTSP 200 3 []');
});

test('a web server is told apart, and its page is not read', () => {
  const page = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 99999999\r\n\r\n<html>$$$</html>';
  const recorder = parse(Buffer.from(page), 9);
  assert.deepEqual(recorder.events, ['HTTP 400 undefined []']);
});

test('what does not begin like RTSP is refused at once', () => {
  for (const text of [
    'SSH-2.0-OpenSSH_9.2\r\n',
    '220 mail ready\r\n',
    '\x16\x03\x01',
    'RTSP/x\n\n',
  ]) {
    assert.throws(
      () => parse(Buffer.from(text, 'latin1'), 3),
      (error) => error instanceof WireError && error.code === 'wire.not-rtsp',
      text,
    );
  }
});

test(`a head over ${MAX_HEAD_BYTES} bytes is refused, one just below is read`, () => {
  const head = (bytes: number): Buffer => {
    const start = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nX: ';
    return Buffer.from(`${start}${'x'.repeat(bytes - start.length - 4)}\r\n\r\n`);
  };
  assert.equal(parse(head(MAX_HEAD_BYTES), 1000).events.length, 1);
  assert.throws(
    () => parse(head(MAX_HEAD_BYTES + 2000), 1000),
    (error) => error instanceof WireError && error.code === 'wire.too-long',
  );
});

test(`a body over ${MAX_BODY_BYTES} bytes is refused, one of that size is read`, () => {
  const message = (bytes: number): Uint8Array =>
    serializeResponse(200, 'OK', [['CSeq', 1]], Buffer.alloc(bytes, 0x61));
  assert.equal(parse(message(MAX_BODY_BYTES), 65536).events.length, 1);
  assert.throws(
    () => parse(message(MAX_BODY_BYTES + 1), 65536),
    (error) => error instanceof WireError && error.code === 'wire.too-long',
  );
});

test(`after ${MAX_UNFRAMED_BYTES} bytes of garbage the connection is given up`, () => {
  const recorder = new Recorder();
  const parser = createRtspStreamParser(recorder);
  feed(parser, response(1));
  const garbage = Buffer.alloc(MAX_UNFRAMED_BYTES - 100, 0x2e);
  feed(parser, garbage, 4096);
  feed(parser, data(0, 20));
  assert.equal(recorder.lostBytes, garbage.length);
  assert.throws(
    () => feed(parser, Buffer.concat([garbage, Buffer.alloc(200, 0x2e)]), 4096),
    (error) => error instanceof WireError && error.code === 'wire.not-rtsp',
  );
});

test('the longest packet is carried over single bytes', () => {
  const packet = data(3, 65535);
  const recorder = parse(Buffer.concat([response(1), packet, data(0, 12)]), 1);
  assert.equal(recorder.events.length, 3);
  assert.equal(recorder.events[1]?.length, 'data 3 '.length + 2 * 65535);
});

test('messages that would break their lines are not written', () => {
  assert.throws(() => serializeRequest('PLAY', 'rtsp://a b', []), WireError);
  assert.throws(() => serializeRequest('PLAY', '', []), WireError);
  assert.throws(() => serializeRequest('PLAY', '*', [['X', 'a\r\nEvil: 1']]), WireError);
  assert.equal(
    Buffer.from(serializeRequest('PLAY', '*', [['CSeq', 1]], Buffer.from('ab'))).toString(),
    'PLAY * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 2\r\n\r\nab',
  );
});
