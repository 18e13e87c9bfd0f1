import assert from 'node:assert/strict';
import { test } from 'node:test';
import { H264_CASES } from './h264.cases.ts';
import { H265_CASES } from './h265.cases.ts';
import type { PacketCase } from './packet.cases.ts';
import { H264_TRACK, H265_TRACK, PacketSender } from './packet-sender.cases.ts';
import { H264_720P, H265_720P } from './parameter-sets.cases.ts';

/** What makers send beside the cases: parameter sets, a delimiter, and slices of other priorities. */
const H264_MORE = [
  '0910',
  '0605ff01',
  '0601ff01',
  H264_720P.sps,
  H264_720P.pps,
  '41e00102',
  '61e00102',
];
const H265_MORE = [H265_720P.vps, H265_720P.sps, H265_720P.pps, '0201d00102', '0001d00102'];

for (const [name, track, cases, more, least] of [
  ['H.265 in a track of H.264', H264_TRACK, H265_CASES, H265_MORE, 0.6],
  ['H.264 in a track of H.265', H265_TRACK, H264_CASES, H264_MORE, 0.6],
] as const) {
  test(`${name} makes no pictures, and is counted`, () => {
    const sender = new PacketSender(track);
    let packets = 0;
    for (let round = 0; round < 10; round++) {
      for (const { payloads } of cases as readonly PacketCase[]) {
        for (const [payload, marker] of payloads) sender.send(payload, marker);
        packets += payloads.length;
        sender.next();
      }
      for (const payload of more) sender.send(payload, true).next();
      packets += more.length;
    }
    const { foreignUnits } = sender.depacketizer.statistics;
    assert.deepEqual(sender.emitted, []);
    assert.ok(foreignUnits > packets * least, `${foreignUnits} of ${packets}`);
  });
}

test('H.265 in its own track, and H.264 in its own, are not foreign', () => {
  for (const [track, cases] of [
    [H264_TRACK, H264_CASES],
    [H265_TRACK, H265_CASES],
  ] as const) {
    const sender = new PacketSender(track);
    for (const { payloads } of cases) {
      for (const [payload, marker] of payloads) sender.send(payload, marker);
      sender.next();
    }
    assert.equal(sender.depacketizer.statistics.foreignUnits, 0);
  }
});
