import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import fc from 'fast-check';
import type { MemoryDisk } from '../disk/memory-disk.ts';
import { clipFrames, TEST_CAMERA } from '../testing/clip-frames.ts';
import { runReport, RUNS_START as START } from '../testing/run-report.ts';
import { MAIN, VOLUME, WriterBench } from '../testing/writer-bench.ts';
import type { RunReport } from '../writer/control-messages.ts';
import { Catalogue } from './catalogue.ts';
import { checkVolume } from './check.ts';
import { reindexVolume } from './reindex.ts';

const VOLUME_ID = 'vol_testtesttesttest';
const MINUTE = 60_000;

async function open(t: { after(fn: () => unknown): void }): Promise<Catalogue> {
  const catalogue = await Catalogue.open(':memory:', new ManualClock());
  t.after(() => catalogue.close());
  return catalogue;
}

test('pages of runs by time, with a cursor that ends', async (t) => {
  const catalogue = await open(t);
  for (let i = 0; i < 25; i++) await catalogue.put(VOLUME_ID, runReport(i), false);
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await catalogue.list({ camera: TEST_CAMERA, from: 0, to: 0, limit: 10, cursor });
    seen.push(...page.runs.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== '');
  assert.deepEqual(
    seen,
    Array.from({ length: 25 }, (_, i) => runReport(i).id),
  );
  const part = await catalogue.list({
    camera: TEST_CAMERA,
    from: START + 15 * MINUTE,
    to: START + 30 * MINUTE,
    limit: 10,
  });
  assert.deepEqual(
    part.runs.map(({ file_number }) => file_number),
    [1, 2],
  );
  await assert.rejects(
    catalogue.list({ camera: TEST_CAMERA, from: 0, to: 0, limit: 10, cursor: 'bm8' }),
    { code: 'storage.bad-request' },
  );
});

test('an open run grows by acknowledgements without a write to the database', async (t) => {
  const catalogue = await open(t);
  await catalogue.put(VOLUME_ID, runReport(0), true);
  const end = START + 50 * MINUTE;
  const progress = {
    run: runReport(0).id,
    camera: TEST_CAMERA,
    end,
    bytes: 9,
    fragments: 8,
    frames: 7,
    hash: 'cd'.repeat(32),
  };
  catalogue.acknowledge(VOLUME_ID, progress);
  assert.deepEqual(await catalogue.recordedBytes(), [
    { camera: TEST_CAMERA, volume: VOLUME_ID, bytes: 1009 },
  ]);
  const row = await catalogue.get(TEST_CAMERA, runReport(0).id);
  assert.equal(row?.end, end);
  assert.equal(row?.open, 1);
  const later = { camera: TEST_CAMERA, from: START + 40 * MINUTE, to: START + 60 * MINUTE };
  assert.equal((await catalogue.list({ ...later, limit: 10 })).runs.length, 1);
  assert.deepEqual(await catalogue.spans({ ...later, resolutionMs: 0 }), [
    { start: START + 40 * MINUTE, end },
  ]);
  assert.equal((await catalogue.chainHead(TEST_CAMERA, 'main'))?.last_hash, progress.hash);
  assert.deepEqual(
    (await catalogue.openRuns(VOLUME_ID)).map(({ path }) => path),
    [runReport(0).path],
  );
  await catalogue.put(VOLUME_ID, runReport(0, { end }), false);
  assert.deepEqual(await catalogue.openRuns(VOLUME_ID), []);
  assert.equal(await catalogue.get('cam_other', runReport(0).id), undefined);
});

test('spans join over gaps that are too short to show', async (t) => {
  const catalogue = await open(t);
  await catalogue.put(VOLUME_ID, runReport(0), false);
  await catalogue.put(VOLUME_ID, runReport(1, { start: START + 10 * MINUTE + 40 }), false);
  await catalogue.put(VOLUME_ID, runReport(3), false);
  const all = { camera: TEST_CAMERA, from: START, to: START + 100 * MINUTE };
  assert.deepEqual(await catalogue.spans({ ...all, resolutionMs: 1000 }), [
    { start: START, end: START + 20 * MINUTE },
    { start: START + 30 * MINUTE, end: START + 40 * MINUTE },
  ]);
  assert.equal((await catalogue.spans({ ...all, resolutionMs: 10 })).length, 3);
  assert.equal((await catalogue.spans({ ...all, resolutionMs: 20 * MINUTE })).length, 1);
});

test('what retention may take first goes by file number, not by time', async (t) => {
  const catalogue = await open(t);
  // The clock was set back by a day before the second file.
  await catalogue.put(VOLUME_ID, runReport(1), false);
  await catalogue.put(
    VOLUME_ID,
    runReport(2, { start: START - 24 * 60 * MINUTE, end: START }),
    false,
  );
  await catalogue.put(VOLUME_ID, runReport(3, { stream: 'sub', id: 'run_sub', path: 'x' }), true);
  const first = await catalogue.firstRuns(VOLUME_ID);
  assert.deepEqual(
    first.map(({ file_number }) => file_number),
    [1],
  );
});

test('reindex makes from the files what the writer had told; check agrees', async (t) => {
  const { disk, told } = await recorded();
  const catalogue = await open(t);
  const { runs, skipped } = await reindexVolume(disk, catalogue, { id: VOLUME_ID, path: VOLUME });
  assert.equal(runs, 2);
  assert.deepEqual(skipped, []);
  const rows = await catalogue.runsOfVolume(VOLUME_ID);
  const before = await open(t);
  for (const run of told) await before.put(VOLUME_ID, run, false);
  assert.deepEqual(rows, await before.runsOfVolume(VOLUME_ID));
  const check = checkVolume({ disk, volume: VOLUME, rows });
  assert.deepEqual(check.findings, []);
  assert.equal(check.runs, 2);
  assert.ok(check.fragments > 5 && check.bytes > 100_000);
});

test('check finds every kind of damage and says which', async (t) => {
  const { disk, told } = await recorded();
  const catalogue = await open(t);
  for (const run of told) await catalogue.put(VOLUME_ID, run, false);
  const rows = await catalogue.runsOfVolume(VOLUME_ID);
  const first = `${VOLUME}/${told[0]?.path}`;
  const found = (change: (disk: MemoryDisk) => void, list = rows): string =>
    ((copy) => {
      change(copy);
      return checkVolume({ disk: copy, volume: VOLUME, rows: list })
        .findings.map(({ path, text }) => `${path}: ${text}`)
        .join('\n');
    })(disk.copy());

  const file = disk.content(first);
  assert.match(
    found((copy) => copy.put(first, Buffer.from(file).fill(0x55, 5000, 5001))),
    /not as its index and its hash say/,
  );
  assert.match(
    found((copy) =>
      copy.put(first, Buffer.from(file).fill(0x55, file.length - 3, file.length - 2)),
    ),
    /changed after it was closed/,
  );
  assert.match(
    found((copy) => copy.remove(first)),
    /recording of this index is gone/,
  );
  assert.match(
    found((copy) => copy.remove(indexPathOf(first))),
    /index of this recording is gone/,
  );
  assert.match(
    found(() => {}, rows.slice(1)),
    /catalogue does not have this recording/,
  );
  assert.match(
    found((copy) => {
      copy.remove(first);
      copy.remove(indexPathOf(first));
    }),
    /file is gone/,
  );
  assert.match(
    found((copy) => copy.put(first, file.subarray(0, file.length - 1))),
    /not as long as its closing line says/,
  );
  assert.match(
    found((copy) => copy.put(`${first}.damaged`, 'x')),
    /no file of ours/,
  );
});

test('a file that is missing between two others is noticed', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  for (let day = 2; day < 5; day++) {
    const start = Date.UTC(2026, 0, day);
    await bench.play(clipFrames({ count: 30, start, discontinuity: true, sequence: day * 100 }));
  }
  await bench.writer.stop();
  const { disk } = bench;
  assert.deepEqual(checkVolume({ disk, volume: VOLUME, rows: undefined }).findings, []);
  const middle = `${VOLUME}/${bench.runs()[1]}`;
  disk.remove(middle);
  disk.remove(indexPathOf(middle));
  const { findings } = checkVolume({ disk, volume: VOLUME, rows: undefined });
  assert.match(findings[0]?.text ?? '', /Recordings between .* are missing/);
  // The oldest may go: retention does that.
  const first = `${VOLUME}/${bench.runs()[0]}`;
  disk.remove(first);
  disk.remove(indexPathOf(first));
  assert.deepEqual(checkVolume({ disk, volume: VOLUME, rows: undefined }).findings, []);
});

test('every single-bit change of a recording or of its index is found', async () => {
  const { disk, told } = await recorded();
  const path = `${VOLUME}/${told[0]?.path}`;
  // What a line says was durable is a hint for recovery alone; why and when a run ended, a remark.
  const free =
    /"durable":\s*\d+|"cause":"\w+"|"wallClock":[\d.]+,"offset":\d+,"length":\d+,"fragments":\d+/g;
  for (const name of [path, indexPathOf(path)]) {
    const file = disk.content(name);
    const copy = disk.copy();
    const skipped = new Set<number>();
    for (const match of name === path ? [] : file.toString('latin1').matchAll(free)) {
      for (let i = 0; i < match[0].length; i++) skipped.add(match.index + i);
    }
    fc.assert(
      fc.property(fc.nat({ max: file.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        if (skipped.has(at)) return;
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        copy.put(name, changed);
        const { findings } = checkVolume({ disk: copy, volume: VOLUME, rows: undefined });
        assert.ok(
          findings.some(({ severity }) => severity === 'error'),
          `bit ${bit} of byte ${at} of ${name}`,
        );
      }),
      { numRuns: 300 },
    );
    copy.put(name, file);
  }
});

async function recorded(): Promise<{ disk: MemoryDisk; told: RunReport[] }> {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 100, audio: true }));
  await bench.play(
    clipFrames({ count: 60, start: Date.UTC(2026, 0, 3), discontinuity: true, sequence: 300 }),
  );
  await bench.writer.stop();
  return { disk: bench.disk, told: bench.of('closed').map(({ run }) => run) };
}

test('what is known of a volume stays where its replacement ends half-way', async (t) => {
  const catalogue = await open(t);
  await catalogue.put(VOLUME_ID, runReport(0), false);
  await catalogue.put('vol_other', runReport(1), false);
  const runs = Array.from({ length: 1200 }, (_, i) => ({ run: runReport(i + 2), open: false }));
  const ending = runs.with(1100, { run: runReport(1102, { frames: {} as number }), open: false });
  await assert.rejects(catalogue.replaceVolume(VOLUME_ID, ending), /cannot be stored/);
  const paths = async () => (await catalogue.runsOfVolume(VOLUME_ID)).map(({ path }) => path);
  assert.deepEqual(await paths(), [runReport(0).path]);
  await catalogue.replaceVolume(VOLUME_ID, runs);
  assert.equal((await paths()).length, runs.length);
  assert.equal((await catalogue.runsOfVolume('vol_other')).length, 1);
});
