import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '@vms/common/frame.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { CameraWorker } from '@vms/ingest/camera-worker.ts';
import { AUDIO_SDP, ScriptedCamera, VIDEO_SDP } from '@vms/ingest/testing/scripted-camera.ts';
import { until } from '@vms/ingest/testing/until.ts';
import { assignmentOf, workerDeps } from '@vms/ingest/testing/worker-rig.ts';
import { TEST_CAMERA } from '@vms/storage/testing/clip-frames.ts';
import { readRun } from '@vms/storage/testing/read-run.ts';
import { MAIN, VOLUME, WriterBench } from '@vms/storage/testing/writer-bench.ts';

const FRAME_MS = 40;
const FRAMES = 250;

/** What a camera of 25 frames a second gives whose clocks count so many units from frame to frame. */
async function framesOf(videoTicks: number, audioTicks: number): Promise<readonly Frame[]> {
  const camera = await ScriptedCamera.start({ frameIntervalMs: 0, sdp: VIDEO_SDP + AUDIO_SDP });
  const clock = new ManualClock();
  const frames: Frame[] = [];
  const publisher = { publish: (frame: Frame) => frames.push(frame) };
  const assignment = assignmentOf(camera.url, { id: TEST_CAMERA });
  const worker = new CameraWorker(assignment, workerDeps(clock, { publisher }));
  worker.start();
  try {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', clock, 1);
    for (let i = 0; i < FRAMES; i++) {
      const { audioFrames, beforeKeyframe } = worker.counters;
      clock.advance(FRAME_MS);
      camera.last.sendFrame(i % 25 === 0, 0, { ticks: videoTicks });
      camera.last.sendSound({ ticks: audioTicks });
      // Sound comes last, so that it shows that both did.
      const taken = (): number => worker.counters.audioFrames + worker.counters.beforeKeyframe;
      await until(() => taken() > audioFrames + beforeKeyframe, `frame ${i}`);
    }
  } finally {
    const stopped = worker.stop();
    await until(() => true, 'nothing', clock, 2_000);
    await camera.stop();
    await stopped;
  }
  return frames;
}

for (const [name, videoTicks, audioTicks] of [
  ['as described', 3_600, 320],
  ['with video in milliseconds', 40, 320],
  ['with sound of 16 kHz that is described as 8 kHz', 3_600, 640],
  ['with sound of 48 kHz that is described as 8 kHz', 3_600, 1_920],
  ['with video and sound in milliseconds', 40, 40],
] as const) {
  test(`a camera ${name} is recorded at the length that it was seen`, async () => {
    const frames = await framesOf(videoTicks, audioTicks);
    const bench = new WriterBench();
    bench.writer.assign([MAIN]);
    await bench.play(frames);
    await bench.writer.stop();
    const paths = bench.runs();
    assert.equal(paths.length, 1, 'one run');
    const { frames: recorded } = readRun(bench.disk, `${VOLUME}/${paths[0]}`);
    for (const track of [1, 2]) {
      const times = recorded.filter((frame) => frame.track === track).map(({ time }) => time / 10);
      assert.ok(times.length > FRAMES - 10, `${times.length} frames of track ${track}`);
      const [first = 0] = times;
      // From the first frame on, not only once it was found.
      for (const [i, time] of times.entries()) {
        assert.ok(Math.abs(time - first - i * FRAME_MS) < 5, `track ${track}, frame ${i}`);
      }
    }
  });
}
