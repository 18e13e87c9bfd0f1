import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Frame } from '@vms/common/frame.ts';
import { LossyPath } from '../testing/lossy-path.ts';
import { StreamHarness, until } from '../testing/stream-harness.ts';
import { CAMERA, OTHER_VIDEO, PCMA, TestCamera, VIDEO } from '../testing/test-camera.ts';
import type { ReceivedUnit } from '../testing/test-viewer.ts';
import { MAX_RTP_PAYLOAD_BYTES } from './bounds.ts';
import { PACKET_HEAD_BYTES } from './packed-unit.ts';

let harness: StreamHarness;
let camera: TestCamera;

beforeEach(async () => {
  harness = await StreamHarness.start();
  camera = new TestCamera(harness.hub);
});
afterEach(async () => {
  camera.stop();
  await harness.stop();
});

/** What was published from the newest keyframe before `upTo` on. */
function fromKeyframe(frames: readonly Frame[], upTo: number): Frame[] {
  const videos = frames.filter(({ config }) => config.kind === 'video');
  let start = Math.min(upTo, videos.length) - 1;
  while (start > 0 && videos[start]?.keyframe !== true) start--;
  return videos.slice(start);
}

function sameAs(units: readonly ReceivedUnit[], frames: readonly Frame[]): void {
  units.forEach((unit, index) => {
    assert.deepEqual(unit.payload, Buffer.from(frames[index]?.payload ?? []), `unit ${index}`);
    assert.equal(unit.keyframe, frames[index]?.keyframe);
  });
}

function assertRising(units: readonly ReceivedUnit[]): void {
  units.forEach((unit, index) => {
    const before = units[index - 1];
    if (before === undefined) return;
    const step = (unit.timestamp - before.timestamp) | 0;
    assert.ok(step > 0, `timestamp of unit ${index} goes on by ${step}`);
  });
}

test('a viewer gets the cached pictures at once, then live ones, byte by byte as published', async () => {
  for (let i = 0; i < 40; i++) camera.next();
  const startedAt = performance.now();
  const { viewer, session, answer } = await harness.watch();
  await until(() => viewer.units.length >= 15, 'the cached pictures');
  const firstMs = (viewer.units[0]?.at ?? 0) - startedAt;
  assert.ok(firstMs < 2000, `first picture after ${firstMs} ms`);
  camera.play(10);
  await until(() => viewer.units.length >= 60, 'live pictures');
  camera.stop();
  assert.equal(session.playable.webrtc.ok, true);
  sameAs(viewer.units, fromKeyframe(camera.published, 40));
  assertRising(viewer.units);
  assert.equal(viewer.lost, 0);
  assert.match(answer.body, /a=setup:active/);
  // Cached pictures are stamped close together: 15 of them take 24 ms, not 600.
  const cached = ((viewer.units[14]?.timestamp ?? 0) - (viewer.units[0]?.timestamp ?? 0)) | 0;
  assert.ok(cached > 0 && cached < 90 * 40, `${cached} ticks`);
  assert.ok((await harness.metric('vms_stream_server_added_ms_count')) > 20);
  assert.equal(await harness.metric('vms_stream_first_frame_seconds_count'), 1);
});

test('packets of a picture are of equal size but the last, and carry playout delay 0', async () => {
  camera.next();
  const { viewer, answer } = await harness.watch();
  await until(() => viewer.units.length >= 1, 'a picture');
  // SPS and PPS first, then FU-A.
  const fragments = viewer.sizes.slice(2);
  assert.ok(fragments.length >= 5);
  const full = MAX_RTP_PAYLOAD_BYTES + PACKET_HEAD_BYTES;
  for (const size of fragments.slice(0, -1)) assert.equal(size, full);
  for (const head of viewer.heads)
    assert.equal(head.subarray(12, 20).toString('hex'), 'bede000152000000');
  assert.match(
    answer.body,
    /a=extmap:5 http:\/\/www.webrtc.org\/experiments\/rtp-hdrext\/playout-delay/,
  );
});

test('a viewer sees within moments of its answer: no handshake is lost, whoever is slow', async () => {
  camera.play(20);
  for (const options of [{}, { candidates: true, acceptAfterMs: 200 }]) {
    const waits: number[] = [];
    for (let view = 0; view < 9; view++) {
      const { viewer } = await harness.watch(options);
      const answeredAt = performance.now();
      await until(() => viewer.units.length > 0, 'a picture');
      waits.push((viewer.units[0]?.at ?? Number.POSITIVE_INFINITY) - answeredAt);
      viewer.close();
    }
    // A flight that is lost comes again after a second.
    waits.sort((a, b) => a - b);
    assert.ok((waits[4] ?? Number.POSITIVE_INFINITY) < 800, `${waits.map(Math.round)} ms`);
  }
});

test('without the extension in the offer, packets carry none', async () => {
  camera.next();
  const { viewer, answer } = await harness.watch({ playoutDelay: false });
  await until(() => viewer.units.length >= 1, 'a picture');
  assert.equal((viewer.heads[0]?.[0] ?? 0) & 0x10, 0);
  assert.doesNotMatch(answer.body, /extmap/);
  sameAs(viewer.units, camera.published);
});

test('G.711 goes with the pictures, untouched and with a clock without gaps', async () => {
  for (let i = 0; i < 10; i++) camera.next({ audio: true });
  const { viewer } = await harness.watch({ audio: true });
  camera.play(20, { audio: true });
  await until(() => viewer.audio.length >= 20, 'sound');
  camera.stop();
  const sent = camera.published.filter(({ config }) => config === PCMA);
  const first = sent.findIndex(({ payload }) => viewer.audio[0]?.payload.equals(payload) === true);
  assert.ok(first >= 0);
  viewer.audio.forEach((packet, index) => {
    assert.deepEqual(packet.payload, Buffer.from(sent[first + index]?.payload ?? []));
    assert.equal(packet.type, 8);
    const before = viewer.audio[index - 1];
    if (before !== undefined) assert.equal((packet.timestamp - before.timestamp) | 0, 320);
  });
});

test('a camera that comes back with another time line and resolution goes on for its viewer', async () => {
  for (let i = 0; i < 5; i++) camera.next();
  const { viewer } = await harness.watch();
  await until(() => viewer.units.length >= 5, 'pictures before');
  camera.reconnect(3000, OTHER_VIDEO);
  for (let i = 0; i < 5; i++) camera.next();
  await until(() => viewer.units.length >= 10, 'pictures after');
  sameAs(viewer.units, camera.published);
  assertRising(viewer.units);
  const pause = ((viewer.units[5]?.timestamp ?? 0) - (viewer.units[4]?.timestamp ?? 0)) | 0;
  assert.ok(Math.abs(pause - 90 * 3040) < 90 * 20, `${pause} ticks of pause`);
  assert.deepEqual(
    [viewer.units[4]?.width, viewer.units[5]?.width],
    [VIDEO.width, OTHER_VIDEO.width],
  );
});

test('packets that were lost on the way are sent again when asked for', async () => {
  camera.next();
  const lossy = await LossyPath.start(harness.config.udpPort);
  try {
    const { viewer } = await harness.watch({ rewrite: (answer) => lossy.rewrite(answer) });
    await until(() => viewer.units.length >= 1, 'a picture');
    const before = viewer.sequences.at(-1) ?? 0;
    lossy.loseNext(1);
    camera.next();
    await until(() => lossy.lost === 1, 'a lost packet');
    camera.next();
    const missing = (before + 1) & 0xffff;
    await until(
      () => viewer.sequences.length > 0 && viewer.sequences.includes((before + 3) & 0xffff),
      'packets behind it',
    );
    assert.ok(!viewer.sequences.includes(missing));
    viewer.sendNack(missing);
    await until(() => viewer.sequences.includes(missing), 'the packet again');
    assert.equal(await harness.metric('vms_stream_retransmissions_total'), 1);
  } finally {
    lossy.close();
  }
});

test('a viewer that asks for packets that are still to come gets nothing again', async () => {
  for (let i = 0; i < 8; i++) camera.next();
  const { viewer } = await harness.watch();
  await until(() => viewer.units.length >= 8, 'pictures');
  const last = viewer.sequences.at(-1) ?? 0;
  const before = (viewer.sequences[0] ?? 0) - 1;
  for (const sequence of [last + 1, last + 1_000, before]) viewer.sendNack(sequence & 0xffff);
  viewer.sendNack(last);
  await until(
    async () => (await harness.metric('vms_stream_retransmissions_total')) > 0,
    'the last packet to be sent again',
  );
  camera.next();
  await until(() => viewer.sequences.includes((last + 1) & 0xffff), 'the next picture');
  assert.equal(await harness.metric('vms_stream_retransmissions_total'), 1);
  assert.equal(await harness.metric('vms_stream_keyframe_repeats_total'), 0);
});

test('a viewer that lost a picture gets the cached ones again, once a second at most', async () => {
  for (let i = 0; i < 8; i++) camera.next();
  const { viewer } = await harness.watch();
  await until(() => viewer.units.length >= 8, 'pictures');
  for (let i = 0; i < 20; i++) viewer.sendPictureLoss();
  await until(() => viewer.units.length >= 16, 'the cached pictures again');
  camera.next();
  await until(() => viewer.units.length >= 17, 'the next picture');
  sameAs(viewer.units.slice(8), camera.published);
  assertRising(viewer.units);
  assert.equal(viewer.units.length, 17);
  assert.equal(await harness.metric('vms_stream_keyframe_repeats_total'), 1);
});

test('sender reports tell the clock of the timestamps', async () => {
  camera.next();
  const { viewer } = await harness.watch();
  camera.play(20);
  await until(() => viewer.reports.length >= 2, 'two reports');
  const [first, second] = viewer.reports;
  assert.ok(first && second);
  const wall = second.wallClock - first.wallClock;
  const ticks = (second.rtpTimestamp - first.rtpTimestamp) | 0;
  assert.ok(wall > 500);
  assert.ok(second.packetCount > first.packetCount);
  // The test camera runs twice as fast as its time line: at 20 ms a picture of 40 ms.
  assert.ok(ticks > 0);
});

test('a viewer that falls silent is disconnected within 10 s, and its neighbour sees nothing of it', async () => {
  camera.next();
  const quiet = await harness.watch({ reports: false });
  const lively = await harness.watch();
  camera.play(40);
  await until(() => lively.viewer.units.length > 3 && quiet.viewer.units.length > 3, 'both watch');
  const startedAt = performance.now();
  await until(
    async () => (await harness.metric('vms_stream_viewers{transport="webrtc"')) === 1,
    'the silent viewer to be gone',
  );
  const seconds = (performance.now() - startedAt) / 1000;
  assert.ok(seconds < 10, `${seconds} s`);
  const count = lively.viewer.units.length;
  await until(() => lively.viewer.units.length > count + 5, 'the neighbour goes on');
  assert.equal(lively.viewer.lost, 0);
});

test('viewers of a camera that is removed are ended at once, those still connecting too', async () => {
  camera.next();
  const { viewer } = await harness.watch();
  await until(() => viewer.units.length > 0, 'a picture');
  const connecting = harness.watch({ acceptAfterMs: 300 });
  await until(
    async () => (await harness.metric('vms_stream_viewers{transport="webrtc"')) === 2,
    'both viewers',
  );
  harness.hub.end(CAMERA, 'main');
  await connecting;
  await until(
    async () => (await harness.metric('vms_stream_viewers{transport="webrtc"')) === 0,
    'nobody to be served',
  );
});
