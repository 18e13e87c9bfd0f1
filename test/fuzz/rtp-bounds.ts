import { MAX_AAC_ACCESS_UNIT_BYTES, MAX_HELD_AAC_UNITS } from '@vms/wire/rtp/aac-depacketizer.ts';
import { MAX_AAC_UNITS_PER_PACKET } from '@vms/wire/rtp/au-headers.ts';
import { MAX_WAITING_NALS } from '@vms/wire/rtp/decoding-order.ts';
import { writeRtpHeader } from '@vms/wire/rtp/header.ts';
import { bytes } from '@vms/wire/rtp/packet-sender.cases.ts';
import {
  MAX_CONFIG_SETS_BYTES,
  MAX_KNOWN_CONFIGS,
  MAX_SET_BYTES,
  MAX_SETS_PER_KIND,
} from '@vms/wire/rtp/parameter-set-tracker.ts';
import { H264_720P, H264_1080P } from '@vms/wire/rtp/parameter-sets.cases.ts';
import { MAX_DROPOUT_PACKETS, MAX_MISORDER_PACKETS } from '@vms/wire/rtp/sequence-tracker.ts';
import { ANNEX_B_PROBE_UNITS, MAX_ACCESS_UNIT_BYTES } from '@vms/wire/rtp/video-assembler.ts';
import type { TargetBound } from './fuzz-target.ts';

/** Payload of a packet, its marker, and which access unit it belongs to. */
export type StreamPayload = readonly [payload: Uint8Array, marker: boolean, unit: number];

/** `track  {length (2)  RTP packet} ...` */
export function streamOf(
  track: number,
  payloads: readonly StreamPayload[],
  sequenceOf: (index: number) => number = (index) => index,
): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(track)];
  payloads.forEach(([payload, marker, unit], index) => {
    const packet = new Uint8Array(14 + payload.length);
    packet[0] = (packet.length - 2) >> 8;
    packet[1] = packet.length - 2;
    const timestamp = unit * 3600;
    writeRtpHeader(packet, 2, {
      marker,
      payloadType: 96,
      sequence: sequenceOf(index) & 0xffff,
      timestamp,
      ssrc: 7,
    });
    packet.set(payload, 14);
    parts.push(packet);
  });
  return Buffer.concat(parts);
}

const H264 = 0;
const H264_WITHOUT_SETS = 4;
const AAC = 2;
const H265_WITH_ORDER = 7;
const FRAGMENT_BYTES = 60_000;
const IDR = bytes('658801020304');
const P = bytes('418801020304');

/** One IDR picture of `size` bytes in FU-A fragments, then another picture. */
function largeUnit(size: number): Uint8Array {
  const payloads: StreamPayload[] = [[bytes('7c8588'), false, 0]];
  for (let left = size; left > 0; left -= FRAGMENT_BYTES) {
    const fragment = Buffer.alloc(2 + Math.min(left, FRAGMENT_BYTES), 0x11);
    fragment.set([0x7c, 0x05]);
    payloads.push([fragment, false, 0]);
  }
  return streamOf(H264, [...payloads, [bytes('7c4522'), true, 0], [P, true, 1], [IDR, true, 2]]);
}

/** A picture of many whole NAL units, together `size` bytes. */
function manyNals(size: number): Uint8Array {
  const nal = Buffer.alloc(FRAGMENT_BYTES, 0x11);
  nal.set([0x65, 0x88]);
  const payloads = Array.from({ length: Math.ceil(size / FRAGMENT_BYTES) }, (_, index) => {
    if (index > 0) nal.set([0x65, 0x40]);
    return [Uint8Array.from(nal), false, 0] as const;
  });
  return streamOf(H264, [...payloads, [P, true, 1], [IDR, true, 2]]);
}

/** PPS of different ids, together `size` bytes, before a picture. */
function largeSets(size: number): Uint8Array {
  const count = MAX_SETS_PER_KIND - 1;
  const pps = Array.from({ length: count }, (_, index): StreamPayload => {
    const set = Buffer.alloc(Math.ceil(size / count), 0xcb);
    // pps_pic_parameter_set_id, ue(v), of 16 and more: four zeros, a one, and the four bits of `rest`.
    const rest = index + 1;
    set.set([0x68, 0x08 | (rest >> 1), ((rest & 1) << 7) | 0x4b]);
    return [set, false, 0];
  });
  return streamOf(H264_WITHOUT_SETS, [[bytes(H264_720P.sps), false, 0], ...pps, [IDR, true, 0]]);
}

/** PPS of different ids before a picture. */
function sets(count: number): Uint8Array {
  const pps = Array.from({ length: count }, (_, index): StreamPayload => {
    return [Uint8Array.of(0x68, 0x80 | (index >> 8), index & 255, 0xcb), false, 0];
  });
  return streamOf(H264_WITHOUT_SETS, [[bytes(H264_720P.sps), false, 0], ...pps, [IDR, true, 0]]);
}

/** So many configurations, one after the other. */
function configurations(count: number): Uint8Array {
  return streamOf(
    H264_WITHOUT_SETS,
    Array.from({ length: count }, (_, unit): StreamPayload[] => {
      const { sps, pps } = unit % 2 === 0 ? H264_720P : H264_1080P;
      const extra = Uint8Array.of(0x68, 0x80 | (unit >> 8), unit & 255, 0xcb);
      return [
        [bytes(sps), false, unit],
        [bytes(pps), false, unit],
        [extra, false, unit],
        [IDR, true, unit],
      ];
    }).flat(),
  );
}

/** AAC-hbr: so many access units of a byte in one packet. */
function aacUnits(count: number): Uint8Array {
  const payload = Buffer.alloc(2 + 2 * count + count, 0x21);
  payload.writeUInt16BE((16 * count) & 0xffff, 0);
  for (let i = 0; i < count; i++) payload.writeUInt16BE(1 << 3, 2 + 2 * i);
  return streamOf(AAC, [[payload, true, 0]]);
}

/** An AAC access unit of `size` bytes in fragments. */
function largeAac(size: number): Uint8Array {
  const payloads: StreamPayload[] = [];
  for (let left = size; left > 0; left -= 8000) {
    const fragment = Buffer.alloc(4 + Math.min(left, 8000), 0x21);
    fragment.set([0, 16, (size >> 5) & 0xff, (size << 3) & 0xf8]);
    payloads.push([fragment, left <= 8000, 0]);
  }
  return streamOf(AAC, payloads);
}

/** A row of packets whose numbers jump once by so many. */
function jump(by: number): Uint8Array {
  const payloads = Array.from(
    { length: 40 },
    (_, unit) => [unit % 10 ? P : IDR, true, unit] as const,
  );
  return streamOf(H264, payloads, (index) => (index < 20 ? index : index + by) + 70_000);
}

/** Bounds of the depacketizers. */
export const RTP_BOUNDS: readonly TargetBound[] = [
  { name: 'MAX_ACCESS_UNIT_BYTES', bound: MAX_ACCESS_UNIT_BYTES, input: largeUnit },
  { name: 'MAX_ACCESS_UNIT_BYTES', bound: MAX_ACCESS_UNIT_BYTES, input: manyNals },
  { name: 'MAX_CONFIG_SETS_BYTES', bound: MAX_CONFIG_SETS_BYTES, input: largeSets },
  { name: 'MAX_SETS_PER_KIND', bound: MAX_SETS_PER_KIND, input: sets },
  {
    name: 'MAX_SET_BYTES',
    bound: MAX_SET_BYTES,
    input: (size) => {
      const pps = Buffer.alloc(size, 0x5a);
      pps.set(bytes(H264_720P.pps));
      const sps = bytes(H264_720P.sps);
      return streamOf(H264_WITHOUT_SETS, [
        [sps, false, 0],
        [pps, false, 0],
        [IDR, true, 0],
      ]);
    },
  },
  { name: 'MAX_KNOWN_CONFIGS', bound: MAX_KNOWN_CONFIGS, input: configurations },
  {
    name: 'MAX_HELD_AAC_UNITS',
    bound: MAX_HELD_AAC_UNITS,
    // Two access units a packet, the second of which belongs behind others (AU-Index-delta 7).
    input: (count) => {
      const payload = Uint8Array.of(0, 32, 0, 1 << 3, 0, (1 << 3) | 7, 0x21, 0x21);
      return streamOf(
        AAC,
        Array.from({ length: count }, (_, unit) => [payload, true, unit] as const),
      );
    },
  },
  {
    name: 'MAX_WAITING_NALS',
    bound: MAX_WAITING_NALS,
    // The first of the decoding order never comes, so all others wait for it.
    input: (count) =>
      streamOf(
        H265_WITH_ORDER,
        Array.from({ length: count + 1 }, (_, number): StreamPayload => {
          const donl = number === 0 ? 0 : number + 1;
          return [Uint8Array.of(0x02, 0x01, donl >> 8, donl & 255, 0xd0, 1), true, number];
        }),
      ),
  },
  { name: 'MAX_AAC_UNITS_PER_PACKET', bound: MAX_AAC_UNITS_PER_PACKET, input: aacUnits },
  { name: 'MAX_AAC_ACCESS_UNIT_BYTES', bound: MAX_AAC_ACCESS_UNIT_BYTES, input: largeAac },
  { name: 'MAX_DROPOUT_PACKETS', bound: MAX_DROPOUT_PACKETS, input: jump },
  { name: 'MAX_MISORDER_PACKETS', bound: MAX_MISORDER_PACKETS, input: (by) => jump(-by) },
  {
    name: 'ANNEX_B_PROBE_UNITS',
    bound: ANNEX_B_PROBE_UNITS,
    input: (count) =>
      streamOf(H264, [
        ...Array.from({ length: count }, (_, unit) => [P, true, unit] as const),
        [Buffer.concat([P, bytes('000001'), P]), true, count],
      ]),
  },
];
