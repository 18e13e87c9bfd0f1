import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { LINE_BYTES } from '@vms/format/index-line.ts';
import type { Clip } from '../../../test/media/clip.ts';
import { CAMERA, type RecordedRun, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { PlaybackError } from '../playback-error.ts';
import { Archive } from './archive.ts';
import { type Files, systemFiles } from './files.ts';
import { openRun } from './run-reader.ts';
import { MAX_SEGMENT_BYTES, planSegments } from './segment-plan.ts';

const START = Date.UTC(2026, 4, 1);
const HOUR = 3600_000;

let folder = '';
let runs: RecordedRuns;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vms-reader-'));
  runs = new RecordedRuns(folder);
});
after(() => rm(folder, { recursive: true }));

/** Frames of no picture: the reader looks at times and sizes only. */
function emptyClip(options: {
  seconds: number;
  framesPerSecond: number;
  gopSeconds: number;
  frameBytes?: number;
}): Clip {
  const { framesPerSecond, gopSeconds, seconds } = options;
  const payload = new Uint8Array(options.frameBytes ?? 1);
  return {
    config: {
      kind: 'video',
      codec: 'h264',
      width: 16,
      height: 16,
      record: Uint8Array.of(1, 0x42, 0, 0x1e, 0xff, 0xe0, 0),
      codecString: 'avc1.42001e',
    },
    frames: Array.from({ length: seconds * framesPerSecond }, (_, i) => {
      const ms = (i * 1000) / framesPerSecond;
      return { ptsMs: ms, dtsMs: ms, keyframe: i % (framesPerSecond * gopSeconds) === 0, payload };
    }),
  };
}

/** Counts what is read. */
function counted(): Files & { reads: number; bytes: number } {
  const files = {
    reads: 0,
    bytes: 0,
    async open(path: string) {
      const file = await systemFiles.open(path);
      return {
        ...file,
        read(into: Uint8Array, position: number) {
          files.reads++;
          files.bytes += into.length;
          return file.read(into, position);
        },
      };
    },
  };
  return files;
}

const archiveOf = (files: Files): Archive =>
  new Archive({ catalogue: runs, files, gate: new VolumeGate(systemClock), logger: silentLogger });

test('an instant in an hour is found with few small reads', async () => {
  const clip = emptyClip({ seconds: 3600, framesPerSecond: 2, gopSeconds: 2 });
  await runs.record({ start: START, clips: [clip] });
  const files = counted();
  const archive = archiveOf(files);
  const from = START + 1_801_234;
  const range = { camera: CAMERA, stream: 'main', from, to: from + 10_000 } as const;
  const found = [];
  for await (const { fragment } of archive.fragments(range)) found.push(fragment.wallClock - START);
  assert.equal(found[0], 1_800_000, 'the keyframe before');
  assert.equal(found.at(-1), 1_811_000, 'the last fragment that begins in the range');
  assert.ok(files.reads <= 45, `${files.reads} reads`);
  assert.ok(files.bytes <= 32 * 1024, `${files.bytes} bytes of an index of 1.8 MB`);
});

test('keyframes come with a step, and across runs', async () => {
  const start = START + 2 * HOUR;
  const clip = emptyClip({ seconds: 60, framesPerSecond: 2, gopSeconds: 2 });
  await runs.record({ start, clips: [clip], toMs: 30_000 });
  await runs.record({ start, clips: [clip], fromMs: 30_000 });
  const range = {
    camera: CAMERA,
    stream: 'main',
    from: start + 11_000,
    to: start + 51_000,
  } as const;
  const found = [];
  for await (const { fragment } of archiveOf(systemFiles).keyframes(range, 10_000)) {
    found.push(fragment.wallClock - start);
  }
  assert.deepEqual(found, [10_000, 20_000, 30_000, 40_000, 50_000]);
});

test('the codec configuration of an instant; none in a gap', async () => {
  const start = START + 4 * HOUR;
  const clip = emptyClip({ seconds: 4, framesPerSecond: 2, gopSeconds: 2 });
  await runs.record({ start, clips: [clip] });
  const archive = archiveOf(systemFiles);
  const tracks = await archive.codecConfigurationAt(CAMERA, 'main', start + 1234);
  assert.equal(tracks?.[0]?.codecString, 'avc1.42001e');
  assert.equal(await archive.codecConfigurationAt(CAMERA, 'main', start - 1000), undefined);
  assert.equal(await archive.codecConfigurationAt(CAMERA, 'main', start + 60_000), undefined);
  assert.equal(await archive.codecConfigurationAt(CAMERA, 'sub', start + 1234), undefined);
});

test('a GOP too large for one answer is cut between keyframes', async () => {
  const start = START + 6 * HOUR;
  const frameBytes = 512 * 1024;
  const clip = emptyClip({ seconds: 20, framesPerSecond: 4, gopSeconds: 20, frameBytes });
  await runs.record({ start, clips: [clip] });
  const range = { camera: CAMERA, stream: 'main', from: start, to: start + HOUR } as const;
  for await (const part of archiveOf(systemFiles).parts(range)) {
    const planned = await planSegments(part);
    assert.deepEqual(
      planned.map((segment) => segment.independent),
      [true, false],
    );
    let next = 0;
    for (const segment of planned) {
      assert.equal(segment.first, next);
      next += segment.count;
      const fragments = await part.reader.fragments(segment.first, segment.count);
      const bytes = fragments.reduce((sum, fragment) => sum + fragment.length, 0);
      assert.ok(bytes <= MAX_SEGMENT_BYTES);
    }
    assert.equal(next, part.reader.fragmentCount);
  }
});

test('a torn last line does not count; a file shorter than its index is told as unreadable', async () => {
  const start = START + 8 * HOUR;
  const clip = emptyClip({ seconds: 10, framesPerSecond: 2, gopSeconds: 2 });
  const run: RecordedRun = await runs.record({ start, clips: [clip], open: true });
  const gate = new VolumeGate(systemClock);
  const whole = await openRun(run.location, systemFiles, gate);
  const { fragmentCount } = whole;
  await whole.close();
  await appendFile(run.location.indexPath, `{"wallClock":${' '.repeat(LINE_BYTES - 14)}\n`);
  const torn = await openRun(run.location, systemFiles, gate);
  assert.equal(torn.fragmentCount, fragmentCount);
  const [last] = await torn.fragments(fragmentCount - 1, 1);
  assert.ok(last !== undefined);
  await truncate(run.location.mkvPath, last.offset + 1);
  await assert.rejects(torn.bytes(last.offset, last.length), unreadable);
  await torn.close();
  await truncate(run.location.indexPath, 10);
  await assert.rejects(openRun(run.location, systemFiles, gate), unreadable);
});

test('a disk that fails is told in words, with its code', async () => {
  const [run] = await runs.runsOverlapping({
    camera: CAMERA,
    stream: 'main',
    from: START,
    to: START + 1,
    limit: 1,
  });
  assert.ok(run !== undefined);
  const failing: Files = {
    open: async () => ({
      read: () => Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })),
      size: async () => 10_000,
      close: async () => {},
    }),
  };
  await assert.rejects(openRun(run, failing, new VolumeGate(systemClock)), (error) => {
    assert.ok(unreadable(error) && error instanceof PlaybackError);
    assert.match(error.message, /EIO.*was not changed.*vms check/);
    return true;
  });
});

function unreadable(error: unknown): boolean {
  return error instanceof PlaybackError && error.code === 'playback.unreadable';
}

test('a range of too many runs is refused, not half answered', async () => {
  const [run] = await runs.runsOverlapping({
    camera: CAMERA,
    stream: 'main',
    from: START,
    to: START + 1,
    limit: 1,
  });
  assert.ok(run !== undefined);
  const archive = new Archive({
    catalogue: {
      runsOverlapping: async ({ limit }) => Array.from({ length: limit }, () => run),
      run: async () => undefined,
    },
    files: systemFiles,
    gate: new VolumeGate(systemClock),
    logger: silentLogger,
  });
  const range = { camera: CAMERA, stream: 'main', from: START, to: START + HOUR } as const;
  await assert.rejects(
    async () => {
      for await (const _ of archive.parts(range)) assert.fail('an answer');
    },
    (error) => error instanceof PlaybackError && error.code === 'playback.bad-range',
  );
});
