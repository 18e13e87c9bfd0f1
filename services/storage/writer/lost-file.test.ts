import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { checkVolume } from '../catalogue/check.ts';
import { systemDisk } from '../disk/disk.ts';
import type { MemoryDisk } from '../disk/memory-disk.ts';
import { recoverRuns } from '../recovery/recover-volume.ts';
import { clipFrames, TEST_CAMERA } from '../testing/clip-frames.ts';
import { readRun } from '../testing/read-run.ts';
import { MAIN, VOLUME, WriterBench } from '../testing/writer-bench.ts';
import { RunBuilder } from './run-builder.ts';
import { RunFile } from './run-file.ts';
import { fdatasyncEach } from './volume-sync.ts';

/** What others do to the open file, and what the writer says of it. */
const DEEDS: readonly {
  readonly name: string;
  do(disk: MemoryDisk, run: string): void;
  readonly told: { readonly file: 'run' | 'index'; readonly how: string };
}[] = [
  {
    name: 'the recording is deleted',
    do: (disk, run) => disk.remove(run),
    told: { file: 'run', how: 'missing' },
  },
  {
    name: 'its folder is deleted',
    do(disk, run) {
      disk.remove(indexPathOf(run));
      disk.remove(run);
      disk.removeDirectory(dirname(run));
    },
    told: { file: 'run', how: 'missing' },
  },
  {
    name: 'it is moved',
    do: (disk, run) => disk.rename(run, `${run}.moved`),
    told: { file: 'run', how: 'missing' },
  },
  {
    name: 'another file takes its place',
    do(disk, run) {
      const size = disk.content(run).length;
      disk.remove(run);
      disk.put(run, Buffer.alloc(size));
    },
    told: { file: 'run', how: 'replaced' },
  },
  {
    name: 'it is cut',
    do: (disk, run) => disk.truncate(disk.open(run), 20_000),
    told: { file: 'run', how: 'changed' },
  },
  {
    name: 'it is emptied',
    do: (disk, run) => disk.truncate(disk.open(run), 0),
    told: { file: 'run', how: 'changed' },
  },
  {
    name: 'somebody appends to it',
    do: (disk, run) => void disk.write(disk.open(run), [Buffer.alloc(9)], disk.content(run).length),
    told: { file: 'run', how: 'changed' },
  },
  {
    name: 'its index is deleted',
    do: (disk, run) => disk.remove(indexPathOf(run)),
    told: { file: 'index', how: 'missing' },
  },
  {
    name: 'its index is cut',
    do: (disk, run) => disk.truncate(disk.open(indexPathOf(run)), 100),
    told: { file: 'index', how: 'changed' },
  },
];

describe('a file that others touch while it is written', () => {
  for (const deed of DEEDS) {
    it(`is left for a new one within two ticks where ${deed.name}`, async () => {
      const bench = new WriterBench();
      bench.writer.assign([MAIN]);
      const frames = clipFrames({ count: 150 });
      await bench.play(frames.slice(0, 70));
      const [path = ''] = bench.runs();
      const acknowledged = bench.acknowledged.length;
      deed.do(bench.disk, `${VOLUME}/${path}`);
      await bench.play(frames.slice(70, 90));
      const [lost] = bench.of('file-lost');
      assert.deepEqual(
        [lost?.path, lost?.camera, { file: lost?.file, how: lost?.how }],
        [path, TEST_CAMERA, deed.told],
      );
      assert.equal(lost?.run, bench.of('opened')[0]?.run.id);
      assert.equal(bench.of('gap')[0]?.cause, 'disk');
      await bench.play(frames.slice(90));
      await bench.writer.stop();
      assert.equal(bench.of('file-lost').length, 1, 'told once');
      // Nothing that was written to the lost file after the deed was called safe.
      const after = bench.acknowledged.slice(acknowledged).filter(({ run }) => run === lost?.run);
      assert.deepEqual(after, []);
      const next = bench.of('closed').at(-1)?.run;
      assert.equal(next?.fileNumber, 2);
      const run = readRun(bench.disk, `${VOLUME}/${next?.path}`);
      assert.equal(run.closing?.cause, 'stopped');
      // From the GOP on that was current then.
      assert.equal(run.frames.length, 100);
    });
  }

  it('is not taken for another where nobody touched it, over several runs', async () => {
    const bench = new WriterBench();
    bench.writer.assign([MAIN]);
    await bench.play(clipFrames({ count: 200, audio: true }));
    await bench.play(
      clipFrames({ count: 60, start: Date.UTC(2026, 0, 3), discontinuity: true, sequence: 900 }),
    );
    await bench.writer.stop();
    assert.deepEqual(bench.of('file-lost'), []);
    assert.equal(bench.of('closed').length, 2);
  });

  it('costs no other camera anything where only its folder may not be read', async () => {
    const bench = new WriterBench();
    const other = 'cam_bbbbbbbbbbbbbbbb' as CameraId;
    bench.writer.assign([MAIN, { ...MAIN, camera: other }]);
    const frames = clipFrames({ count: 100 });
    const both = frames.flatMap((frame) => [frame, { ...frame, camera: other }]);
    await bench.play(both.slice(0, 50));
    bench.disk.fail({ call: 'stat', code: 'EACCES', suffix: '.mkv', times: 1 });
    await bench.play(both.slice(50));
    assert.equal(bench.writer.state, 'recording');
    assert.deepEqual(
      bench.of('gap').map(({ camera, cause }) => [camera, cause]),
      [[TEST_CAMERA, 'disk']],
    );
    // Where nobody's folder may be written, it is the volume's fault.
    bench.disk.fail({ call: 'stat', code: 'EACCES' });
    await bench.tick(2);
    assert.equal(bench.writer.state, 'failing');
    bench.disk.heal();
    await bench.tick(12);
    await bench.play(frames.slice(50).map((frame) => ({ ...frame, camera: other })));
    assert.equal(bench.writer.state, 'recording');
    await bench.writer.stop();
  });
});

describe('a run that was given up', () => {
  for (const { name, how } of [
    { name: 'without its index', how: (run: string) => rmSync(indexPathOf(run)) },
    { name: 'with its index cut', how: (run: string) => truncateSync(indexPathOf(run), 700) },
    { name: 'that was cut', how: (run: string) => truncateSync(run, statSync(run).size / 2) },
  ]) {
    it(`is closed with what is left: ${name}`, async (t) => {
      const bench = new WriterBench();
      bench.writer.assign([MAIN]);
      await bench.play(clipFrames({ count: 100 }));
      const volume = mkdtempSync(join(tmpdir(), 'vms-lost-'));
      t.after(() => rmSync(volume, { recursive: true }));
      const [path = ''] = bench.runs();
      mkdirSync(dirname(join(volume, path)), { recursive: true });
      for (const name of [path, indexPathOf(path)]) {
        writeFileSync(join(volume, name), bench.disk.content(`${VOLUME}/${name}`));
      }
      await bench.writer.stop();
      how(join(volume, path));
      const recover = () =>
        recoverRuns(
          {
            disk: systemDisk,
            volume,
            sync: fdatasyncEach(systemDisk),
            clock: systemClock,
            logger: silentLogger,
          },
          [path, `${TEST_CAMERA}/2026-01-02/09-00-00.000Z-main.mkv`],
        );
      const { runs, gone } = await recover();
      assert.equal(runs.length, 1);
      assert.equal(gone.length, 1);
      const check = checkVolume({ disk: systemDisk, volume, rows: undefined });
      assert.deepEqual(check.findings, []);
      assert.ok((runs[0]?.frames ?? 0) > 10, `${runs[0]?.frames} frames`);
      assert.deepEqual((await recover()).runs, runs, 'once closed, it stays so');
    });
  }
});

describe('files of a run on a real disk', () => {
  it('are told apart by what lies at their paths', (t) => {
    const volume = mkdtempSync(join(tmpdir(), 'vms-lost-'));
    t.after(() => rmSync(volume, { recursive: true }));
    const [{ config } = { config: undefined }] = clipFrames({ count: 1 });
    assert.ok(config !== undefined);
    const builder = new RunBuilder({
      camera: TEST_CAMERA,
      stream: 'main',
      fileNumber: 1,
      bootId: 'boot',
      segmentUid: new Uint8Array(16),
      dateUtc: Date.UTC(2026, 0, 2),
      tracks: [config],
      previousHash: new Uint8Array(32),
    });
    const file = RunFile.create(systemDisk, volume, builder, { syncFolders: false });
    t.after(() => file.release());
    const path = join(volume, file.path);
    assert.equal(file.loss(), undefined);
    renameSync(path, `${path}.moved`);
    assert.deepEqual(file.loss(), { file: 'run', how: 'missing' });
    writeFileSync(path, '');
    assert.deepEqual(file.loss(), { file: 'run', how: 'replaced' });
    renameSync(`${path}.moved`, path);
    assert.equal(file.loss(), undefined);
    truncateSync(indexPathOf(path), 1);
    assert.deepEqual(file.loss(), { file: 'index', how: 'changed' });
    rmSync(dirname(path), { recursive: true });
    assert.deepEqual(file.loss(), { file: 'run', how: 'missing' });
  });
});
