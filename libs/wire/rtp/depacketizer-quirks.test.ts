import assert from 'node:assert/strict';
import { test } from 'node:test';
import { H264_QUIRK_CASES } from './h264-quirks.cases.ts';
import {
  H264_CONFIG,
  H264_TRACK,
  H265_CONFIG,
  PacketSender,
  trackOf,
} from './packet-sender.cases.ts';
import {
  FOREIGN_PACKETS_BEFORE_SWITCH,
  FOREIGN_TIMESTAMPS_BEFORE_SWITCH,
} from './source-filter.ts';
import { ANNEX_B_PROBE_UNITS } from './video-assembler.ts';

const IDR = '658801020304';
const P = '418801020304';

for (const { quirk, name, packets, units } of H264_QUIRK_CASES) {
  test(`quirk ${quirk}: ${name}`, () => {
    const sender = new PacketSender(trackOf('h264', undefined), {});
    const start = sender.timestamp;
    for (const { payload, marker, at } of packets) {
      sender.timestamp = (start + at * 3600) >>> 0;
      sender.send(payload, marker);
    }
    sender.depacketizer.end();
    assert.deepEqual(
      sender.emitted.map((unit) => unit.units),
      units,
    );
    for (const { config } of sender.emitted) assert.deepEqual(config, H264_CONFIG);
    assert.ok(sender.quirks.includes(quirk), 'and is reported');
    assert.equal(new Set(sender.quirks).size, sender.quirks.length, 'once');
    assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
  });
}

test('quirk annex-b-in-packet: a camera is searched for it only at first, and keyframes always', () => {
  const sender = new PacketSender(H264_TRACK);
  for (let i = 0; i < ANNEX_B_PROBE_UNITS; i++) sender.send(P, true).next();
  const odd = `${P}00000001${P}`;
  sender.send(odd, true).next();
  assert.deepEqual(sender.emitted.at(-1)?.units, [odd], 'not searched any more');
  sender.send(`${IDR}00000001${IDR}`, true).next().send(odd, true);
  assert.deepEqual(sender.emitted.at(-2)?.units, [IDR, IDR]);
  assert.deepEqual(sender.emitted.at(-1)?.units, [P, P], 'now known to do so');
});

test('quirk foreign-ssrc: packets of another session are dropped, wherever they stand', () => {
  const sender = new PacketSender(H264_TRACK);
  for (let frame = 0; frame < 20; frame++) {
    const { sequence } = sender;
    sender.send('7c8588010203');
    sender.ssrc = 0xbad;
    sender.sequence = 7 + frame;
    sender.send(P, true);
    sender.ssrc = 0xcafe;
    sender.sequence = sequence + 1;
    sender.send('7c450405', true).next();
  }
  assert.equal(sender.emitted.length, 20);
  assert.ok(
    sender.emitted.every(({ units, lost }) => units[0] === '6588010203' + '0405' && lost === 0),
  );
  assert.equal(sender.depacketizer.statistics.foreignPackets, 20);
  assert.deepEqual(sender.quirks, ['foreign-ssrc']);
});

test('quirk foreign-ssrc: the SSRC of the Transport header counts more than the first one seen', () => {
  const sender = new PacketSender(H264_TRACK, { expectedSsrc: 0xcafe, trustMarker: true });
  sender.ssrc = 0xbad;
  sender.send(P, true).next();
  sender.ssrc = 0xcafe;
  sender.send(IDR, true).next();
  sender.ssrc = 0xbad;
  sender.send(P, true).next();
  assert.deepEqual(
    sender.emitted.map(({ units }) => units),
    [[P], [IDR]],
  );
});

test('quirk foreign-ssrc: a source that comes alone for a while is followed', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.send(IDR, true).next();
  sender.ssrc = 0x1234;
  sender.sequence = 100;
  let packets = 0;
  while (sender.emitted.length < 2 && packets < 1000) {
    sender.send(P, true).next();
    packets++;
  }
  assert.equal(packets, FOREIGN_PACKETS_BEFORE_SWITCH);
  assert.ok((sender.emitted[1]?.lost ?? 0) > 0, 'a discontinuity');
  assert.equal(sender.depacketizer.reception?.ssrc, 0x1234);
});

test('quirk foreign-ssrc: one long picture of another session is not followed', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.send(IDR, true).next();
  sender.ssrc = 0x1234;
  for (let i = 0; i < 10 * FOREIGN_PACKETS_BEFORE_SWITCH; i++) {
    if (i % 100 === 99) sender.next();
    sender.send(P);
  }
  assert.ok(FOREIGN_TIMESTAMPS_BEFORE_SWITCH > 4);
  assert.equal(sender.depacketizer.reception?.ssrc, 0xcafe);
});

test('a payload type that is not the announced one is dropped, unless nothing else comes', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.payloadType = 97;
  for (let i = 0; i < FOREIGN_PACKETS_BEFORE_SWITCH - 1; i++) sender.send(P, true).next();
  assert.equal(sender.emitted.length, 0);
  sender.send(P, true).next();
  assert.equal(sender.emitted.length, 1);
});

test('quirk unspecified-nal-units: of H.265 too, with and without decoding order numbers', () => {
  for (const donl of ['', '0000']) {
    const parameters = donl === '' ? {} : { 'sprop-max-don-diff': '1' };
    const sender = new PacketSender(trackOf('h265', H265_CONFIG, parameters));
    sender.send('7c010203').send(`2601${donl}af01`, true).next().send('66010203', true).next();
    sender.depacketizer.end();
    assert.deepEqual(
      sender.emitted.map(({ units, lost }) => [units, lost]),
      [[['2601af01'], 0]],
    );
    assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
  }
});

test('quirk restarted-sequence: a count that begins again with every keyframe costs nothing', () => {
  const sender = new PacketSender(H264_TRACK);
  for (let gop = 0; gop < 4; gop++) {
    sender.sequence = 0;
    sender.send('7c8588010203').send('7c450405', true).next();
    for (let i = 0; i < 60; i++) sender.send(P, true).next();
  }
  assert.equal(sender.emitted.length, 4 * 61);
  assert.ok(sender.emitted.every(({ lost }) => lost === 0));
  assert.equal(sender.depacketizer.statistics.duplicatePackets, 0);
  assert.deepEqual(sender.quirks, ['restarted-sequence']);
});

test('reports among the packets (a=rtcp-mux) are no packets of another session', () => {
  const sender = new PacketSender(H264_TRACK);
  // A sender report (RFC 3550 §6.4.1) and one of the extended kind (RFC 3611), before media and between.
  const reports = ['80c80006', '80cf0006'].map((head) =>
    Buffer.from(`${head}0000cafe${'e0'.repeat(20)}`, 'hex'),
  );
  const report = (): void => {
    for (const bytes of reports) sender.depacketizer.push(bytes, 0, bytes.length);
  };
  report();
  sender.send('7c8588010203').send('7c450405', true).next();
  for (let i = 0; i < 60; i++) {
    report();
    sender.send(P, true).next();
  }
  const { accessUnits, foreignPackets, malformedPackets } = sender.depacketizer.statistics;
  assert.deepEqual([accessUnits, foreignPackets, malformedPackets], [61, 0, 0]);
  assert.deepEqual(sender.quirks, []);
});
