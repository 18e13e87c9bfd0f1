import assert from 'node:assert/strict';
import { MAX_NACKED_PACKETS, readFeedback } from '@vms/wire/rtcp/feedback.ts';
import { buildReceiverReport, MAX_REPORT_BLOCKS } from '@vms/wire/rtcp/receiver-report.ts';
import { hasBye, parseSenderReport } from '@vms/wire/rtcp/sender-report.ts';
import type { TargetBound } from '../fuzz-target.ts';

function seeds(): Uint8Array[] {
  const report = Buffer.alloc(28);
  report.set([0x80, 200, 0, 6, 0, 0, 0xca, 0xfe, 0xe8, 0xd3, 0xb8, 0xa0, 0x80]);
  const bye = Uint8Array.of(0x81, 203, 0, 1, 0, 0, 0xca, 0xfe);
  const reception = { ssrc: 1, extendedHighest: 9, expected: 10, lost: 1 };
  const receiver = buildReceiverReport(7, [{ reception, lastSenderReport: 0, delaySeconds: 0 }]);
  return [report, Buffer.concat([report, bye]), Buffer.concat([receiver, report]), receiver];
}

/** A packet of feedback or reports whose length field says what follows. */
function packetOf(first: number, type: number, body: Uint8Array): Uint8Array {
  const words = Math.min(0xffff, body.length / 4);
  return Buffer.concat([Uint8Array.of(first, type, words >> 8, words & 255), body]);
}

const bounds: readonly TargetBound[] = [
  {
    name: 'MAX_NACKED_PACKETS',
    bound: MAX_NACKED_PACKETS,
    input: (count) => packetOf(0x81, 205, Buffer.alloc(8 + count * 4)),
  },
  {
    name: 'MAX_REPORT_BLOCKS',
    bound: MAX_REPORT_BLOCKS,
    input: (count) => packetOf(0x80 | (count & 31), 201, Buffer.alloc(4 + count * 24, 1)),
  },
];

function run(input: Uint8Array): void {
  const report = parseSenderReport(input, 0, input.length);
  if (report !== undefined) {
    assert.ok(Number.isFinite(report.wallClock));
    for (const field of [report.ssrc, report.rtpTimestamp, report.compactNtp, report.packetCount]) {
      assert.ok(field >= 0 && field <= 0xffffffff && Number.isInteger(field));
    }
  }
  hasBye(input, 0, input.length);
  let nacked = 0;
  let reports = 0;
  readFeedback(input, 0, input.length, {
    onNack: (_, sequence) => {
      nacked++;
      assert.ok(sequence >= 0 && sequence <= 0xffff);
    },
    onReport: (_, fractionLost) => {
      reports++;
      assert.ok(fractionLost >= 0 && fractionLost <= 255);
    },
  });
  // Of each packet in the compound.
  const packets = Math.ceil(input.length / 4);
  assert.ok(nacked <= MAX_NACKED_PACKETS * packets && reports <= MAX_REPORT_BLOCKS * packets);
  // Behind a margin the same must come out: no byte outside is looked at.
  const padded = new Uint8Array(input.length + 40).fill(0x81);
  padded.set(input, 20);
  assert.deepEqual(parseSenderReport(padded, 20, 20 + input.length), report);
}

/** Sender reports and feedback in compound packets. */
export const rtcp = { name: 'rtcp', seeds, bounds, run };
