import type { PacketCase } from './packet.cases.ts';

/** RFC 3640 §3.3.6, AAC-hbr: sizes of 13 bits, indexes of 3. One case may carry several access units. */
export const AAC_CASES: readonly PacketCase[] = [
  {
    name: 'one access unit',
    units: ['2110051400'],
    payloads: [['00100028' + '2110051400', true]],
    packetizer: { maxPayloadBytes: 100 },
  },
  {
    name: 'quirk audio-wrapping: one access unit in fragments, each with the whole size',
    units: ['21'.repeat(30)],
    payloads: [
      [`001000f0${'21'.repeat(12)}`, false],
      [`001000f0${'21'.repeat(12)}`, false],
      [`001000f0${'21'.repeat(6)}`, true],
    ],
    packetizer: { maxPayloadBytes: 16 },
  },
  {
    name: 'three access units in one packet',
    units: ['2101', '210203', '2104050607'],
    // 48 bits of headers: sizes 2, 3 and 5, all with index (delta) 0
    payloads: [['0030' + '0010' + '0018' + '0028' + '2101' + '210203' + '2104050607', true]],
  },
  {
    name: 'quirk audio-wrapping: an ADTS frame, as some cameras send it',
    units: ['2110051400'],
    // fff1 4c80: AAC-LC, 48000, stereo; 12 bytes in all
    payloads: [['00100060' + 'fff14c80019ffc' + '2110051400', true]],
  },
];
