import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytes,
  H264_CONFIG,
  H264_OTHER_CONFIG,
  H264_TRACK,
  H265_TRACK,
  PacketSender,
  trackOf,
} from './packet-sender.cases.ts';
import { H264_720P, H264_1080P } from './parameter-sets.cases.ts';
import { MAX_ACCESS_UNIT_BYTES } from './video-assembler.ts';

const { sps, pps } = H264_720P;
const IDR = '658801020304';
const P = '418801020304';

/** A recovery point SEI with recovery_frame_cnt 3, and one of user data. */
const RECOVERY = '06060125';
const USER_DATA = '06050180';

test('a recovery point is a keyframe: new parameter sets count from there', () => {
  const sender = new PacketSender(trackOf('h264', undefined));
  sender.send(USER_DATA).send(P, true).next();
  sender.send(sps).send(pps).send(RECOVERY).send(P, true).next().send(P, true).next();
  sender.send(bytes(H264_1080P.sps)).send(bytes(H264_1080P.pps)).send(P, true).next();
  sender.send(RECOVERY).send(P, true);
  assert.deepEqual(
    sender.emitted.map(({ units, keyframe, config }) => [units.at(-2), keyframe, config]),
    [
      [RECOVERY, true, H264_CONFIG],
      [undefined, false, H264_CONFIG],
      [H264_1080P.pps, false, H264_CONFIG],
      [RECOVERY, true, H264_OTHER_CONFIG],
    ],
  );
});

test('a keyframe of several slices is whole although the first of a session, whatever its markers', () => {
  const slices = [IDR, '654405060708', '6542aabb'];
  for (const marked of [[2], [0, 1, 2], [0, 2], []]) {
    const sender = new PacketSender(H264_TRACK, {});
    for (let unit = 0; unit < 3; unit++) {
      slices.forEach((slice, index) => {
        sender.send(slice, marked.includes(index));
      });
      sender.next();
    }
    sender.depacketizer.end();
    const whole = sender.emitted.filter(({ units }) => units.length === 3).length;
    assert.equal(sender.emitted[0]?.units.length, 3, `markers on ${marked}`);
    assert.equal(whole, sender.emitted.length);
    assert.equal(sender.depacketizer.statistics.droppedAccessUnits, 0);
  }
});

test('an access unit that waits for the packet behind it survives a loss behind it', () => {
  const sender = new PacketSender(H264_TRACK, {});
  sender.send(IDR, true).next().lose().send(P, true).next().send(P, true);
  sender.depacketizer.end();
  assert.deepEqual(
    sender.emitted.map(({ units, lost }) => [units, lost]),
    [
      [[IDR], 0],
      [[P], 1],
      [[P], 0],
    ],
  );
});

test(`whole NAL units over ${MAX_ACCESS_UNIT_BYTES} bytes together cost one picture, not the session`, () => {
  for (const track of [H264_TRACK, H265_TRACK]) {
    const sender = new PacketSender(track);
    const first = Buffer.alloc(60_000, 0x11);
    first.set(track === H264_TRACK ? [0x65, 0x88] : [0x26, 0x01, 0x88]);
    const further = Uint8Array.from(first).fill(0x08, track === H264_TRACK ? 1 : 2, 3);
    const send = (nals: number): void => {
      for (let nal = 0; nal < nals; nal++)
        sender.send(nal === 0 ? first : further, nal === nals - 1);
      sender.next();
    };
    const most = Math.floor(MAX_ACCESS_UNIT_BYTES / 60_004);
    for (const nals of [most, most + 1, 2 * most + 5, 2]) send(nals);
    assert.deepEqual(
      sender.emitted.map(({ units }) => units.length),
      [most, 2],
    );
    assert.equal(sender.depacketizer.statistics.oversizedAccessUnits, 2);
  }
});
