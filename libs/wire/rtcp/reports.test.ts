import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildReceiverReport, MAX_REPORT_BLOCKS } from './receiver-report.ts';
import { hasBye, parseSenderReport } from './sender-report.ts';

const bytes = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));

/**
 * A compound packet: sender report without blocks, then SDES with an empty CNAME.
 * 0xe8d3b8a0 s after 1900 is 2023-10-14T18:08:00Z; 0x80000000 is half a second.
 */
const SENDER_REPORT = bytes(`
  80c80006 0000cafe e8d3b8a0 80000000 0001e240 00000064 0000ffff
  81ca0002 0000cafe 01000000`);

test('a sender report gives the clock of the camera', () => {
  const padded = Buffer.concat([Buffer.alloc(3, 0xff), SENDER_REPORT, Buffer.alloc(5, 0xff)]);
  assert.deepEqual(parseSenderReport(padded, 3, padded.length - 5), {
    ssrc: 0xcafe,
    wallClock: (0xe8d3b8a0 - 2_208_988_800) * 1000 + 500,
    rtpTimestamp: 123456,
    compactNtp: 0xb8a08000,
    packetCount: 100,
    octetCount: 65535,
  });
});

test('a camera without a clock says 0', () => {
  const report = Buffer.from(SENDER_REPORT);
  report.fill(0, 8, 16);
  assert.equal(parseSenderReport(report, 0, report.length)?.wallClock, 0);
});

test('what is cut short or something else is no sender report', () => {
  for (let length = 0; length < 28; length++) {
    assert.equal(parseSenderReport(SENDER_REPORT, 0, length), undefined);
  }
  const receiver = bytes(`81c90007 00000001${'00'.repeat(24)}`);
  assert.equal(parseSenderReport(receiver, 0, receiver.length), undefined);
  const both = Buffer.concat([receiver, SENDER_REPORT]);
  assert.equal(parseSenderReport(both, 0, both.length)?.rtpTimestamp, 123456);
});

test('good-bye is found behind a report', () => {
  const bye = Buffer.concat([SENDER_REPORT, bytes('81cb0001 0000cafe')]);
  assert.ok(hasBye(bye, 0, bye.length));
  assert.ok(!hasBye(SENDER_REPORT, 0, SENDER_REPORT.length));
});

test('a receiver report, byte by byte', () => {
  const reception = { ssrc: 0xcafe, extendedHighest: 0x10005, expected: 1000, lost: 30 };
  const report = buildReceiverReport(0x1234, [
    {
      reception,
      before: { expected: 900, lost: 5 },
      lastSenderReport: 0xb8a08000,
      delaySeconds: 2.5,
    },
  ]);
  assert.equal(
    Buffer.from(report).toString('hex'),
    // 81: one block, 201, 7 words; we; source; 25 of 100 is 64/256, 30 lost; highest; no jitter;
    // last report; 2.5 s in 1/65536
    '81c90007' +
      '00001234' +
      '0000cafe' +
      '4000001e' +
      '00010005' +
      '00000000' +
      'b8a08000' +
      '00028000',
  );
  assert.equal(Buffer.from(buildReceiverReport(1, [])).toString('hex'), '80c9000100000001');
});

test(`a receiver report has at most ${MAX_REPORT_BLOCKS} blocks`, () => {
  const reception = { ssrc: 1, extendedHighest: 1, expected: 1, lost: 0 };
  const block = { reception, lastSenderReport: 0, delaySeconds: 0 };
  const report = buildReceiverReport(1, Array(40).fill(block));
  assert.equal(report.length, 8 + 24 * MAX_REPORT_BLOCKS);
  assert.equal((report[0] ?? 0) & 31, MAX_REPORT_BLOCKS);
});
