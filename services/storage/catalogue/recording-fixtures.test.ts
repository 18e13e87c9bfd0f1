import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { hex } from '@vms/format/run-header.ts';
import { systemDisk } from '../disk/disk.ts';
import { recoverVolume } from '../recovery/recover-volume.ts';
import { TEST_CAMERA } from '../testing/clip-frames.ts';
import { recordingFixtures } from '../testing/recording-fixtures.ts';
import { fdatasyncEach } from '../writer/volume-sync.ts';
import { checkVolume } from './check.ts';
import { readIndexedRun } from './read-run.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/recording-format');

/** A copy, so that nothing changes the fixture. */
function copyOf(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vms-fixture-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(FIXTURES, name), folder, { recursive: true });
  return folder;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(mkv|jsonl|json)$/.test(name))
    .sort();
}

function recover(volume: string) {
  return recoverVolume({
    disk: systemDisk,
    volume,
    sync: fdatasyncEach(systemDisk),
    clock: systemClock,
    logger: silentLogger,
    openRuns: [],
  });
}

test('the writer of today writes the bytes of the fixtures', async () => {
  const made = await recordingFixtures();
  assert.ok(made.size === 3);
  for (const [name, files] of made) {
    assert.deepEqual(filesOf(join(FIXTURES, name)), [...files.keys()].sort());
    for (const [path, bytes] of files) {
      assert.ok(readFileSync(join(FIXTURES, name, path)).equals(bytes), `${name}/${path}`);
    }
  }
});

test('closed: two runs that check, chained one to the other', (t) => {
  const volume = copyOf(t, 'closed');
  const report = checkVolume({ disk: systemDisk, volume, rows: undefined });
  assert.deepEqual(report.findings, []);
  assert.equal(report.runs, 2);
  const [first, second] = filesOf(volume)
    .filter((path) => path.endsWith('.mkv'))
    .map((path) => readIndexedRun(systemDisk, volume, path)?.run);
  assert.equal(first?.fileNumber, 1);
  assert.equal(second?.fileNumber, 2);
  assert.equal(second?.previousHash, first?.lastHash);
  assert.equal(first?.videoCodec, 'h264');
  assert.equal(first?.audioCodec, 'pcmu');
  assert.equal(first?.frames, 75);
});

test('killed: recovery cuts what is torn and closes the run, as often as it is asked', async (t) => {
  const volume = copyOf(t, 'killed');
  const { summary, chains } = await recover(volume);
  assert.equal(summary.closed, 1);
  assert.ok(summary.cutBytes > 0);
  const report = checkVolume({ disk: systemDisk, volume, rows: undefined });
  assert.deepEqual(report.findings, []);
  const path = filesOf(volume).find((name) => name.endsWith('.mkv')) ?? '';
  const run = readIndexedRun(systemDisk, volume, path);
  assert.equal(run?.open, false);
  assert.equal(hex(chains.get(`${TEST_CAMERA}/main`)?.hash ?? new Uint8Array()), run?.run.lastHash);
  const bytes = readFileSync(join(volume, path));
  await recover(volume);
  assert.ok(readFileSync(join(volume, path)).equals(bytes));
});

test('newer: refused in words, nothing touched', async (t) => {
  const volume = copyOf(t, 'newer');
  const before = filesOf(volume).map((path) => readFileSync(join(volume, path)));
  const { summary } = await recover(volume);
  assert.match(summary.left.join(), /newer version of the program \(format 2; this one knows 1\)/);
  const report = checkVolume({ disk: systemDisk, volume, rows: undefined });
  assert.match(report.findings[0]?.text ?? '', /newer version/);
  const after = filesOf(volume).map((path) => readFileSync(join(volume, path)));
  assert.deepEqual(after, before);
});
