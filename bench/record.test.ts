import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreCount } from './measure.ts';
import { benchRecord, type RecordBenchOptions } from './record.ts';

const SHORT: RecordBenchOptions = {
  cameras: 2,
  seconds: 2,
  warmUpSeconds: 3,
  megabits: 4,
  gopSeconds: 2,
  pairs: 1,
  tamper: true,
  // Other tests run beside this one: its CPU figures say nothing.
  acceptVoid: true,
};
const skip = coreCount() < 2 ? 'it needs two cores' : false;

test('what the real processes record is what was sent, but for the one frame that was dropped on purpose', {
  skip,
  timeout: 180_000,
}, async () => {
  const { summary, ours, ffmpeg } = await benchRecord(SHORT);
  assert.equal(summary.lostFrames, 1);
  // How many, the machine decides: other tests run on both of its cores.
  assert.ok((ours[0]?.sentFrames ?? 0) > 0);
  assert.equal(ffmpeg[0]?.lostFrames, 0);
  assert.ok(summary.mbitPerCamera > 0 && summary.mbitPerCamera < 5, `${summary.mbitPerCamera}`);
  const names = ours[0]?.cpu.processes.map(({ name }) => name) ?? [];
  for (const name of ['ingest', 'storage', 'writer']) assert.ok(names.includes(name), `${names}`);
  assert.ok(summary.cpuMsPerMbit > 0 && summary.ffmpegCpuMsPerMbit > 0 && summary.rssMb > 0);
});
