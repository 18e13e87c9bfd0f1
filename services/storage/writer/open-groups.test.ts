import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, VideoCodec } from '@vms/common/frame.ts';
import { randomAccessOf } from '@vms/media/random-access.ts';
import { makeVideoClip } from '../../../test/media/clip.ts';
import { TEST_CAMERA } from '../testing/clip-frames.ts';
import { readRun } from '../testing/read-run.ts';
import { MAIN, VOLUME, WriterBench } from '../testing/writer-bench.ts';

const START = Date.UTC(2026, 0, 2, 3);
/** A step of the wall clock, which ends a run at the next random access point. */
const STEP_MS = 5_000;

async function framesOf(codec: VideoCodec): Promise<{ frames: Frame[]; points: number[] }> {
  const clip = await makeVideoClip({
    codec,
    access: 'open',
    bFrames: 3,
    seconds: 4,
    gopFrames: 12,
  });
  const points = clip.frames.flatMap(({ payload }, index) =>
    randomAccessOf(codec, payload) === undefined ? [] : [index],
  );
  const frames = clip.frames.map(
    ({ ptsMs, dtsMs, keyframe, payload }, index): Frame => ({
      camera: TEST_CAMERA,
      stream: 'main',
      config: clip.config,
      pts: ptsMs * 90,
      dts: dtsMs * 90,
      wallClock: START + ptsMs + (index >= (points[1] ?? 0) ? STEP_MS : 0),
      keyframe,
      discontinuity: index === 0,
      sequence: index,
      payload,
    }),
  );
  return { frames, points };
}

for (const codec of ['h264', 'h265'] as const) {
  test(`${codec}: a run that goes on from another holds the leading pictures of its open point`, async () => {
    const { frames, points } = await framesOf(codec);
    const bench = new WriterBench();
    bench.writer.assign([MAIN]);
    await bench.play(frames);
    await bench.writer.stop();
    const runs = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
    assert.deepEqual(
      runs.map((run) => run.frames.length),
      [points[1], frames.length - (points[1] ?? 0)],
    );
    const times = runs[1]?.frames.map(({ time }) => time) ?? [];
    assert.equal(times[0], (frames[points[1] ?? 0]?.wallClock ?? 0) * 10);
    assert.ok(Math.min(...times) < (times[0] ?? 0), 'shown before the point');
  });
}
