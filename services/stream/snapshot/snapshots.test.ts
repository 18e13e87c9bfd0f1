import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { randomAccessOf } from '@vms/media/random-access.ts';
import { StreamService } from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import { makeVideoClip } from '../../../test/media/clip.ts';
import { INTERNAL_TOKEN, StreamHarness } from '../testing/stream-harness.ts';
import { CAMERA, TestCamera } from '../testing/test-camera.ts';

let harness: StreamHarness;
afterEach(() => harness.stop());

function client() {
  return createRpcClient(StreamService, { baseUrl: harness.url, internalToken: INTERNAL_TOKEN });
}

test('a snapshot is the newest keyframe as JPEG, and is given again for a while', async () => {
  harness = await StreamHarness.start();
  const clip = await makeVideoClip({ codec: 'h264', seconds: 1, width: 320, height: 192 });
  const [first] = clip.frames;
  assert.ok(first);
  const wallClock = systemClock.now();
  const common = {
    camera: CAMERA,
    stream: 'main',
    wallClock,
    pts: 0,
    dts: 0,
    discontinuity: true,
  } as const;
  harness.hub.publish({
    ...common,
    config: clip.config,
    keyframe: true,
    sequence: 0,
    payload: first.payload,
  });
  const taken = await client().getSnapshot({ cameraId: CAMERA });
  assert.deepEqual([...taken.jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  assert.deepEqual([taken.width, taken.height], [320, 192]);
  assert.equal(taken.capturedAtEpochMs, wallClock);
  assert.deepEqual((await client().getSnapshot({ cameraId: CAMERA })).jpeg, taken.jpeg);
  assert.equal(await harness.metric('vms_stream_snapshots_total{outcome="made"'), 1);
  assert.equal(await harness.metric('vms_stream_snapshots_total{outcome="cached"'), 1);
});

test('a snapshot has square pixels, and of gradual refreshes it is the first whole picture', async () => {
  harness = await StreamHarness.start();
  const options = { codec: 'h264', gopFrames: 12, seconds: 4 } as const;
  const clip = await makeVideoClip({ ...options, access: 'gradual', sampleAspect: '16/11' });
  assert.ok(clip.config.kind === 'video');
  // Behind the IDR picture with which the encoder begins.
  const frames = clip.frames.slice(12);
  const start = systemClock.now();
  const publish = (index: number): void =>
    harness.hub.publish({
      camera: CAMERA,
      stream: 'main',
      config: clip.config,
      wallClock: start + index * 100,
      pts: index * 9000,
      dts: index * 9000,
      discontinuity: index === 0,
      keyframe: frames[index]?.keyframe ?? false,
      sequence: index,
      payload: frames[index]?.payload ?? new Uint8Array(0),
    });
  for (let index = 0; index < 4; index++) publish(index);
  await assert.rejects(client().getSnapshot({ cameraId: CAMERA }), { code: 'stream.no-keyframe' });
  for (let index = 4; index < 11; index++) publish(index);
  const taken = await client().getSnapshot({ cameraId: CAMERA });
  assert.deepEqual([taken.width, taken.height], [233, 96]);
  const found = frames[0] && randomAccessOf('h264', frames[0].payload);
  assert.ok(found?.kind === 'gradual');
  assert.equal(taken.capturedAtEpochMs, start + found.pictures * 100);
  // SOF0 (ITU-T T.81 B.2.2): precision, height, width.
  const jpeg = Buffer.from(taken.jpeg);
  const frame = jpeg.indexOf(Uint8Array.of(0xff, 0xc0));
  assert.deepEqual([jpeg.readUInt16BE(frame + 7), jpeg.readUInt16BE(frame + 5)], [233, 96]);
});

test('without ffmpeg, with a broken picture, and without a camera the errors say so', async () => {
  harness = await StreamHarness.start({ ffmpeg: '/nowhere/ffmpeg' });
  await assert.rejects(client().getSnapshot({ cameraId: CAMERA }), { code: 'stream.no-keyframe' });
  new TestCamera(harness.hub).next();
  await assert.rejects(client().getSnapshot({ cameraId: CAMERA }), {
    code: 'stream.snapshot-unavailable',
  });
  const unknown = { cameraId: 'cam_bbbbbbbbbbbbbbbb' };
  await assert.rejects(client().getSnapshot(unknown), { code: 'stream.camera-not-found' });
  await harness.stop();
  harness = await StreamHarness.start();
  new TestCamera(harness.hub).next();
  await assert.rejects(client().getSnapshot({ cameraId: CAMERA }), {
    code: 'stream.snapshot-failed',
  });
});
