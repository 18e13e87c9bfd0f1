import assert from 'node:assert/strict';
import { buildReceiverReport } from '@vms/wire/rtcp/receiver-report.ts';
import { hasBye, parseSenderReport } from '@vms/wire/rtcp/sender-report.ts';

function seeds(): Uint8Array[] {
  const report = Buffer.alloc(28);
  report.set([0x80, 200, 0, 6, 0, 0, 0xca, 0xfe, 0xe8, 0xd3, 0xb8, 0xa0, 0x80]);
  const bye = Uint8Array.of(0x81, 203, 0, 1, 0, 0, 0xca, 0xfe);
  const reception = { ssrc: 1, extendedHighest: 9, expected: 10, lost: 1 };
  const receiver = buildReceiverReport(7, [{ reception, lastSenderReport: 0, delaySeconds: 0 }]);
  return [report, Buffer.concat([report, bye]), Buffer.concat([receiver, report]), receiver];
}

function run(input: Uint8Array): void {
  const report = parseSenderReport(input, 0, input.length);
  if (report !== undefined) {
    assert.ok(Number.isFinite(report.wallClock));
    for (const field of [report.ssrc, report.rtpTimestamp, report.compactNtp, report.packetCount]) {
      assert.ok(field >= 0 && field <= 0xffffffff && Number.isInteger(field));
    }
  }
  hasBye(input, 0, input.length);
  // Behind a margin the same must come out: no byte outside is looked at.
  const padded = new Uint8Array(input.length + 40).fill(0x81);
  padded.set(input, 20);
  assert.deepEqual(parseSenderReport(padded, 20, 20 + input.length), report);
}

/** Sender reports in compound packets. */
export const rtcp = { name: 'rtcp', seeds, run };
