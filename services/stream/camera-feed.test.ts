import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { CameraFeed } from './camera-feed.ts';
import { CAMERA, TestCamera } from './testing/test-camera.ts';

test('a consumer that throws on the cached pictures is logged once and ended; others are not', async () => {
  const errors: object[] = [];
  const logger = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
  const hub = new FrameHub();
  const source = hub.open({ queueBytes: 1_000_000 });
  const feed = new CameraFeed(
    CAMERA,
    'main',
    { source, clock: new ManualClock(), logger },
    () => {},
  );
  const camera = new TestCamera(hub);
  for (let i = 0; i < 10; i++) camera.next();
  let ends = 0;
  feed.consume({
    onFrame() {
      throw new Error('It cannot be muxed.');
    },
    onEnd: () => ends++,
  });
  let frames = 0;
  feed.consume({ onFrame: () => frames++ });
  await Promise.resolve();
  camera.next();
  assert.equal(errors.length, 1);
  assert.equal(ends, 1);
  assert.equal(frames, 11);
  feed.close();
});
