import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { makeShortAacClip, makeVideoClip } from '../../../test/media/clip.ts';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { exportRecording } from '../export/export-recording.ts';
import { Archive } from './archive.ts';
import { systemFiles } from './files.ts';
import { encodeSegment } from './fmp4-view.ts';
import { initSegmentOf } from './hls-view.ts';

const execute = promisify(execFile);
const START = Date.UTC(2026, 6, 1);
const SAMPLES = 960;
const SAMPLE_RATE = 16_000;

/** Durations of the packets of sound, in samples. */
async function durations(path: string): Promise<number[]> {
  const { stdout, stderr } = await execute('ffprobe', [
    ...['-v', 'warning', '-select_streams', 'a', '-show_entries', 'packet=duration'],
    ...['-of', 'csv=p=0', path],
  ]);
  assert.equal(stderr, '');
  return stdout.trim().split('\n').map(Number);
}

async function decodedSamples(path: string): Promise<number> {
  const { stdout, stderr } = await execute(
    'ffmpeg',
    ['-v', 'warning', '-i', path, '-map', '0:a', '-f', 's16le', '-'],
    { encoding: 'buffer', maxBuffer: 1e7 },
  );
  assert.equal(stderr.toString(), '');
  return stdout.length / 2;
}

test('AAC of 960 samples a frame keeps its time in segments and in an exported MP4', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vms-aac-'));
  try {
    const runs = new RecordedRuns(folder);
    const archive = new Archive({
      catalogue: runs,
      files: systemFiles,
      gate: new VolumeGate(systemClock),
      logger: silentLogger,
    });
    const video = await makeVideoClip({ codec: 'h264', seconds: 3 });
    const sound = makeShortAacClip({ seconds: 3 });
    const { location } = await runs.record({ start: START, clips: [video, sound] });
    const path = join(folder, 'exported.mp4');
    await exportRecording(
      archive,
      {
        camera: CAMERA,
        stream: 'main',
        from: START,
        to: START + 3000,
        format: 'mp4',
        path,
        tags: {},
      },
      { random: randomBytes },
    );
    const reader = await archive.open(CAMERA, location.id);
    const configuration = await archive.configuration(reader);
    const fragments = await reader.fragments(0, reader.fragmentCount);
    const input = { reader, configuration, fragments, next: undefined, origin: START - 1000 };
    const { iovecs } = await encodeSegment(input);
    await reader.close();
    const segment = join(folder, 'segment.mp4');
    await writeFile(segment, Buffer.concat([initSegmentOf(configuration), ...iovecs]));
    for (const file of [path, segment]) {
      const found = await durations(file);
      assert.equal(found.length, sound.frames.length);
      // Times at rest have 100 µs: two samples.
      for (const duration of found) assert.ok(Math.abs(duration - SAMPLES) <= 2, `${duration}`);
      assert.equal(found.at(-1), SAMPLES, 'the last one, which nothing follows');
      assert.equal(await decodedSamples(file), sound.frames.length * SAMPLES);
      assert.equal((sound.frames.length * SAMPLES) / SAMPLE_RATE, 3);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
