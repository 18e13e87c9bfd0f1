import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinLengthPrefixed } from '@vms/media/nal.ts';
import { MAX_AAC_ACCESS_UNIT_BYTES, packetizeAac } from './aac-packetizer.ts';
import { packetizeG711 } from './g711-packetizer.ts';
import { packetizeH264 } from './h264-packetizer.ts';
import { packetizeH265 } from './h265-packetizer.ts';
import { MIN_MAX_PAYLOAD_BYTES, type RtpPayload } from './packetizer.ts';

const hex = (payloads: readonly RtpPayload[]): string[] =>
  payloads.map(({ bytes, marker }) => Buffer.from(bytes).toString('hex') + (marker ? ' M' : ''));
const nal = (header: readonly number[], length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => header[index] ?? index & 0xff);

const SPS = Uint8Array.of(0x67, 0x64, 0x00, 0x1f);
const PPS = Uint8Array.of(0x68, 0xee);

test('H.264: what fits is a single NAL unit each, the marker on the last', () => {
  const unit = joinLengthPrefixed([SPS, PPS, Uint8Array.of(0x65, 1, 2)]);
  assert.deepEqual(hex(packetizeH264(unit, { maxPayloadBytes: 100 })), [
    '6764001f', // nal_ref_idc 3, type 7
    '68ee', // type 8
    '650102 M', // type 5
  ]);
});

test('H.264: neighbours that fit together become a STAP-A where asked', () => {
  const unit = joinLengthPrefixed([SPS, PPS, nal([0x65], 30)]);
  const payloads = packetizeH264(unit, { maxPayloadBytes: 20, aggregate: true });
  // 78: NRI 3, type 24; then a 16-bit length before each.
  assert.equal(hex(payloads)[0], '7800046764001f000268ee');
  assert.equal(payloads.length, 3);
});

test('H.264: what is longer than a packet becomes FU-A', () => {
  const idr = nal([0x65], 16 + 20);
  const payloads = packetizeH264(joinLengthPrefixed([idr]), { maxPayloadBytes: 16 });
  // 7c: NRI 3, type 28; 85: start and type 5, then 05, then 45: end.
  assert.deepEqual(hex(payloads), [
    '7c850102030405060708090a0b0c0d0e',
    '7c050f101112131415161718191a1b1c',
    '7c451d1e1f20212223 M',
  ]);
});

test('H.265: single units, an aggregation packet and fragmentation units', () => {
  const vps = Uint8Array.of(0x40, 0x01, 0x0c);
  const sps = Uint8Array.of(0x42, 0x01, 0x01);
  const unit = joinLengthPrefixed([vps, sps, nal([0x26, 0x01], 30)]);
  assert.deepEqual(hex(packetizeH265(unit, { maxPayloadBytes: 16, aggregate: true })), [
    '6001000340010c0003420101', // type 48, TID 1, lengths before each
    '62019302030405060708090a0b0c0d0e', // type 49; 93: start and type 19
    '6201130f101112131415161718191a1b',
    '6201531c1d M', // 53: end
  ]);
  assert.equal(packetizeH265(unit, { maxPayloadBytes: 100 }).length, 3);
});

test('H.265: an aggregation packet has the lowest layer and temporal id of its units', () => {
  const unit = joinLengthPrefixed([Uint8Array.of(0x02, 0x0b, 1), Uint8Array.of(0x02, 0x12, 1)]);
  const [payload] = packetizeH265(unit, { maxPayloadBytes: 100, aggregate: true });
  // Layers 1 and 2, temporal ids 3 and 2: 0000 1010.
  assert.equal(payload?.bytes[1], 0x0a);
});

test('AAC-hbr: an AU header with the size of the whole access unit, in fragments too', () => {
  const unit = Uint8Array.from({ length: 20 }, (_, index) => index);
  assert.deepEqual(hex(packetizeAac(unit.subarray(0, 5), { maxPayloadBytes: 100 })), [
    '001000280001020304 M', // 16 bits of AU headers; size 5 << 3
  ]);
  assert.deepEqual(hex(packetizeAac(unit, { maxPayloadBytes: 16 })), [
    '001000a0000102030405060708090a0b',
    '001000a00c0d0e0f10111213 M',
  ]);
});

test('AAC-hbr: an access unit longer than its size field is refused', () => {
  const options = { maxPayloadBytes: 1400 };
  assert.equal(packetizeAac(new Uint8Array(MAX_AAC_ACCESS_UNIT_BYTES), options).length, 6);
  assert.throws(
    () => packetizeAac(new Uint8Array(MAX_AAC_ACCESS_UNIT_BYTES + 1), options),
    RangeError,
  );
});

test('G.711: samples as they are, without a marker', () => {
  const samples = Uint8Array.from({ length: 40 }, (_, index) => index);
  const payloads = packetizeG711(samples, { maxPayloadBytes: 16 });
  assert.deepEqual(
    payloads.map(({ bytes, marker }) => [bytes.length, marker]),
    [
      [16, false],
      [16, false],
      [8, false],
    ],
  );
});

test('packets too short for their own headers are refused', () => {
  const tooShort = { maxPayloadBytes: MIN_MAX_PAYLOAD_BYTES - 1 };
  for (const packetize of [packetizeH264, packetizeH265, packetizeAac, packetizeG711]) {
    assert.throws(() => packetize(new Uint8Array(8), tooShort), RangeError);
  }
});

test('an empty access unit and empty NAL units make no packet', () => {
  const options = { maxPayloadBytes: 100 };
  for (const packetize of [packetizeH264, packetizeH265, packetizeAac, packetizeG711]) {
    assert.deepEqual(packetize(new Uint8Array(0), options), []);
  }
  assert.deepEqual(packetizeH264(joinLengthPrefixed([new Uint8Array(0)]), options), []);
});
