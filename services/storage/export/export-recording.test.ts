import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ffmpegComplaints } from '@vms/media/testing/ffmpeg-complaints.ts';
import { type Clip, makeAacClip, makeG711Clip, makeVideoClip } from '../../../test/media/clip.ts';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { Archive } from '../playback/archive.ts';
import { systemFiles } from '../playback/files.ts';
import { type ExportFormat, type ExportOptions, exportRecording } from './export-recording.ts';
import { bytesOfRange } from './recorded-frames.ts';

const execute = promisify(execFile);
/** Each test records on a day of its own, so that they share one archive. */
const day = (number: number): number => Date.UTC(2026, 3, number, 12);

let folder = '';
let runs: RecordedRuns;
let archive: Archive;
let serial = 0;

/** Exports [from, to) milliseconds from a day's noon. */
async function exported(
  start: number,
  [from, to]: readonly [number, number],
  format: ExportFormat,
  options: Partial<ExportOptions> = {},
) {
  const path = join(folder, `export-${++serial}.${format}`);
  const range = { camera: CAMERA, stream: 'main', from: start + from, to: start + to } as const;
  const report = await exportRecording(
    archive,
    { ...range, format, path, tags: { VMS_CAMERA: CAMERA } },
    { random: randomBytes, ...options },
  );
  return { path, report };
}

interface Probed {
  readonly streams: readonly { codec_name: string; codec_type: string; nb_read_frames: string }[];
  readonly format: { readonly duration: string; readonly format_name: string };
}

/** Decodes every frame; whatever ffmpeg complains about fails. */
async function probe(path: string): Promise<Probed> {
  const decoded = await execute('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']);
  assert.equal(ffmpegComplaints(decoded.stderr), '', path);
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'error', '-count_frames', '-show_streams', '-show_format', '-of', 'json', path],
  ]);
  return JSON.parse(stdout);
}

async function timesOf(path: string): Promise<number[]> {
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0'],
    path,
  ]);
  return [...stdout.matchAll(/^\d+\.\d+/gm)].map(([time]) => Number(time));
}

describe('export', () => {
  let h264: Clip;
  let h265: Clip;
  let aac: Clip;
  let g711: Clip;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vms-export-'));
    runs = new RecordedRuns(join(folder, 'volume'));
    archive = new Archive({
      catalogue: runs,
      files: systemFiles,
      gate: new VolumeGate(systemClock),
      logger: silentLogger,
    });
    h264 = await makeVideoClip({ codec: 'h264', seconds: 12 });
    h265 = await makeVideoClip({ codec: 'h265', seconds: 4, bFrames: 2 });
    aac = await makeAacClip({ seconds: 12 });
    g711 = await makeG711Clip({ codec: 'pcma', seconds: 4 });
  });

  after(() => rm(folder, { recursive: true, force: true }));

  for (const format of ['mp4', 'mkv'] as const) {
    test(`${format}: every frame from the keyframe before to the end of the range`, async () => {
      const start = day(format === 'mp4' ? 1 : 2);
      await runs.record({ start, clips: [h264, aac] });
      // Keyframes every 2 s: 3.1 s begins with that of 2 s; 10 frames a second up to 9 s.
      const { path, report } = await exported(start, [3_100, 9_000], format);
      const { streams, format: container } = await probe(path);
      assert.deepEqual(
        streams.map(({ codec_name }) => codec_name),
        ['h264', 'aac'],
      );
      assert.equal(Number(streams[0]?.nb_read_frames), 70);
      assert.equal(report.files[0]?.pictures, 70);
      assert.ok(Math.abs(Number(container.duration) - 7) < 0.1, container.duration);
      const [piece] = report.pieces;
      assert.deepEqual([piece?.start, piece?.file, piece?.positionMs], [start + 2_000, path, 0]);
      assert.ok(Math.abs((piece?.end ?? 0) - start - 9_000) < 5);
      assert.deepEqual((await timesOf(path)).slice(0, 3), [0, 0.1, 0.2]);
      if (format === 'mkv') {
        const { stdout, stderr } = await execute('mkvinfo', [
          '--ui-language',
          'en_US',
          '--continue',
          path,
        ]);
        assert.doesNotMatch(stdout + stderr, /warning|error|unknown/i);
        assert.match(stdout, /Cues/);
      }
    });

    test(`${format}: H.265 with B-frames and G.711 come whole and in order`, async () => {
      const start = day(format === 'mp4' ? 3 : 4);
      await runs.record({ start, clips: [h265, g711] });
      const { path } = await exported(start, [0, 4_000], format);
      const { streams } = await probe(path);
      assert.deepEqual(
        streams.map(({ codec_name }) => codec_name),
        ['hevc', format === 'mp4' ? 'flac' : 'pcm_alaw'],
      );
      const times = await timesOf(path);
      assert.equal(times.length, 40);
      times.forEach((time, index) => {
        assert.ok(Math.abs(time - (times[0] ?? 0) - index / 10) < 0.002, `${index}: ${time}`);
      });
      assert.ok((times[0] ?? 1) < 0.002);
    });

    test(`${format}: goes over runs, says gaps, and takes what two runs hold once`, async () => {
      const start = day(format === 'mp4' ? 5 : 6);
      await runs.record({ start, clips: [h264, aac], toMs: 4_400 });
      // The writer repeated the GOP from 4 s on; then the camera was away until 8 s.
      await runs.record({ start, clips: [h264, aac], fromMs: 4_000, toMs: 6_000 });
      await runs.record({ start: start + 2_000, clips: [h264, aac], fromMs: 6_000 });
      const { path, report } = await exported(start, [0, 20_000], format);
      const { streams, format: container } = await probe(path);
      assert.equal(Number(streams[0]?.nb_read_frames), 120);
      assert.equal(report.pieces.length, 2);
      assert.deepEqual(report.recordedTwice, []);
      const [first, second] = report.pieces;
      assert.ok(Math.abs((first?.end ?? 0) - start - 6_000) < 100);
      assert.equal(second?.start, start + 8_000);
      assert.ok(Math.abs((second?.positionMs ?? 0) - 6_000) < 100);
      assert.ok(Math.abs(Number(container.duration) - 12) < 0.2, container.duration);
    });
  }

  test('reads an open run up to what is acknowledged', async () => {
    const start = day(7);
    const { fragments } = await runs.record({ start, clips: [h264], open: true });
    const { path } = await exported(start, [0, 60_000], 'mp4');
    const frames = fragments.slice(0, -3).reduce((sum, each) => sum + each.frames, 0);
    assert.equal(Number((await probe(path)).streams[0]?.nb_read_frames), frames);
  });

  test('another encoding begins another file', async () => {
    const start = day(8);
    await runs.record({ start, clips: [h264], toMs: 4_000 });
    await runs.record({ start: start + 4_000, clips: [h265] });
    const { path, report } = await exported(start, [0, 60_000], 'mp4');
    const second = path.replace('.mp4', '-2.mp4');
    assert.deepEqual(
      report.files.map((file) => file.path),
      [path, second],
    );
    assert.equal((await probe(path)).streams[0]?.codec_name, 'h264');
    assert.equal((await probe(second)).streams[0]?.codec_name, 'hevc');
  });

  test('says what was recorded twice because the clock was set back', async () => {
    const start = day(10);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 12, width: 320, height: 192 });
    await runs.record({ start, clips: [h264], cause: 'gap' });
    await runs.record({ start: start + 4_000, clips: [clip] });
    const { report } = await exported(start, [0, 60_000], 'mp4');
    assert.deepEqual(
      report.files.map(({ pictures }) => pictures),
      [40, 120],
    );
    assert.deepEqual(
      report.recordedTwice.map(({ from, to }) => [from - start, to - start]),
      [[4_000, 11_900]],
    );
    const before = await exported(start, [0, 3_000], 'mp4');
    assert.deepEqual(before.report.recordedTwice, []);
  });

  test('a camera that gives a picture in 16 s keeps its pace from the third picture on', async () => {
    const start = day(11);
    const frames = h264.frames
      .filter(({ keyframe }) => keyframe)
      .map((frame, i) => ({ ...frame, ptsMs: i * 16_000, dtsMs: i * 16_000 }));
    await runs.record({ start, clips: [{ ...h264, frames }] });
    const { path, report } = await exported(start, [0, 600_000], 'mp4');
    const times = await timesOf(path);
    assert.deepEqual(times, [0, 0.04, 16.04, 32.04, 48.04, 64.04]);
    assert.equal(report.pieces.length, 2);
    assert.equal(report.pieces[1]?.end, start + 80_040);
  });

  test('nothing recorded makes no file', async () => {
    const { report } = await exported(day(20), [0, 1_000], 'mp4');
    assert.deepEqual(report, { files: [], pieces: [], recordedTwice: [] });
  });

  test('never overwrites, and leaves nothing behind when it fails', async () => {
    const start = day(9);
    await runs.record({ start, clips: [h264] });
    const before = await readdir(folder);
    const taken = join(folder, `export-${serial + 1}.mp4`);
    await writeFile(taken, 'precious');
    await assert.rejects(exported(start, [0, 5_000], 'mp4'), { code: 'export.exists' });
    assert.equal(await readFile(taken, 'utf8'), 'precious');
    await rm(taken);
    const stop = new AbortController();
    const aborting = exported(start, [0, 12_000], 'mp4', {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await assert.rejects(aborting, { code: 'export.aborted' });
    const tooLong = exported(start, [0, 12_000], 'mp4', { maxSamples: 119 });
    await assert.rejects(tooLong, { code: 'export.too-long' });
    assert.deepEqual(await readdir(folder), before);
  });

  test('knows beforehand how much it will read', async () => {
    const start = day(9);
    const range = { camera: CAMERA, stream: 'main', from: start, to: start + 60_000 } as const;
    let read = 0;
    await exported(start, [0, 60_000], 'mkv', { onProgress: (bytes) => (read = bytes) });
    assert.equal(await bytesOfRange(archive, range), read);
  });
});
