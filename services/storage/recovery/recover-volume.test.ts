import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { LINE_BYTES, MAX_HEADER_LINES, parseIndexHeader } from '@vms/format/index-line.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { hex } from '@vms/format/run-header.ts';
import { ffmpegComplaints } from '@vms/media/testing/ffmpeg-complaints.ts';
import fc from 'fast-check';
import type { MemoryDisk } from '../disk/memory-disk.ts';
import { clipFrames, TEST_CAMERA } from '../testing/clip-frames.ts';
import { readRun } from '../testing/read-run.ts';
import { MAIN, VOLUME, WriterBench } from '../testing/writer-bench.ts';
import { fdatasyncEach } from '../writer/volume-sync.ts';
import { type RecoveredVolume, recoverVolume } from './recover-volume.ts';

function recover(
  disk: MemoryDisk,
  openRuns: readonly string[] = [],
  onProgress?: () => void,
): Promise<RecoveredVolume> {
  return recoverVolume({
    disk,
    volume: VOLUME,
    sync: fdatasyncEach(disk),
    clock: new ManualClock(),
    logger: silentLogger,
    openRuns,
    onProgress,
  });
}

/** A bench that was killed: what is on its disk, and what it had acknowledged. */
async function killed(count: number, options: { audio?: boolean } = {}) {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count, audio: options.audio ?? true }));
  const acknowledged = bench.acknowledged.at(-1);
  assert.ok(acknowledged);
  return { bench, acknowledged, path: `${VOLUME}/${acknowledged.path}` };
}

function indexHeaderBytes(disk: MemoryDisk, path: string): number {
  const parsed = parseIndexHeader(
    disk.content(indexPathOf(path)).subarray(0, MAX_HEADER_LINES * LINE_BYTES),
  );
  assert.ok(parsed);
  return parsed.bytes;
}

function decodes(file: Buffer): string {
  const result = spawnSync(
    'ffmpeg',
    ['-hide_banner', '-loglevel', 'warning', '-i', 'pipe:0', '-map', '0', '-f', 'null', '-'],
    { input: file, encoding: 'utf8' },
  );
  if (result.error !== undefined) return '';
  return ffmpegComplaints(result.stderr);
}

test('a killed run is closed as its writer would have closed it', async () => {
  const { bench, acknowledged, path } = await killed(150);
  const disk = bench.disk.copy();
  const { summary, runs, chains } = await recover(disk);
  assert.equal(summary.closed, 1);
  assert.deepEqual(summary.left, []);
  const run = readRun(disk, path);
  assert.equal(run.closing?.cause, 'recovered');
  assert.equal(run.frames.length, acknowledged.frames);
  assert.equal(runs[0]?.path, acknowledged.path);
  assert.equal(runs[0]?.bytes, disk.content(path).length);
  assert.equal(hex(chains.get(`${TEST_CAMERA}/main`)?.hash ?? new Uint8Array()), acknowledged.hash);
  assert.equal(decodes(disk.content(path)), '');
  assert.equal(disk.openFiles, 0);

  await bench.writer.stop();
  const closed = readRun(bench.disk, path);
  assert.deepEqual(
    run.fragments.map(({ hash }) => hash),
    closed.fragments.map(({ hash }) => hash),
  );
  // Header patches and Cues are byte for byte those of an orderly close.
  assert.deepEqual(disk.content(path), bench.disk.content(path));
});

test('recovering again, or after a crash in its middle, changes nothing', async () => {
  const { bench, path } = await killed(120);
  const disk = bench.disk.copy();
  await recover(disk);
  const once = disk.content(path);
  const index = disk.content(indexPathOf(path));
  // As if it had died before the closing line: Cues and patches are there, the line is not.
  disk.put(indexPathOf(path), index.subarray(0, index.length - LINE_BYTES));
  await recover(disk);
  assert.deepEqual(disk.content(path), once);
  assert.deepEqual(disk.content(indexPathOf(path)), index);
  assert.equal((await recover(disk)).summary.examined, 0);
});

test('any cut behind what was acknowledged keeps every acknowledged fragment', async () => {
  const { bench, acknowledged, path } = await killed(110);
  // What was acknowledged one round earlier: everything behind it may be torn in any way.
  const before = bench.acknowledged.at(-2);
  assert.ok(before !== undefined && before.bytes < acknowledged.bytes);
  const header = indexHeaderBytes(bench.disk, path);
  const index = bench.disk.content(indexPathOf(path));
  const run = bench.disk.content(path);
  const indexFloor = header + before.fragments * LINE_BYTES;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: before.bytes, max: run.length }),
      fc.integer({ min: indexFloor, max: index.length }),
      fc.constantFrom('cut', 'zeros', 'noise'),
      async (runCut, indexCut, tail) => {
        const disk = bench.disk.copy();
        disk.put(path, torn(run, runCut, tail));
        disk.put(indexPathOf(path), torn(index, indexCut, tail));
        const { summary } = await recover(disk);
        assert.deepEqual(summary.left, []);
        const recovered = readRun(disk, path);
        assert.ok(recovered.closing !== undefined);
        assert.ok(recovered.frames.length >= before.frames);
        assert.equal(recovered.fragments[before.fragments - 1]?.hash, before.hash);
      },
    ),
    { numRuns: 150 },
  );
});

test('any cut of the index alone loses nothing of a whole run file', async () => {
  const { bench, acknowledged, path } = await killed(80);
  const index = bench.disk.content(indexPathOf(path));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: index.length }), async (cut) => {
      const disk = bench.disk.copy();
      disk.put(indexPathOf(path), index.subarray(0, cut));
      await recover(disk);
      assert.equal(readRun(disk, path).frames.length, acknowledged.frames);
    }),
    { numRuns: 60 },
  );
  const disk = bench.disk.copy();
  disk.remove(indexPathOf(path));
  await recover(disk);
  assert.equal(readRun(disk, path).frames.length, acknowledged.frames);
});

test('any cut of both files leaves a file that plays, or none', async () => {
  const { bench, path } = await killed(60);
  const run = bench.disk.content(path);
  const index = bench.disk.content(indexPathOf(path));
  let decoded = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: run.length }),
      fc.integer({ min: 0, max: index.length }),
      async (runCut, indexCut) => {
        const disk = bench.disk.copy();
        disk.put(path, run.subarray(0, runCut));
        disk.put(indexPathOf(path), index.subarray(0, indexCut));
        const { summary } = await recover(disk);
        if (!disk.files.has(path)) return;
        // A torn header cannot be read, and is left for a person to look at; the rest plays.
        if (summary.left.length > 0 && summary.closed === 0) return;
        assert.ok(readRun(disk, path).closing !== undefined);
        if (decoded++ < 5) assert.equal(decodes(disk.content(path)), '');
      },
    ),
    { numRuns: 60 },
  );
  assert.ok(decoded > 0);
});

test('damage among acknowledged bytes is told of and not cut away', async () => {
  const { bench, path } = await killed(150);
  const run = bench.disk.content(path);
  const before = bench.acknowledged.at(-1);
  assert.ok(before);
  const index = bench.disk.content(indexPathOf(path));
  // Two index lines far behind the head are wiped, and the clusters below them as well.
  const header = indexHeaderBytes(bench.disk, path);
  index.fill(0, header, header + 2 * LINE_BYTES);
  run.fill(0x55, readRun(bench.disk, path).fragments[1]?.offset);
  const disk = bench.disk.copy();
  disk.put(path, run);
  disk.put(indexPathOf(path), index);
  const { summary } = await recover(disk);
  assert.equal(summary.left.length, 1);
  assert.match(summary.left[0] ?? '', /damaged/);
  assert.deepEqual(disk.content(path), run);
});

test('a run without a fragment is removed; a file of a newer version is not touched', async () => {
  const { bench, path } = await killed(60);
  const disk = bench.disk.copy();
  const header = indexHeaderBytes(disk, path);
  const headerBytes = readRun(disk, path).fragments[0]?.offset ?? 0;
  const other = path.replace('05.678Z', '09.000Z');
  disk.put(other, disk.content(path).subarray(0, headerBytes));
  disk.put(indexPathOf(other), disk.content(indexPathOf(path)).subarray(0, header));
  const newer = path.replace('05.678Z', '10.000Z');
  const text = disk.content(indexPathOf(path)).toString('latin1');
  disk.put(newer, disk.content(path));
  disk.put(indexPathOf(newer), text.replace('"version":1', '"version":2'));
  const zeros = path.replace('05.678Z', '11.000Z');
  disk.put(zeros, Buffer.alloc(100_000));
  disk.put(indexPathOf(zeros), '');
  const { summary } = await recover(disk);
  assert.equal(summary.removed, 2);
  assert.ok(!disk.files.has(other) && !disk.files.has(indexPathOf(other)));
  assert.ok(!disk.files.has(zeros));
  assert.match(summary.left.join(), /newer version/);
  assert.equal(
    disk.content(indexPathOf(newer)).toString('latin1'),
    text.replace('"version":1', '"version":2'),
  );
});

test('after recovery the chain goes on: next number, last hash', async () => {
  const { bench, acknowledged } = await killed(60);
  const disk = bench.disk.copy();
  const { chains } = await recover(disk);
  const next = new WriterBench({ disk, chainOf: () => chains.get(`${TEST_CAMERA}/main`) });
  next.writer.assign([MAIN]);
  await next.play(clipFrames({ count: 60, start: Date.UTC(2026, 0, 2, 5) }));
  await next.writer.stop();
  const second = readRun(disk, `${VOLUME}/${next.acknowledged[0]?.path}`);
  assert.equal(second.identity.fileNumber, 2);
  assert.equal(hex(second.identity.previousHash), acknowledged.hash);
});

function torn(bytes: Buffer, cut: number, tail: 'cut' | 'zeros' | 'noise'): Buffer {
  if (tail === 'cut') return bytes.subarray(0, cut);
  const copy = Buffer.from(bytes);
  for (let i = cut; i < copy.length; i++) copy[i] = tail === 'zeros' ? 0 : (i * 131 + 7) & 255;
  return copy;
}

test('recovery reports between two files, and ends with its files closed where that throws', async () => {
  const { bench } = await killed(150);
  const disk = bench.disk.copy();
  let reports = 0;
  const lost = new Error('the volume is lost');
  const losing = recover(disk, ['cam_aaaaaaaaaaaaaaaa/2026-01-02/09-00-00.000Z-main.mkv'], () => {
    // After the look at the newest runs and the first of two that are open.
    if (++reports === 3) throw lost;
  });
  await assert.rejects(losing, lost);
  assert.equal(disk.openFiles, 0);
  reports = 0;
  const { summary } = await recover(disk, [], () => reports++);
  assert.equal(summary.closed, 1);
  assert.ok(reports >= 2, `${reports}`);
});
