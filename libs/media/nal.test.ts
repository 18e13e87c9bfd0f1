import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endWithoutZeros, findStartCode, splitAnnexB } from './annexb.ts';
import { BitReader } from './bit-reader.ts';
import { BitWriter } from './bit-writer.ts';
import { MediaError } from './errors.ts';
import { joinLengthPrefixed, lengthPrefixedNals, nalOf, rbspOf, sameAsRange } from './nal.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

test('emulation prevention: 00 00 03 loses its 3, and gets it back', () => {
  assert.deepEqual(
    rbspOf(bytes('67000003000003010000030303'), 1),
    bytes('00000000010000' + '0303'),
  );
  for (const rbsp of ['000000000001', '00000301', '0102000002', 'ff0000']) {
    assert.deepEqual(rbspOf(nalOf([0x67], bytes(rbsp)), 1), bytes(rbsp), rbsp);
    assert.equal(findStartCode(nalOf([0x67], bytes(rbsp)), 0, 20), -1);
  }
});

test('start codes are found wherever they stand', () => {
  for (let before = 0; before < 9; before++) {
    const buffer = new Uint8Array(before + 6).fill(0x55);
    buffer.set([0, 0, 1], before);
    assert.equal(findStartCode(buffer, 0, buffer.length), before);
    assert.equal(findStartCode(buffer, 0, before + 2), -1, 'not behind the end');
    assert.equal(findStartCode(buffer, before + 1, buffer.length), -1);
  }
  assert.equal(findStartCode(bytes('00000001'), 0, 4), 1);
});

test('a byte stream is split, whatever the length of its start codes', () => {
  assert.deepEqual(splitAnnexB(bytes('00000001676400000001' + '68ee0000' + '01' + '6588')), [
    bytes('6764'),
    bytes('68ee'),
    bytes('6588'),
  ]);
  assert.deepEqual(splitAnnexB(bytes('6764')), [bytes('6764')]);
  assert.deepEqual(splitAnnexB(bytes('0000010000010000')), []);
  assert.equal(endWithoutZeros(bytes('67640000'), 0, 4), 2);
});

test('length-prefixed NAL units are joined and taken apart; a length too long ends it', () => {
  const nals = [bytes('6764'), bytes(''), bytes('65')];
  const joined = joinLengthPrefixed(nals);
  assert.deepEqual([...lengthPrefixedNals(joined)], nals);
  assert.deepEqual([...lengthPrefixedNals(joined.subarray(0, -1))], nals.slice(0, 2));
  assert.deepEqual([...lengthPrefixedNals(bytes('ffffffff00'))], []);
  assert.ok(sameAsRange(bytes('64'), joined, 5, 6));
  assert.ok(!sameAsRange(bytes('6764'), joined, 5, 6));
});

test('bits are written and read back', () => {
  const writer = new BitWriter().bits(5, 3).ue(0).ue(1).ue(254).se(-3).se(4).bits(0xdeadbeef, 32);
  const bits = new BitReader(writer.trailing().bytes());
  assert.equal(bits.bits(3), 5);
  assert.deepEqual([bits.ue(), bits.ue(), bits.ue()], [0, 1, 254]);
  assert.deepEqual([bits.se(), bits.se()], [-3, 4]);
  assert.equal(bits.bits(32), 0xdeadbeef);
  assert.ok(bits.remaining < 9);
});

test('reading past the end and endless codes are MediaErrors', () => {
  assert.throws(() => new BitReader(bytes('00')).bits(9), MediaError);
  assert.throws(() => new BitReader(bytes('00')).skip(9), MediaError);
  assert.throws(() => new BitReader(bytes('0000000000000000')).ue(), MediaError);
});
