import type { PacketCase } from './packet.cases.ts';

/** RFC 7798 §4.4. The slices are not real: first_slice_segment_in_pic_flag is their first bit. */
export const H265_CASES: readonly PacketCase[] = [
  {
    name: 'single NAL units',
    units: ['4e01052a', '2601af01', '26012f02'],
    // type 39 SEI, 19 IDR_W_RADL; layer 0, temporal id 1
    payloads: [
      ['4e01052a', false],
      ['2601af01', false],
      ['26012f02', true],
    ],
    packetizer: { maxPayloadBytes: 100 },
  },
  {
    name: 'aggregation packet',
    units: ['4e01052a', '0201d001'],
    // 6001: type 48, TID 1; 16-bit sizes
    payloads: [['600100044e01052a00040201d001', true]],
    packetizer: { maxPayloadBytes: 100, aggregate: true },
  },
  {
    name: 'fragmentation units, TRAIL_N',
    units: [`0001d0${'33'.repeat(30)}`],
    // 6201: type 49; 80 start and type 0, 00 middle, 40 end
    payloads: [
      [`620180d0${'33'.repeat(12)}`, false],
      [`620100${'33'.repeat(13)}`, false],
      [`620140${'33'.repeat(5)}`, true],
    ],
    packetizer: { maxPayloadBytes: 16 },
  },
  {
    name: 'CRA picture in fragments',
    units: [`2a01af${'44'.repeat(20)}`],
    payloads: [
      [`620195af${'44'.repeat(12)}`, false],
      [`620155${'44'.repeat(8)}`, true],
    ],
    packetizer: { maxPayloadBytes: 16 },
  },
];
