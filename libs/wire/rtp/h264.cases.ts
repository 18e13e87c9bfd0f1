import type { PacketCase } from './packet.cases.ts';

/** RFC 6184 §5.6 to §5.8. The slices are not real: first_mb_in_slice 0 makes them begin with 1 bit set. */
export const H264_CASES: readonly PacketCase[] = [
  {
    name: 'single NAL units',
    units: ['06052a', '65880102', '65440304'],
    // F NRI type: 06 SEI, 65 IDR slice
    payloads: [
      ['06052a', false],
      ['65880102', false],
      ['65440304', true],
    ],
    packetizer: { maxPayloadBytes: 100 },
  },
  {
    name: 'STAP-A',
    units: ['06052a', '41880102', '41440304'],
    // 58: NRI 2, type 24; 16-bit sizes
    payloads: [['58000306052a0004418801020004414403' + '04', true]],
    packetizer: { maxPayloadBytes: 100, aggregate: true },
  },
  {
    name: 'FU-A in three parts',
    units: ['6588' + '0102030405060708090a0b0c0d0e0f10111213' + '1415161718191a1b1c'],
    // 7c: NRI 3, type 28; 85 start, 05 middle, 45 end
    payloads: [
      ['7c8588' + '0102030405060708090a0b0c0d', false],
      ['7c05' + '0e0f101112131415161718191a1b', false],
      ['7c45' + '1c', true],
    ],
    packetizer: { maxPayloadBytes: 16 },
  },
  {
    name: 'FU-A behind a single NAL unit, several slices',
    units: ['06052a', `4188${'11'.repeat(20)}`, `4144${'22'.repeat(10)}`],
    payloads: [
      ['06052a', false],
      [`5c8188${'11'.repeat(13)}`, false],
      [`5c41${'11'.repeat(7)}`, false],
      [`4144${'22'.repeat(10)}`, true],
    ],
    packetizer: { maxPayloadBytes: 16 },
  },
];
