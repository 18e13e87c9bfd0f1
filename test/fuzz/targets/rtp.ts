import assert from 'node:assert/strict';
import { joinLengthPrefixed } from '@vms/media/nal.ts';
import { AAC_CASES } from '@vms/wire/rtp/aac.cases.ts';
import { createDepacketizer } from '@vms/wire/rtp/create-depacketizer.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import { H264_CASES } from '@vms/wire/rtp/h264.cases.ts';
import { packetizeH264 } from '@vms/wire/rtp/h264-packetizer.ts';
import { H264_QUIRK_CASES } from '@vms/wire/rtp/h264-quirks.cases.ts';
import { H265_CASES } from '@vms/wire/rtp/h265.cases.ts';
import {
  AAC_TRACK,
  bytes,
  H264_TRACK,
  H265_TRACK,
  PCMA_TRACK,
  trackOf,
} from '@vms/wire/rtp/packet-sender.cases.ts';
import { H264_1080P, H265_720P } from '@vms/wire/rtp/parameter-sets.cases.ts';
import { RTP_BOUNDS, streamOf } from '../rtp-bounds.ts';

/** The first byte of an input chooses one. */
const TRACKS = [
  H264_TRACK,
  H265_TRACK,
  AAC_TRACK,
  PCMA_TRACK,
  trackOf('h264', undefined),
  trackOf('h265', undefined),
  trackOf('aac', undefined),
  trackOf('h265', H265_TRACK.config, {
    'sprop-max-don-diff': '32767',
    'sprop-depack-buf-nalus': '2000',
  }),
  trackOf('h264', H264_TRACK.config, {
    'packetization-mode': '2',
    'sprop-interleaving-depth': '2000',
  }),
];
/** Sets that a tracker may put into each access unit: three kinds of 16, of 16 KiB each. */
const MAX_SETS_IN_BAND_BYTES = 3 * 16 * (16 * 1024 + 4);

function seeds(): Uint8Array[] {
  const streams: Uint8Array[] = [];
  const sets = [bytes(H264_1080P.sps), bytes(H264_1080P.pps)];
  const slice = Buffer.alloc(3000, 0x55);
  slice.set([0x65, 0x88]);
  const frames = [0, 1, 2].flatMap((unit) =>
    packetizeH264(joinLengthPrefixed([...sets, slice]), {
      maxPayloadBytes: 700,
      aggregate: true,
    }).map(({ bytes: payload, marker }) => [payload, marker, unit] as const),
  );
  for (const track of [0, 4]) streams.push(streamOf(track, frames));
  const { vps, sps, pps } = H265_720P;
  const h265Sets = [vps, sps, pps].map((set) => [bytes(set), false, 0] as const);
  for (const [cases, track] of [
    [H264_CASES, 0],
    [H265_CASES, 5],
    [AAC_CASES, 2],
    [AAC_CASES, 6],
  ] as const) {
    const payloads = cases.flatMap((one, unit) =>
      one.payloads.map(([payload, marker]) => [bytes(payload), marker, unit] as const),
    );
    streams.push(streamOf(track, track === 5 ? [...h265Sets, ...payloads] : payloads));
  }
  for (const { packets } of H264_QUIRK_CASES) {
    const payloads = packets.map(
      ({ payload, marker, at }) => [bytes(payload), marker ?? false, at] as const,
    );
    streams.push(streamOf(4, payloads));
  }
  streams.push(streamOf(3, [[Buffer.alloc(160, 0xd5), false, 0]]));
  return streams;
}

function run(input: Uint8Array): void {
  const track = TRACKS[(input[0] ?? 0) % TRACKS.length] ?? H264_TRACK;
  const video = track.kind === 'video';
  let emitted = 0;
  let emittedBytes = 0;
  const kept: { payload: Uint8Array; sum: number }[] = [];
  const sink = {
    onAccessUnit(unit: AccessUnit) {
      emitted++;
      emittedBytes += unit.payload.length;
      assert.ok(unit.payload.length > 0 && unit.lost >= 0);
      assert.ok(unit.timestamp >= 0 && unit.timestamp <= 0xffffffff);
      assert.equal(unit.config.codec, track.codec);
      if (video) assert.equal(lengthsOf(unit.payload), unit.payload.length, 'lengths sum');
      if (kept.length < 8) kept.push({ payload: unit.payload, sum: sumOf(unit.payload) });
    },
  };
  const trustMarker = (input[0] ?? 0) >= 0x80;
  const depacketizer = createDepacketizer(track, sink, { trustMarker });
  let pushed = 0;
  for (let at = 1; at + 2 <= input.length; ) {
    const end = Math.min(input.length, at + 2 + (((input[at] ?? 0) << 8) | (input[at + 1] ?? 0)));
    // Each packet in a buffer that is spoilt afterwards, as the shared read buffer is.
    const packet = Uint8Array.from(input.subarray(at + 2, end));
    depacketizer.push(packet, 0, packet.length);
    packet.fill(0xaa);
    pushed++;
    at = end;
  }
  depacketizer.end();
  const { statistics } = depacketizer;
  assert.equal(statistics.packets, pushed);
  assert.equal(statistics.accessUnits, emitted);
  const dropped =
    statistics.malformedPackets + statistics.foreignPackets + statistics.duplicatePackets;
  assert.ok(dropped <= 3 * pushed && statistics.bytes <= input.length);
  // A NAL unit of a single byte takes a length of four.
  assert.ok(emittedBytes <= 5 * input.length + emitted * MAX_SETS_IN_BAND_BYTES);
  for (const { payload, sum } of kept) assert.equal(sumOf(payload), sum, 'written to afterwards');
}

/** Bytes that whole length-prefixed NAL units take up. */
function lengthsOf(payload: Uint8Array): number {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = 0;
  while (at + 4 <= payload.length) at += 4 + view.getUint32(at);
  return at;
}

function sumOf(payload: Uint8Array): number {
  let sum = 0;
  for (const byte of payload) sum = (sum * 31 + byte) >>> 0;
  return sum;
}

/** Depacketizers of every codec, over whole streams. */
export const rtp = { name: 'rtp', seeds, bounds: RTP_BOUNDS, run };
