import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { FrameLedger, MAX_LEDGER_FRAMES } from './frame-ledger.ts';
import { Pacer } from './pacer.ts';
import { createPacketTemplate } from './packet-template.ts';
import type { PreparedFrame, PreparedTrack } from './prepared-track.ts';
import { MAX_BACKLOG_BYTES, TrackSender, type TrackSenderOptions } from './track-sender.ts';

/** 25 frames a second in GOPs of five; keyframes of 40 packets, others of 6. */
function track(): PreparedTrack {
  const frames: PreparedFrame[] = Array.from({ length: 10 }, (_, number) => {
    const count = number % 5 === 0 ? 40 : 6;
    const payloads = Array.from({ length: count }, (_, index) => ({
      bytes: new Uint8Array(1000).fill(number),
      marker: index === count - 1,
    }));
    const template = createPacketTemplate(payloads, 96);
    return { template, keyframe: number % 5 === 0, bytes: count * 1000, hash: `${number}` };
  });
  const video = {
    codec: 'h264',
    framesPerSecond: 25,
    frames: [],
    keyframes: [],
    parameterSets: [],
  };
  return {
    kind: 'video',
    codec: 'h264',
    payloadType: 96,
    clockRate: 90_000,
    frameTicks: 3600,
    frames,
    keyframes: [0, 5],
    source: video as PreparedTrack['source'],
  };
}

function setUp(overrides: Partial<TrackSenderOptions> = {}) {
  const clock = new ManualClock();
  const writes: { at: number; bytes: Buffer }[] = [];
  const sent: [frame: number, rtpTimestamp: number][] = [];
  const output = {
    backlogBytes: 0,
    write(bytes: Uint8Array) {
      writes.push({ at: clock.monotonic(), bytes: Buffer.from(bytes) });
    },
  };
  const state = { allowed: true, skipped: 0 };
  const sender = new TrackSender({
    track: track(),
    output,
    clock,
    channel: 2,
    ssrc: 0xabcd1234,
    firstSequence: 65_530,
    firstTimestamp: 2 ** 32 - 3600,
    firstFrame: 5,
    startsAt: 10,
    packetsPerWrite: 4,
    mayBegin: () => state.allowed,
    takeFault: () => undefined,
    onSkipped: () => {
      state.skipped++;
    },
    onSent: (frame, rtpTimestamp) => sent.push([frame, rtpTimestamp]),
    ...overrides,
  });
  const pacer = new Pacer(clock);
  pacer.add(sender);
  return { clock, writes, sent, output, state, sender, pacer };
}

/** RTP packets of what was written, reports left out. */
function packets(writes: readonly { bytes: Buffer }[]): Buffer[] {
  const all = Buffer.concat(writes.map(({ bytes }) => bytes));
  const found: Buffer[] = [];
  for (let at = 0; at < all.length; at += 4 + all.readUInt16BE(at + 2)) {
    if (all[at + 1] === 2) found.push(all.subarray(at + 4, at + 4 + all.readUInt16BE(at + 2)));
  }
  return found;
}

test('packets leave a few a write, 1 ms apart, when their frame is due', () => {
  const { clock, writes, sent } = setUp();
  clock.advance(9);
  assert.equal(writes.length, 0);
  clock.advance(1);
  // The sender report goes first, then four packets.
  assert.deepEqual(
    writes.map(({ bytes }) => bytes.length),
    [32, 4 * 1016],
  );
  clock.advance(9);
  assert.equal(packets(writes).length, 40);
  assert.equal(sent.length, 1);
  clock.advance(30);
  assert.equal(packets(writes).length, 40);
  clock.advance(1);
  assert.equal(packets(writes).length, 44);
  clock.advance(1);
  assert.equal(packets(writes).length, 46);
});

test('a frame was sent when its last packet was handed over, however long that takes', () => {
  const times: number[] = [];
  const { clock, output } = setUp({ onSent: (_frame, _timestamp, sentAt) => times.push(sentAt) });
  const startedAt = clock.now();
  output.write = () => clock.stepWall(500);
  clock.advance(19);
  // A report and ten writes; the last begins after the nine and the report before it.
  assert.deepEqual(times, [startedAt + 19 + 10 * 500]);
});

test('sequence numbers and time stamps count on over their wrap, the clip starts again', () => {
  const { clock, writes, sent } = setUp();
  clock.advance(10 + 6 * 40);
  const numbers = packets(writes).map((packet) => packet.readUInt16BE(2));
  assert.deepEqual(numbers.slice(4, 8), [65_534, 65_535, 0, 1]);
  assert.deepEqual(sent.slice(0, 3), [
    [5, 2 ** 32 - 3600],
    [6, 0],
    [7, 3600],
  ]);
  assert.deepEqual(
    sent.map(([frame]) => frame),
    [5, 6, 7, 8, 9, 0],
  );
  assert.ok(packets(writes).every((packet) => packet.readUInt32BE(8) === 0xabcd1234));
});

test('a sender report maps time stamps to the wall clock and counts what was sent', () => {
  const { clock, writes } = setUp();
  const startsAt = clock.now() + 10;
  clock.advance(10 + 5040);
  const reports = writes
    .filter(({ bytes }) => bytes[1] === 3)
    .map(({ bytes }) => bytes.subarray(4));
  assert.equal(reports.length, 2);
  const [first, second] = reports;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(first.readUInt32BE(8) - 2_208_988_800, Math.floor(startsAt / 1000));
  assert.equal(first.readUInt32BE(16), 2 ** 32 - 3600);
  assert.equal(first.readUInt32BE(20), 0);
  assert.equal(second.readUInt32BE(16), (125 * 3600 - 3600) % 2 ** 32);
  // 125 frames: 25 keyframes of 40 packets, 100 others of 6.
  assert.equal(second.readUInt32BE(20), 25 * 40 + 100 * 6);
  assert.equal(second.readUInt32BE(24), (25 * 40 + 100 * 6) * 1000);
});

test('a client that does not read loses whole frames from a bound on, and starts at a keyframe', () => {
  const { clock, output, sent, state } = setUp();
  clock.advance(10 + 40);
  assert.equal(sent.length, 1);
  output.backlogBytes = MAX_BACKLOG_BYTES + 1;
  clock.advance(120);
  output.backlogBytes = 0;
  clock.advance(200);
  assert.ok(state.skipped >= 3);
  assert.deepEqual(sent.map(([frame]) => frame).slice(0, 3), [5, 6, 0]);
});

test('after a pause it goes on where the camera is by then, at a keyframe', () => {
  const { clock, sent, state } = setUp();
  clock.advance(10 + 60);
  state.allowed = false;
  clock.advance(40 * 7);
  const before = sent.length;
  state.allowed = true;
  clock.advance(40 * 5);
  assert.equal(sent[before]?.[0], 5);
  // The time stamp tells how long the pause was: frame 5 a whole clip later.
  assert.equal(sent[before]?.[1], (2 ** 32 - 3600 + 10 * 3600) % 2 ** 32);
});

test('nothing runs while there is nothing to send', () => {
  const { clock, pacer, sender, writes } = setUp();
  pacer.delete(sender);
  clock.advance(1000);
  assert.equal(writes.length, 0);
});

test('a ledger forgets the oldest beyond its bound and keeps counting', () => {
  const ledger = new FrameLedger();
  for (let frame = 0; frame < MAX_LEDGER_FRAMES + 3; frame++)
    ledger.record(1, frame, frame * 2, frame);
  const entries = ledger.entries();
  assert.equal(entries.length, MAX_LEDGER_FRAMES);
  assert.deepEqual(entries[0], { index: 3, session: 1, frame: 3, rtpTimestamp: 6, sentAt: 3 });
  assert.equal(ledger.total, MAX_LEDGER_FRAMES + 3);
  assert.equal(ledger.entries(MAX_LEDGER_FRAMES + 1).length, 2);
});
