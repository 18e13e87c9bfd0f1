import assert from 'node:assert/strict';
import { test } from 'node:test';
import { H264_CONFIG, PacketSender, trackOf } from './packet-sender.cases.ts';

const IDR = '6588aa01';

/** A slice that begins a picture. */
function slice(id: number): string {
  return `4188${id.toString(16).padStart(4, '0')}`;
}

function hex(value: number, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, '0');
}

function senderOf(parameters: Record<string, string> = {}): PacketSender {
  return new PacketSender(
    trackOf('h264', H264_CONFIG, { 'packetization-mode': '2', ...parameters }),
  );
}

/** 19: type 25, then DON and NAL units with their sizes. */
function stapB(number: number, ...nals: string[]): string {
  return `79${hex(number, 2)}${nals.map((nal) => hex(nal.length / 2, 2) + nal).join('')}`;
}

test('quirk decoding-order-numbers-h264: STAP-B, MTAP16, MTAP24 and FU-B (RFC 6184 §5.7, §5.8)', () => {
  const sender = senderOf();
  const start = sender.timestamp;
  sender.send(stapB(0xfffe, IDR, slice(1)), true).next();
  // 7a: type 26; DONB 0000; size, DOND, offset of 16 bits.
  sender.send(`7a0000 0004 00 0000 ${slice(2)} 0004 01 0e10 ${slice(3)}`.replaceAll(' ', ''), true);
  sender.next(7200);
  // 7b: type 27; the same with 24 bits.
  sender.send(
    `7b0002 0004 00 000000 ${slice(4)} 0004 01 000e10 ${slice(5)}`.replaceAll(' ', ''),
    true,
  );
  sender.next(7200);
  // 7d: type 29, S and type 1, DON; then 7c: type 28, E.
  sender.send('7d81000488').send('7c010006').send('7c4177', true).next();
  sender.send(stapB(5, slice(7)), true);
  sender.depacketizer.end();
  assert.deepEqual(
    sender.emitted.map(({ timestamp, units }) => [((timestamp - start) >>> 0) / 3600, units]),
    [
      [0, [IDR, slice(1)]],
      [1, [slice(2)]],
      [2, [slice(3)]],
      [3, [slice(4)]],
      [4, [slice(5)]],
      [5, ['6188000677']],
      [6, [slice(7)]],
    ],
  );
  assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
});

test('interleaved pictures come in the order in which they are decoded', () => {
  const sender = senderOf({ 'sprop-interleaving-depth': '2' });
  const start = sender.timestamp;
  // Pictures in decoding order 0 1 2 3 ..., of which each third is sent two places late.
  for (const picture of [0, 2, 3, 1, 5, 6, 4, 8, 9, 7]) {
    sender.timestamp = (start + picture * 3600) >>> 0;
    sender.send(stapB(picture, picture === 0 ? IDR : slice(picture)), true);
  }
  sender.depacketizer.end();
  assert.deepEqual(
    sender.emitted.map(({ timestamp }) => ((timestamp - start) >>> 0) / 3600),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test('a camera that declares mode 2 and sends mode 1 is recorded', () => {
  const sender = senderOf({ 'sprop-interleaving-depth': '4' });
  sender.send(IDR, true).next();
  // STAP-A, then FU-A.
  sender.send(`780004${slice(1)}`, true).next();
  sender.send('7c8188').send('7c410002', true).next();
  assert.deepEqual(
    sender.emitted.map(({ units }) => units),
    [[IDR], [slice(1)], ['61880002']],
  );
  assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
});

test('without the mode, its packets are malformed', () => {
  const sender = new PacketSender(trackOf('h264', H264_CONFIG, { 'packetization-mode': '1' }));
  sender
    .send(IDR, true)
    .next()
    .send(stapB(1, slice(1)), true)
    .next();
  assert.equal(sender.depacketizer.statistics.malformedPackets, 1);
});

test('packets that are cut are malformed, lost ones drop their picture, and neither ends anything else', () => {
  const sender = senderOf();
  sender.send(stapB(0, IDR), true).next();
  for (const cut of [
    '79',
    '7900',
    '790001',
    '7900010005aa',
    '7a0001',
    '7a00010004',
    '7b000100',
    '7d',
    '7d81',
    '7d8100',
  ]) {
    sender.send(cut, true).next();
  }
  assert.ok(sender.depacketizer.statistics.malformedPackets >= 9);
  sender
    .send(stapB(1, slice(1)), true)
    .next()
    .send(stapB(2, slice(2)), true)
    .next();
  assert.deepEqual(sender.emitted.at(-1)?.units, [slice(2)]);
  const units = sender.emitted.length;
  sender.send('7d81000388').lose().send('7c4177', true).next();
  sender
    .send(stapB(4, slice(4)), true)
    .next()
    .send(stapB(5, slice(5)), true)
    .next();
  sender.depacketizer.end();
  assert.deepEqual(
    sender.emitted.slice(units).flatMap((unit) => unit.units),
    [slice(4), slice(5)],
  );
});
