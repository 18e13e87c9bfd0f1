import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitAnnexB } from '../annexb.ts';
import { BitWriter } from '../bit-writer.ts';
import { MediaError } from '../errors.ts';
import { nalOf } from '../nal.ts';
import { createH264Config, readH264Record } from './parameter-sets.ts';
import { parseH264Sps } from './sps.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Written by x264 with the options named; the sizes and rates are those it was given. */
const cases = [
  {
    name: 'baseline 1080p: cropped from 1088 lines, never reorders',
    sps: '6742c028d900780227e5c044000003000400000300c83c60c920',
    pps: '68cb83cb20',
    expected: { width: 1920, height: 1080, frameRate: 25, maxReorderFrames: 0, interlaced: false },
    codecString: 'avc1.42c028',
  },
  {
    name: 'high 1918x1078: cropped in both directions, two B-frames',
    sps: '67640028acd940780227a9b011000003000100000300320f183196',
    pps: '68ebe3cb3002c0',
    expected: { width: 1918, height: 1078, frameRate: 25, maxReorderFrames: 2, interlaced: false },
    codecString: 'avc1.640028',
  },
  {
    name: 'interlaced PAL: two fields a frame',
    sps: '674d401eeca05a126c0440000003004000000c87c50a6580',
    pps: '68fba3cb20',
    expected: { width: 720, height: 576, frameRate: 25, maxReorderFrames: 2, interlaced: true },
    codecString: 'avc1.4d401e',
  },
  {
    name: 'high 4:4:4',
    sps: '67f4001e919b281405ff1380880000030008000003019078b16cb0',
    pps: '68ebe3c44844',
    expected: { width: 640, height: 360, frameRate: 25, maxReorderFrames: 2, interlaced: false },
    codecString: 'avc1.f4001e',
  },
  {
    name: 'buffer descriptions before the reorder hints',
    sps: '6764001eacd940a02ff9301100000300010000030032602001e840007a13930c01e2c5b2c0',
    pps: '68ebecb22c',
    expected: { width: 640, height: 362, frameRate: 25, maxReorderFrames: 2, interlaced: false },
    codecString: 'avc1.64001e',
  },
];

for (const { name, sps, pps, expected, codecString } of cases) {
  test(`SPS: ${name}`, () => {
    const { width, height, frameRate, maxReorderFrames, interlaced } = parseH264Sps(bytes(sps));
    assert.deepEqual({ width, height, frameRate, maxReorderFrames, interlaced }, expected);
    const config = createH264Config([bytes(sps)], [bytes(pps)]);
    assert.equal(config.codecString, codecString);
    assert.deepEqual([config.width, config.height], [expected.width, expected.height]);
    const sets = readH264Record(config.record);
    assert.deepEqual(sets, { sps: [bytes(sps)], pps: [bytes(pps)] });
  });
}

test('the record is that of ISO/IEC 14496-15 §5.3.3.1', () => {
  const { sps, pps } = cases[1] ?? { sps: '', pps: '' };
  const { record } = createH264Config([bytes(sps)], [bytes(pps)]);
  assert.equal(
    Buffer.from(record).toString('hex'),
    // version, profile, constraints, level; 4-byte lengths; one SPS of 27 bytes; one PPS of 7;
    // 4:2:0, 8 and 8 bits, no SPS extension
    `01640028ffe1001b${sps}010007${pps}fdf8f800`,
  );
  const main = createH264Config([bytes(cases[2]?.sps ?? '')], [bytes(pps)]);
  assert.equal(main.record.at(-1), 0xc0, 'Main profile has no extension behind the sets');
});

test('quirk bytes-after-sps: zeros, a start code or remains behind a set change nothing', () => {
  const { sps, pps, expected } = cases[0] ?? { sps: '', pps: '', expected: undefined };
  for (const behind of ['00', '0000', '00000001', '000000', '4d2f', 'deadbeef00']) {
    const [cut] = splitAnnexB(bytes(sps + behind));
    assert.ok(cut);
    assert.equal(parseH264Sps(cut).height, expected?.height, `${behind} behind the SPS`);
  }
  assert.deepEqual(splitAnnexB(bytes(`${pps}00000001`)), [bytes(pps)]);
});

test('an SPS with explicit scaling lists', () => {
  const bits = new BitWriter().bits(100, 8).bits(0, 8).bits(31, 8).ue(0);
  bits.ue(1).ue(0).ue(0).bits(0, 1).bits(1, 1);
  for (let list = 0; list < 8; list++) {
    bits.bits(list % 2, 1);
    // One list of ever greater steps, as long as it takes; 0 would end it early.
    if (list % 2 === 1) for (let i = 0; i < (list < 6 ? 16 : 64); i++) bits.se(i === 0 ? 8 : 1);
  }
  bits.ue(0).ue(2).ue(1).bits(0, 1);
  bits.ue(39).ue(22).bits(1, 1).bits(1, 1).bits(0, 1).bits(0, 1).trailing();
  const sps = parseH264Sps(nalOf([0x67], bits.bytes()));
  assert.deepEqual([sps.width, sps.height, sps.frameRate], [640, 368, undefined]);
  assert.equal(sps.maxReorderFrames, 0, 'order count type 2 never reorders');
});

test('a broken VUI costs its hints only', () => {
  const whole = cases[4]?.sps ?? '';
  const sps = parseH264Sps(bytes(whole.slice(0, -16)));
  assert.deepEqual([sps.width, sps.height, sps.maxReorderFrames], [640, 362, undefined]);
});

test('what is no SPS, cut short, or absurd is refused with a MediaError', () => {
  const absurd = new BitWriter().bits(66, 8).bits(0, 8).bits(31, 8).ue(0).ue(0).ue(2).ue(1);
  absurd.bits(0, 1).ue(9999).ue(9999).bits(3, 2).bits(0, 2).trailing();
  for (const nal of [
    bytes(''),
    bytes('67'),
    bytes('6742c0'),
    bytes('6742c028'),
    bytes(cases[0]?.pps ?? ''),
    nalOf([0x67], absurd.bytes()),
    bytes(`6742c028${'00'.repeat(12)}`),
  ]) {
    assert.throws(() => parseH264Sps(nal), MediaError);
  }
  assert.throws(() => createH264Config([], []), MediaError);
  const sps = bytes(cases[0]?.sps ?? '');
  assert.throws(() => createH264Config([sps], []), MediaError);
  assert.throws(() => createH264Config(Array(32).fill(sps), [bytes('68cb83cb20')]), MediaError);
  const long = new Uint8Array(65536).fill(0x55);
  long[0] = 0x68;
  assert.throws(() => createH264Config([sps], [long]), /65535/);
});

test('a record cut short is refused', () => {
  const { sps, pps } = cases[0] ?? { sps: '', pps: '' };
  const { record } = createH264Config([bytes(sps)], [bytes(pps)]);
  for (let length = 0; length < record.length; length++) {
    assert.throws(() => readH264Record(record.subarray(0, length)), MediaError, `${length} bytes`);
  }
});
