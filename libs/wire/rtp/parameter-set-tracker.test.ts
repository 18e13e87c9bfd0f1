import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createH264Config } from '@vms/media/h264/parameter-sets.ts';
import {
  bytes,
  H264_CONFIG,
  H264_OTHER_CONFIG,
  H264_TRACK,
  PacketSender,
} from './packet-sender.cases.ts';
import {
  MAX_CONFIG_SETS_BYTES,
  MAX_KNOWN_CONFIGS,
  MAX_SET_BYTES,
  MAX_SETS_PER_KIND,
} from './parameter-set-tracker.ts';
import { H264_720P, H264_1080P } from './parameter-sets.cases.ts';

const IDR = '658801020304';
const P = '418801020304';
/** PPS with the same id 0, and with id 1. */
const OTHER_PPS = '68e98c3cb22c';
const SECOND_PPS = '684a8c3cb2';

interface Sets {
  sps: string;
  pps: string;
}

const A: Sets = H264_720P;
const B: Sets = { sps: A.sps, pps: OTHER_PPS };

/** A keyframe with its sets, and a picture behind it. */
function gop(sender: PacketSender, sets: Sets): void {
  sender.send(sets.sps).send(sets.pps).send(IDR, true).next();
  sender.send(P, true).next();
}

test('quirk changing-parameter-sets: another size is another configuration, from its keyframe on', () => {
  const sender = new PacketSender(H264_TRACK);
  gop(sender, A);
  gop(sender, H264_1080P);
  gop(sender, H264_1080P);
  gop(sender, A);
  const configs = sender.emitted.map(({ config }) => config);
  assert.deepEqual(
    configs.map((config) => config.kind === 'video' && config.width),
    [1280, 1280, 1920, 1920, 1920, 1920, 1280, 1280],
  );
  assert.deepEqual(configs[2], H264_OTHER_CONFIG);
  assert.equal(new Set(configs).size, 2, 'known contents give the object of before');
  assert.ok(
    sender.emitted.every(({ units }) => units.length === 1),
    'no sets in the payload',
  );
});

test('quirk changing-parameter-sets: sets that flap make one configuration more, not endless ones', () => {
  const sender = new PacketSender(H264_TRACK);
  for (let i = 0; i < 50; i++) gop(sender, i % 2 === 0 ? A : B);
  const changes = sender.emitted.filter(
    ({ config }, index) => config !== sender.emitted[index - 1]?.config,
  );
  assert.equal(changes.length, 2, 'the first, and the one that is new');
  // From then on the sets travel in the keyframes, so that each can be decoded.
  assert.deepEqual(sender.emitted.at(-4)?.units, [A.sps, A.pps, IDR]);
  assert.deepEqual(sender.emitted.at(-2)?.units, [B.sps, B.pps, IDR]);
  assert.deepEqual(sender.emitted.at(-1)?.units, [P]);
  assert.deepEqual(sender.quirks, ['changing-parameter-sets']);
});

test('quirk changing-parameter-sets: sets that are new each time stop making configurations', () => {
  const sender = new PacketSender(H264_TRACK);
  for (let i = 0; i < 200; i++) {
    // Bytes behind the PPS differ: cameras count there.
    gop(sender, { sps: A.sps, pps: `${A.pps}${(i + 1).toString(16).padStart(4, '0')}80` });
  }
  const configs = new Set(sender.emitted.map(({ config }) => config));
  assert.ok(configs.size <= MAX_KNOWN_CONFIGS, `${configs.size} configurations`);
  assert.equal(sender.emitted.length, 400);
  assert.equal(sender.emitted.at(-2)?.units.length, 3, 'sets are in the keyframe');
});

test('sets that come between keyframes go into the picture they are for', () => {
  const sender = new PacketSender(H264_TRACK);
  gop(sender, A);
  sender.send(OTHER_PPS).send(P, true).next().send(P, true).next();
  assert.deepEqual(
    sender.emitted.slice(2).map(({ units }) => units),
    [[A.sps, OTHER_PPS, P], [P]],
  );
  assert.ok(sender.emitted.every(({ config }) => config === H264_CONFIG));
  gop(sender, A);
  assert.deepEqual(sender.emitted[4]?.units, [A.sps, A.pps, IDR], 'and are set right again');
});

test('a second PPS of another id is added, and stays', () => {
  const sender = new PacketSender(H264_TRACK);
  sender.send(A.sps).send(A.pps).send(SECOND_PPS).send(IDR, true).next();
  sender.send(SECOND_PPS).send(IDR, true).next().send(A.pps).send(IDR, true).next();
  const both = createH264Config([bytes(A.sps)], [bytes(A.pps), bytes(SECOND_PPS)]);
  assert.deepEqual(
    sender.emitted.map(({ config }) => config),
    [both, both, both],
  );
  assert.equal(new Set(sender.emitted.map(({ config }) => config)).size, 1);
});

test('sets before a gap are forgotten: the rest of them may be lost', () => {
  const sender = new PacketSender(H264_TRACK);
  gop(sender, A);
  sender.send(H264_1080P.sps).lose().send(IDR, true).next().send(P, true);
  assert.ok(sender.emitted.every(({ config }) => config === H264_CONFIG));
});

test('sets that cannot be read leave the configuration, and go into the payload', () => {
  const sender = new PacketSender(H264_TRACK);
  gop(sender, { sps: '6742c028', pps: A.pps });
  assert.equal(sender.emitted[0]?.config, H264_CONFIG);
  assert.deepEqual(sender.emitted[0]?.units, ['6742c028', A.pps, IDR]);
});

test(`sets over ${MAX_SET_BYTES} bytes and more than ${MAX_SETS_PER_KIND} of a kind are not kept`, () => {
  const sender = new PacketSender(H264_TRACK);
  sender
    .send(`68${'55'.repeat(MAX_SET_BYTES)}`)
    .send(IDR, true)
    .next();
  assert.equal(sender.emitted[0]?.config, H264_CONFIG);
  sender.send(A.sps);
  for (let i = 0; i < MAX_SETS_PER_KIND + 9; i++) {
    sender.send(`68e8${(0x1111 + i).toString(16)}80`);
  }
  sender.send(IDR, true);
  const { config } = sender.emitted[1] ?? {};
  assert.ok(config !== undefined && config !== H264_CONFIG);
  // 6 bytes, SPS with its length, the count of PPS
  assert.equal(config.record[6 + 2 + A.sps.length / 2], MAX_SETS_PER_KIND);
});

test(`sets of over ${MAX_CONFIG_SETS_BYTES} bytes together make no configuration, and go into the payload`, () => {
  const sender = new PacketSender(H264_TRACK);
  // As long as a set may be, with ids 1, 2 and so on.
  const large = ['684a', '6862', '6842'].map((id) => `${id}${'55'.repeat(MAX_SET_BYTES - 2)}`);
  sender.send(A.sps).send(A.pps);
  for (const pps of large) sender.send(pps);
  sender.send(IDR, true).next();
  gop(sender, A);
  const [first, second] = sender.emitted;
  assert.deepEqual(first?.units, [A.sps, A.pps, ...large, IDR]);
  assert.equal(first?.config, H264_CONFIG);
  assert.equal(second?.config, H264_CONFIG);
});
