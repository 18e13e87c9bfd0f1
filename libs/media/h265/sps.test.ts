import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BitWriter } from '../bit-writer.ts';
import { MediaError } from '../errors.ts';
import { nalOf } from '../nal.ts';
import { createH265Config, readH265Record } from './parameter-sets.ts';
import { parseH265Sps } from './sps.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Written by x265 with the options named; the sizes and rates are those it was given. */
const cases = [
  {
    name: 'Main 1080p with default scaling lists and B-frames',
    vps: '40010c01ffff016000000300900000030000030078959409',
    sps: '420101016000000300900000030000030078a003c08010e596565924e5780b4040000003004000000642',
    pps: '4401c172b46240',
    expected: { width: 1920, height: 1080, frameRate: 25, temporalLayers: 1, bitDepthLuma: 8 },
    codecString: 'hvc1.1.6.L120.90',
  },
  {
    name: 'Main 10, high tier, cropped in both directions',
    vps: '40010c01ffff222000000300900000030000030099959809',
    sps: '420101222000000300900000030000030099a003c08010e754d96566924caf016808000003000800000300c840',
    pps: '4401c172b46240',
    expected: { width: 1918, height: 1078, frameRate: 25, temporalLayers: 1, bitDepthLuma: 10 },
    codecString: 'hvc1.2.4.H153.90',
  },
  {
    name: '4:4:4 with two temporal layers (TSA_N, TRAIL_N)',
    vps: '40010c02ffff0408000003009e0800000300003f00009598acc048',
    sps: '4201020408000003009e0800000300003f00009000a0402d2cb2b3159a4932bc05a02000000300200000030321',
    pps: '4401c172860c4624',
    expected: { width: 640, height: 360, frameRate: 25, temporalLayers: 2, bitDepthLuma: 8 },
    codecString: 'hvc1.4.10.L63.9E.8',
  },
];

for (const { name, vps, sps, pps, expected, codecString } of cases) {
  test(`SPS: ${name}`, () => {
    const { width, height, frameRate, temporalLayers, bitDepthLuma } = parseH265Sps(bytes(sps));
    assert.deepEqual({ width, height, frameRate, temporalLayers, bitDepthLuma }, expected);
    const sets = { vps: [bytes(vps)], sps: [bytes(sps)], pps: [bytes(pps)] };
    const config = createH265Config(sets);
    assert.equal(config.codecString, codecString);
    assert.deepEqual(readH265Record(config.record), sets);
  });
}

test('the record is that of ISO/IEC 14496-15 §8.3.3.1', () => {
  const { vps, sps, pps } = cases[1] ?? { vps: '', sps: '', pps: '' };
  const { record } = createH265Config({ vps: [bytes(vps)], sps: [bytes(sps)], pps: [bytes(pps)] });
  assert.equal(
    Buffer.from(record).toString('hex'),
    // version; profile, compatibility, constraints, level; nothing known of segmentation and
    // parallelism; 4:2:0, 10 and 10 bits; one nested temporal layer, 4-byte lengths; three arrays
    `0122200000009000000000${'00'}99f000fcfdfafa00000f03` +
      `a000010018${vps}a10001002d${sps}a200010007${pps}`,
  );
});

/** An SPS of 640x480 up to the coding tools, which the caller writes. */
function spsWith(tools: (bits: BitWriter) => void): Uint8Array {
  const bits = new BitWriter().bits(0, 4).bits(0, 3).bits(1, 1);
  bits.bits(1, 8).bits(0x60000000, 32).bits(0, 32).bits(0, 16).bits(93, 8);
  bits.ue(0).ue(1).ue(640).ue(480).bits(0, 1).ue(0).ue(0).ue(4).bits(1, 1).ue(4).ue(2).ue(0);
  for (let i = 0; i < 6; i++) bits.ue(1);
  tools(bits);
  return nalOf([0x42, 0x01], bits.trailing().bytes());
}

/** VUI with nothing but 15 pictures a second. */
function timing(bits: BitWriter): void {
  bits.bits(1, 1).bits(0, 4).bits(0, 3).bits(0, 1);
  bits.bits(1, 1).bits(1, 32).bits(15, 32);
}

test('quirk h265-parameter-sets: scaling lists and predicted reference sets are read through', () => {
  const sps = spsWith((bits) => {
    bits.bits(1, 1).bits(1, 1);
    for (let size = 0; size < 4; size++) {
      for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
        bits.bits(matrix === 0 ? 0 : 1, 1);
        if (matrix === 0) bits.ue(0);
        else {
          if (size > 1) bits.se(2);
          for (let i = 0; i < Math.min(64, 1 << (4 + 2 * size)); i++) bits.se(i % 3);
        }
      }
    }
    bits.bits(0, 2).bits(1, 1).bits(0x77, 8).ue(0).ue(1).bits(0, 1); // PCM
    bits.ue(2);
    bits.ue(2).ue(1); // two earlier pictures, one later
    for (let i = 0; i < 3; i++) bits.ue(0).bits(1, 1);
    bits.bits(1, 1).bits(0, 1).ue(0); // predicted from the set before
    for (let i = 0; i < 4; i++)
      bits.bits(i === 1 ? 0 : 1, 1).bits(i === 1 ? 1 : 0, i === 1 ? 1 : 0);
    bits
      .bits(1, 1)
      .ue(2)
      .bits(0, 2 * 9); // long-term pictures
    bits.bits(0, 2);
    timing(bits);
  });
  const parsed = parseH265Sps(sps);
  assert.deepEqual([parsed.width, parsed.height, parsed.frameRate], [640, 480, 15]);
  assert.equal(parsed.maxReorderPictures, 2);
});

test('quirk h265-parameter-sets: what cannot be read behind the bit depths costs hints only', () => {
  const sps = spsWith((bits) => bits.bits(0, 1).bits(0, 2).bits(0, 1).ue(9999));
  const parsed = parseH265Sps(sps);
  assert.deepEqual([parsed.width, parsed.height, parsed.frameRate], [640, 480, undefined]);
});

test('quirk h265-parameter-sets: all three kinds of sets are required', () => {
  const { vps, sps, pps } = cases[0] ?? { vps: '', sps: '', pps: '' };
  const sets = { vps: [bytes(vps)], sps: [bytes(sps)], pps: [bytes(pps)] };
  for (const kind of ['vps', 'sps', 'pps'] as const) {
    assert.throws(() => createH265Config({ ...sets, [kind]: [] }), MediaError, kind);
    assert.throws(() => createH265Config({ ...sets, [kind]: Array(65).fill(sets[kind][0]) }));
  }
  assert.throws(() => createH265Config({ ...sets, pps: [bytes('4401')] }), MediaError);
  assert.throws(() => createH265Config({ ...sets, pps: sets.vps }), MediaError);
});

test('what is no SPS or cut short is refused with a MediaError', () => {
  const { sps } = cases[0] ?? { sps: '' };
  for (const hex of ['', '42', '4201', '420101', sps.slice(0, 36), '4401c172', '420f00000000']) {
    assert.throws(() => parseH265Sps(bytes(hex)), MediaError, hex);
  }
});

test('a record cut short is refused', () => {
  const { vps, sps, pps } = cases[0] ?? { vps: '', sps: '', pps: '' };
  const { record } = createH265Config({ vps: [bytes(vps)], sps: [bytes(sps)], pps: [bytes(pps)] });
  for (let length = 0; length < record.length; length++) {
    assert.throws(() => readH265Record(record.subarray(0, length)), MediaError, `${length} bytes`);
  }
});
