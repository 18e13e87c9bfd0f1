import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSenderReport } from './build-sender-report.ts';
import { MAX_NACKED_PACKETS, readFeedback } from './feedback.ts';
import { parseSenderReport } from './sender-report.ts';

function read(bytes: Uint8Array): unknown[] {
  const reported: unknown[] = [];
  readFeedback(bytes, 0, bytes.length, {
    onReport: (ssrc, lost) => reported.push(['report', ssrc, lost]),
    onNack: (ssrc, sequence) => reported.push(['nack', ssrc, sequence]),
    onPictureLoss: (ssrc) => reported.push(['loss', ssrc]),
    onBye: () => reported.push(['bye']),
  });
  return reported;
}

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

test('reads a compound of receiver report, NACK, PLI, FIR and BYE', () => {
  const report = '81c90007 00000001 000004d2 40000001 00000000 00000000 00000000 00000000';
  // Packet 65534, and by the mask the first (65535), third (1) and sixteenth (14) after it.
  const nack = '81cd0003 00000001 000004d2 fffe8005';
  const pli = '81ce0002 00000001 000004d2';
  const fir = '84ce0004 00000001 00000000 000004d3 01000000';
  const bye = '81cb0001 00000001';
  assert.deepEqual(read(hex(report + nack + pli + fir + bye)), [
    ['report', 1234, 64],
    ['nack', 1234, 65534],
    ['nack', 1234, 65535],
    ['nack', 1234, 1],
    ['nack', 1234, 14],
    ['loss', 1234],
    ['loss', 1235],
    ['bye'],
  ]);
});

test('stops at what is cut short, and asks for a bounded number of packets', () => {
  assert.deepEqual(read(hex('81c90007 00000001 000004d2')), []);
  assert.deepEqual(read(hex('81cd0002 00000001 000004d2')), []);
  assert.deepEqual(read(hex('41cd0002 00000001 000004d2')), []);
  const entries = 100;
  const head = hex('81cd0000 00000001 000004d2');
  head[3] = 2 + entries;
  const all = Buffer.concat([head, Buffer.alloc(entries * 4, 0xff)]);
  assert.equal(read(all).length, MAX_NACKED_PACKETS);
});

test('a sender report that is built can be read', () => {
  const report = {
    ssrc: 0xfffffffe,
    wallClock: Date.UTC(2026, 10, 20) + 250,
    rtpTimestamp: 0xfffffff0,
    packetCount: 7,
    octetCount: 2 ** 32 + 5,
  };
  const bytes = buildSenderReport(report);
  const read = parseSenderReport(bytes, 0, bytes.length);
  assert.equal(read?.ssrc, report.ssrc);
  assert.equal(Math.round(read?.wallClock ?? 0), report.wallClock);
  assert.equal(read?.rtpTimestamp, report.rtpTimestamp);
  assert.deepEqual([read?.packetCount, read?.octetCount], [7, 5]);
});
