import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATE_NALS_BEFORE_RESTART, MAX_WAITING_NALS } from './decoding-order.ts';
import { H265_CONFIG, PacketSender, trackOf } from './packet-sender.cases.ts';

const IDR = '2601af01';
const P = '0201d001';

function senderOf(depth = '0', distance = '32767'): PacketSender {
  const parameters = { 'sprop-max-don-diff': distance, 'sprop-depack-buf-nalus': depth };
  return new PacketSender(trackOf('h265', H265_CONFIG, parameters));
}

/** A single NAL unit with its number behind the header (RFC 7798 §4.4.1). */
function single(nal: string, number: number): string {
  return nal.slice(0, 4) + (number & 0xffff).toString(16).padStart(4, '0') + nal.slice(4);
}

test('quirk decoding-order-numbers: single, aggregated and fragmented NAL units (RFC 7798 §4.4)', () => {
  const sender = senderOf();
  sender.send(single(IDR, 0xfffe), true).next();
  // 6001: type 48; DONL ffff, size 4; DOND 00, size 4: the number after it, 0.
  sender.send(`6001ffff0004${P}000004${P}`, true).next();
  // 6201: type 49; S and type 1, DONL 0001; then E alone.
  sender
    .send('620181' + '0001' + 'd0')
    .send('620141' + '01', true)
    .next();
  assert.deepEqual(
    sender.emitted.map(({ units }) => units),
    [[IDR], [P, P], [P]],
  );
  assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
});

test('NAL units come to the assembler in the order of their numbers', () => {
  const sender = senderOf('2');
  const start = sender.timestamp;
  const send = (unit: number, number: number): void => {
    sender.timestamp = (start + unit * 3600) >>> 0;
    sender.send(
      single(unit === 0 ? IDR : `0201d0${unit.toString(16).padStart(2, '0')}`, number),
      true,
    );
  };
  for (const unit of [0, 2, 1, 4, 3, 6, 5]) send(unit, unit);
  sender.depacketizer.end();
  assert.deepEqual(
    sender.emitted.map(({ timestamp }) => ((timestamp - start) >>> 0) / 3600),
    [0, 1, 2, 3, 4, 5, 6],
  );
  assert.ok(sender.emitted.every(({ lost }) => lost === 0));
});

test('a lost packet drops its access unit; numbers that are left out on purpose drop none', () => {
  const sender = senderOf('1');
  sender.send(single(IDR, 0), true).next();
  sender.send(single(P, 10), true).next().send(single(P, 20), true).next();
  sender
    .send('62018100' + '1e' + 'd0')
    .lose()
    .send('620141' + '01', true)
    .next();
  sender.send(single(P, 40), true).next().send(single(P, 41), true).next();
  sender.depacketizer.end();
  assert.deepEqual(
    sender.emitted.map(({ lost }) => lost),
    [0, 0, 1, 1, 0],
  );
});

test('a camera that counts from elsewhere is followed', () => {
  const sender = senderOf();
  for (let i = 0; i < 4; i++) sender.send(single(i === 0 ? IDR : P, 5_000 + i), true).next();
  for (let i = 0; i < LATE_NALS_BEFORE_RESTART + 4; i++)
    sender.send(single(P, 100 + i), true).next();
  sender.depacketizer.end();
  assert.equal(sender.emitted.length, 4 + 5);
});

test(`at most ${MAX_WAITING_NALS} NAL units wait, whatever is declared`, () => {
  const sender = senderOf('32767');
  for (let i = 0; i < MAX_WAITING_NALS + 10; i++) {
    sender.send(single(i === 0 ? IDR : P, 2 * i), true).next();
  }
  assert.ok(sender.emitted.length >= 9 && sender.emitted.length <= 11, `${sender.emitted.length}`);
});

test('packets that are cut are malformed, and end nothing else', () => {
  const sender = senderOf();
  sender.send(single(IDR, 0), true).next();
  for (const cut of [
    '26',
    '2601',
    '260100',
    '6001',
    '600100010005aa',
    '6201',
    '620181',
    '6401aabbcc',
  ]) {
    sender.send(cut, true).next();
  }
  sender.send(single(P, 1), true).next().send(single(P, 2), true).next();
  assert.ok(sender.depacketizer.statistics.malformedPackets >= 7);
  assert.equal(sender.emitted.at(-1)?.units[0], P);
});
