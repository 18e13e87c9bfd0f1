import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinLengthPrefixed } from '@vms/media/nal.ts';
import { WireError } from '../errors.ts';
import { createDepacketizer } from './create-depacketizer.ts';
import { H264_CASES } from './h264.cases.ts';
import { packetizeH264 } from './h264-packetizer.ts';
import { H265_CASES } from './h265.cases.ts';
import { packetizeH265 } from './h265-packetizer.ts';
import {
  bytes,
  H264_CONFIG,
  H264_TRACK,
  H265_CONFIG,
  H265_TRACK,
  hexOf,
  PacketSender,
  PCMA_TRACK,
  trackOf,
} from './packet-sender.cases.ts';
import { H264_720P, H265_720P } from './parameter-sets.cases.ts';
import { VIDEO_SLAB_BYTES } from './payload-slab.ts';
import { MAX_ACCESS_UNIT_BYTES } from './video-assembler.ts';

const { sps, pps } = H264_720P;
const IDR = '658801020304';
const P = '418801020304';

for (const [codec, track, cases, packetize, config] of [
  ['H.264', H264_TRACK, H264_CASES, packetizeH264, H264_CONFIG],
  ['H.265', H265_TRACK, H265_CASES, packetizeH265, H265_CONFIG],
] as const) {
  for (const { name, units, payloads, packetizer } of cases) {
    test(`${codec} ${name}: depacketized`, () => {
      const sender = new PacketSender(track);
      for (const [payload, marker] of payloads) sender.send(payload, marker);
      assert.equal(sender.emitted.length, 1);
      const [unit] = sender.emitted;
      assert.deepEqual(unit?.units, units);
      assert.equal(unit?.timestamp, sender.timestamp);
      assert.equal(unit?.config, config, 'the very object of the description');
      assert.equal(unit?.lost, 0);
      assert.equal(
        unit?.keyframe,
        units.some((nal) => /^(65|26|2a)/.test(nal)),
      );
      assert.deepEqual(sender.quirks, []);
    });
    if (packetizer === undefined) continue;
    test(`${codec} ${name}: packetized`, () => {
      const made = packetize(joinLengthPrefixed(units.map(bytes)), packetizer);
      assert.deepEqual(
        made.map((payload) => [hexOf(payload.bytes), payload.marker]),
        payloads,
      );
    });
  }
}

test('what is packetized in any size comes back the same, over the wrap of numbers and time', () => {
  for (const maxPayloadBytes of [16, 17, 50, 1400]) {
    for (const aggregate of [false, true]) {
      const sender = new PacketSender(H264_TRACK);
      const sent: string[][] = [];
      for (let frame = 0; frame < 30; frame++) {
        const slice = Buffer.alloc(40 + frame * 7, 0x55 + frame);
        slice.set(frame % 10 === 0 ? [0x65, 0x88] : [0x41, 0x9a]);
        const units = [bytes('06052a'), slice, slice.fill(0x61, 0, 1).fill(0x40, 1, 2)];
        sent.push(units.map(hexOf));
        for (const payload of packetizeH264(joinLengthPrefixed(units), {
          maxPayloadBytes,
          aggregate,
        })) {
          sender.send(payload.bytes, payload.marker);
        }
        sender.next();
      }
      assert.deepEqual(
        sender.emitted.map(({ units }) => units),
        sent,
      );
      assert.equal(sender.depacketizer.statistics.lostPackets, 0);
    }
  }
});

test('parameter sets, delimiters and filler are taken out of the payload', () => {
  const sender = new PacketSender(H264_TRACK);
  for (const nal of ['09f0', sps, pps, '0cffff80']) sender.send(nal);
  sender.send(IDR, true);
  assert.deepEqual(sender.emitted[0]?.units, [IDR]);
  assert.equal(sender.emitted[0]?.config, H264_CONFIG, 'same bytes, same object');

  const h265 = new PacketSender(H265_TRACK);
  for (const nal of ['460150', H265_720P.vps, H265_720P.sps, H265_720P.pps, '4c01ff80']) {
    h265.send(nal);
  }
  h265.send('2601af01', true);
  assert.deepEqual(h265.emitted[0]?.units, ['2601af01']);
  assert.equal(h265.emitted[0]?.config, H265_CONFIG);
});

test('quirk missing-parameter-sets: nothing comes out before in-band sets, then all does', () => {
  const sender = new PacketSender(trackOf('h264', undefined));
  sender.send(P, true).next().send(IDR, true).next();
  sender.send(sps).send(pps).send(IDR, true).next().send(P, true);
  assert.deepEqual(
    sender.emitted.map(({ units }) => units),
    [[IDR], [P]],
  );
  assert.equal(sender.depacketizer.statistics.awaitingConfiguration, 2);
  assert.deepEqual(sender.emitted[0]?.config, H264_CONFIG);
  assert.deepEqual(sender.quirks, ['missing-parameter-sets']);

  const h265 = new PacketSender(trackOf('h265', undefined));
  h265.send(H265_720P.sps).send(H265_720P.pps).send('2601af01', true).next();
  assert.equal(h265.emitted.length, 0, 'two of three sets are not enough');
  h265.send(H265_720P.vps).send('2601af01', true);
  assert.deepEqual(h265.emitted[0]?.config, H265_CONFIG);
});

test('an access unit with a gap inside is dropped and counted; the next one reports the loss', () => {
  const sender = new PacketSender(H264_TRACK);
  sender
    .send(`7c8588${'11'.repeat(9)}`)
    .lose()
    .send('7c4522', true)
    .next();
  sender.send(P, true).next().send(P, true);
  assert.deepEqual(
    sender.emitted.map(({ units, lost }) => [units, lost]),
    [
      [[P], 1],
      [[P], 0],
    ],
  );
  const { lostPackets, droppedAccessUnits, accessUnits } = sender.depacketizer.statistics;
  assert.deepEqual([lostPackets, droppedAccessUnits, accessUnits], [1, 1, 2]);
});

test('a lost end drops the access unit, not the whole one behind it', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.send(IDR).lose(2).next().send(P, true).next().send(P, true);
  assert.deepEqual(
    sender.emitted.map(({ units, lost }) => [units, lost]),
    [
      [[P], 2],
      [[P], 0],
    ],
  );
  assert.equal(sender.depacketizer.statistics.droppedAccessUnits, 1);
});

test('a lost beginning drops the access unit: by its fragments, or by its first slice', () => {
  for (const rest of ['7c4522', '654405060708']) {
    const sender = new PacketSender(H264_TRACK);
    sender.send(IDR, true).next().lose().send(rest, true).next().send(P, true);
    assert.deepEqual(
      sender.emitted.map(({ units, lost }) => [units, lost]),
      [
        [[IDR], 0],
        [[P], 1],
      ],
      rest,
    );
    assert.equal(sender.depacketizer.statistics.droppedAccessUnits, 1);
  }
  const h265 = new PacketSender(H265_TRACK);
  h265.send('2601af01', true).next().lose().send('26012f02', true).next().send('0201d0', true);
  assert.deepEqual(
    h265.emitted.map(({ lost }) => lost),
    [0, 1],
  );
});

test('loss between whole access units drops nothing', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.send(IDR, true).next().lose(10).next().send(P, true);
  assert.deepEqual(
    sender.emitted.map(({ lost }) => lost),
    [0, 10],
  );
});

test('packets that come twice or late are dropped, and the count is right', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.send(IDR, true).lose(-1).send(IDR, true).next().send(P, true);
  assert.equal(sender.emitted.length, 2);
  assert.equal(sender.depacketizer.statistics.duplicatePackets, 1);
  assert.equal(sender.depacketizer.statistics.lostPackets, 0);
});

test('payloads stay as they are while others follow, over many slabs', () => {
  const sender = new PacketSender(H264_TRACK);
  const kept: Uint8Array[] = [];
  const depacketizer = createDepacketizer(
    H264_TRACK,
    {
      onAccessUnit: ({ payload }) => kept.push(payload),
    },
    { trustMarker: true },
  );
  const copy = new PacketSender(H264_TRACK);
  assert.ok(copy);
  const frames = Math.ceil((3 * VIDEO_SLAB_BYTES) / 30_000);
  let sequence = 0;
  for (let frame = 0; frame < frames; frame++) {
    const slice = Buffer.alloc(30_000, frame + 1);
    slice.set([0x41, 0x9a]);
    for (const payload of packetizeH264(joinLengthPrefixed([slice]), { maxPayloadBytes: 1400 })) {
      const packet = Buffer.alloc(12 + payload.bytes.length);
      packet.set([
        0x80,
        payload.marker ? 0xe0 : 0x60,
        sequence >> 8,
        sequence & 255,
        0,
        0,
        0,
        frame,
      ]);
      packet.set(payload.bytes, 12);
      sequence++;
      depacketizer.push(packet, 0, packet.length);
    }
  }
  assert.equal(kept.length, frames);
  kept.forEach((payload, frame) => {
    assert.equal(payload.length, 30_004);
    assert.ok(payload.subarray(6).every((byte) => byte === frame + 1));
  });
  assert.ok(new Set(kept.map(({ buffer }) => buffer)).size > 2, 'slabs change');
  assert.equal(sender.emitted.length, 0);
});

test(`an access unit over ${MAX_ACCESS_UNIT_BYTES} bytes is dropped, one just below is not`, () => {
  const sender = new PacketSender(H264_TRACK);
  const middle = Buffer.alloc(60_002, 0x11);
  middle.set([0x7c, 0x05]);
  const send = (fragments: number): void => {
    sender.send('7c8588');
    for (let i = 0; i < fragments; i++) sender.send(middle);
    sender.send('7c4522', true).next();
  };
  send(Math.floor(MAX_ACCESS_UNIT_BYTES / 60_000));
  assert.equal(sender.emitted.length, 1);
  send(Math.ceil(MAX_ACCESS_UNIT_BYTES / 60_000) + 3);
  sender.send(P, true);
  assert.deepEqual(
    sender.emitted.map(({ units }) => units.length),
    [1, 1],
  );
  assert.equal(sender.emitted[1]?.units[0], P);
  const { statistics } = sender.depacketizer;
  assert.deepEqual([statistics.oversizedAccessUnits, statistics.droppedAccessUnits], [1, 0]);
});

for (const [codec, track, nal, slice] of [
  ['H.264', H264_TRACK, '61', P],
  ['H.265', H265_TRACK, '0201', '0201d001'],
] as const) {
  test(`an access unit of ${codec} over ${MAX_ACCESS_UNIT_BYTES} bytes in whole NAL units is dropped, and all goes on`, () => {
    const sender = new PacketSender(track);
    const header = bytes(nal);
    const packetOf = (first: number): Buffer => {
      const packet = Buffer.alloc(60_000, 0x11);
      packet.set(header);
      packet[header.length] = first;
      return packet;
    };
    const [begin, more] = [packetOf(0x80), packetOf(0x11)];
    const send = (packets: number, ending: boolean): void => {
      sender.send(begin);
      for (let i = 1; i < packets; i++) sender.send(more);
      sender.send(slice, ending).next();
    };
    const most = Math.floor(MAX_ACCESS_UNIT_BYTES / 60_004);
    for (const ending of [true, false]) {
      const before = sender.emitted.length;
      send(most, ending);
      for (const packets of [most + 1, 3 * most]) send(packets, ending);
      sender.send(slice, true).next();
      assert.deepEqual(
        sender.emitted.slice(before).map(({ units }) => units.length),
        [most + 1, 1],
      );
    }
    const { statistics } = sender.depacketizer;
    assert.deepEqual([statistics.oversizedAccessUnits, statistics.droppedAccessUnits], [4, 0]);
  });
}

test('what comes before a slice counts as well, and nothing of it is taken for a parameter set', () => {
  const sender = new PacketSender(H264_TRACK);
  const sei = Buffer.alloc(60_000, 0x11);
  sei[0] = 0x06;
  for (let i = 0; i < 150; i++) sender.send(sei);
  sender.send(IDR, true).next().send(P, true).next();
  assert.equal(sender.depacketizer.statistics.oversizedAccessUnits, 1);
  assert.deepEqual(sender.emitted.at(-1)?.units, [P]);
});

test('packets that are cut, of another version, or of types nobody may send are counted', () => {
  const sender = new PacketSender(H264_TRACK);
  const push = (hex: string): void => {
    const packet = bytes(hex);
    sender.depacketizer.push(packet, 0, packet.length);
  };
  push('');
  push('8060');
  push(`40600001000000000000cafe${IDR}`); // version 1
  push('8f600001000000000000cafe65'); // 15 contributing sources, none there
  push('90600001000000000000cafebede0009'); // an extension of 9 words, none there
  push('a0600001000000000000cafe65ff'); // 255 bytes of padding
  assert.equal(sender.depacketizer.statistics.malformedPackets, 6);
  for (const payload of ['190011', '1d8188', '7c', '780009']) sender.send(payload, true).next();
  assert.ok(sender.depacketizer.statistics.malformedPackets >= 9);
  assert.equal(sender.emitted.length, 0);
  const h265 = new PacketSender(H265_TRACK);
  for (const payload of ['64', '6401aa', '6201', '60010009']) h265.send(payload, true).next();
  assert.ok(h265.depacketizer.statistics.malformedPackets >= 4);
});

test('contributing sources, an extension and padding are read over', () => {
  const sender = new PacketSender(H264_TRACK);
  const packet = bytes(
    `b1e0000500000000 0000cafe 11111111 bede0001 22222222 ${IDR} 000003`.replaceAll(' ', ''),
  );
  sender.depacketizer.push(packet, 0, packet.length);
  assert.deepEqual(sender.emitted[0]?.units, [IDR]);
});

test('G.711: every packet is a frame', () => {
  const sender = new PacketSender(PCMA_TRACK);
  sender.send('d5d5d5d5', true).next(4).lose(2).send('2a2a').send('');
  assert.deepEqual(
    sender.emitted.map(({ units, lost, keyframe }) => [units, lost, keyframe]),
    [
      [['d5d5d5d5'], 0, true],
      [['2a2a'], 2, true],
    ],
  );
  assert.equal(sender.emitted[0]?.config, PCMA_TRACK.config);
  const without = new PacketSender(trackOf('pcmu', undefined)).send('ff');
  assert.equal(without.emitted[0]?.config.codec, 'pcmu');
});

test('a track that is not supported cannot be depacketized, and says its name', () => {
  const track = { ...H264_TRACK, codec: undefined, encodingName: 'opus' };
  assert.throws(
    () => createDepacketizer(track, { onAccessUnit: () => {} }),
    (error) => error instanceof WireError && /opus/.test(error.message),
  );
});
