import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '@vms/common/frame.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { CameraFleet } from './camera-fleet.ts';
import { ScriptedCamera } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';
import { assignmentOf, workerDeps } from './testing/worker-rig.ts';

test('a sub stream that is taken up again counts on: consumers may still be there', async () => {
  const camera = await ScriptedCamera.start();
  const clock = new ManualClock();
  const frames: Frame[] = [];
  const publisher = { publish: (frame: Frame) => frames.push(frame) };
  const fleet = new CameraFleet(workerDeps(clock, { publisher }), () => {});
  const wanted = assignmentOf(camera.url, { subUrl: `${camera.url}/sub` });
  const subs = (): Frame[] => frames.filter(({ stream }) => stream === 'sub');
  try {
    fleet.onAdded([wanted]);
    await until(() => subs().length > 5, 'frames of the sub stream', clock, 40);
    fleet.onChanged({ ...wanted, enabled: false });
    await until(() => fleet.subs.size === 0, 'the sub stream to be left', clock, 40);
    const highest = Math.max(...subs().map(({ sequence }) => sequence));
    fleet.onChanged(wanted);
    const again = (): boolean => subs().some(({ sequence }) => sequence > highest);
    await until(again, 'frames of the sub stream again', clock, 40);
    const numbers = subs().map(({ sequence }) => sequence);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index),
    );
  } finally {
    const stopped = fleet.stop();
    await until(() => true, 'nothing', clock, 2_000);
    await camera.stop();
    await stopped;
  }
});
