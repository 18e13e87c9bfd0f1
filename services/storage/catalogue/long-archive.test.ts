import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { Deletion } from '../deletion.ts';
import { TEST_CAMERA } from '../testing/clip-frames.ts';
import { Catalogue } from './catalogue.ts';

const VOLUME = 'vol_testtesttesttest';
const RUNS = 100_000;
const RUN_MS = 60_000;
const START = Date.UTC(2026, 0, 1);
const END = START + RUNS * RUN_MS;
/** Of the time that reading every run once takes: what a poll may cost at most. */
const MAX_SHARE = 0.04;

const folder = mkdtempSync(join(tmpdir(), 'vms-catalogue-'));
let catalogue: Catalogue;
let allMs: number;

/** Milliseconds of the quickest of 15 calls: others on the machine only ever make one slower. */
async function timeOf(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 15; i++) {
    const startedAt = performance.now();
    await task();
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}

before(async () => {
  const path = join(folder, 'catalogue.sqlite');
  await (await Catalogue.open(path, new ManualClock())).close();
  const database = new DatabaseSync(path);
  database.exec(`with recursive n(i) as (select 0 union all select i + 1 from n where i < ${RUNS - 1})
    insert into run select 'run_' || printf('%016d', i), '${VOLUME}',
      '${TEST_CAMERA}/day/' || printf('%08d', i) || '.mkv', '${TEST_CAMERA}', 'main', i + 1,
      ${START} + i * ${RUN_MS}, ${START} + (i + 1) * ${RUN_MS}, i = ${RUNS - 1}, 1000, 10, 100,
      'h264', '', 640, 360, '', '' from n`);
  database.close();
  catalogue = await Catalogue.open(path, systemClock);
  const all = { camera: TEST_CAMERA, from: 0, to: 0, resolutionMs: 0 };
  // Half of them: what one time line may be made of.
  allMs = await timeOf(() => catalogue.spans(all));
});
after(async () => {
  await catalogue.close();
  rmSync(folder, { recursive: true });
});

describe('a catalogue of 100,000 runs of one camera', () => {
  const lastHour = { camera: TEST_CAMERA, from: END - 3600_000, to: END };
  const polls: Record<string, () => Promise<unknown>> = {
    'whether a run is open': () => catalogue.hasOpenRun(TEST_CAMERA),
    'open runs of a volume': () => catalogue.openRuns(VOLUME),
    'bytes of each camera': () => catalogue.recordedBytes(),
    'bytes of the last day': () => catalogue.recordedSince(TEST_CAMERA, END - 24 * 3600_000),
    'the first run of each stream': () => catalogue.firstRuns(VOLUME),
    'the head of a chain': () => catalogue.chainHead(TEST_CAMERA, 'main'),
    'the newest end': () => catalogue.newestEnd(),
    'runs of the last hour': () => catalogue.list({ ...lastHour, limit: 100 }),
    'the time line of the last hour': () => catalogue.spans({ ...lastHour, resolutionMs: 0 }),
    'the first files of a camera': () => catalogue.pathsOf(VOLUME, TEST_CAMERA, ''),
  };
  for (const [what, poll] of Object.entries(polls)) {
    it(`reads few of them for ${what}`, async () => {
      const ms = await timeOf(poll);
      assert.ok(ms < allMs * MAX_SHARE, `${ms.toFixed(2)} ms; all take ${allMs.toFixed(0)} ms`);
    });
  }

  it('answers the same as if it had read all', async () => {
    assert.equal((await catalogue.spans({ ...lastHour, resolutionMs: 0 })).length, 1);
    assert.equal((await catalogue.list({ ...lastHour, limit: 100 })).runs.length, 60);
    assert.deepEqual(await catalogue.recordedBytes(), [
      { camera: TEST_CAMERA, volume: VOLUME, bytes: RUNS * 1000 },
    ]);
    assert.equal((await catalogue.firstRuns(VOLUME))[0]?.file_number, 1);
    assert.equal((await catalogue.chainHead(TEST_CAMERA, 'main'))?.file_number, RUNS);
    assert.equal(await catalogue.newestEnd(), END);
    assert.equal(await catalogue.countRuns(TEST_CAMERA), RUNS);
    assert.equal(await catalogue.hasOpenRun(TEST_CAMERA), true);
    const first = await catalogue.pathsOf(VOLUME, TEST_CAMERA, '');
    const next = await catalogue.pathsOf(VOLUME, TEST_CAMERA, first.at(-1)?.path ?? '');
    assert.equal(next[0]?.start, (first.at(-1)?.start ?? 0) + RUN_MS);
  });

  it('lets others go on while all of them are deleted', async () => {
    const row = await catalogue.chainHead(TEST_CAMERA, 'main');
    await catalogue.remove(row?.id ?? '');
    let turns = 0;
    const turn = (): void => {
      turns++;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    const deletion = new Deletion({
      clock: systemClock,
      logger: silentLogger,
      catalogue,
      files: { removeRun: async () => {}, removeCamera: async () => {} },
      volumes: () => [{ id: VOLUME, config: { path: folder } }],
      assign: async () => {},
      onDeleted: () => {},
    });
    const deleted = await deletion.delete(TEST_CAMERA);
    clearImmediate(immediate);
    assert.deepEqual(deleted, { runs: RUNS - 1, bytes: (RUNS - 1) * 1000 });
    assert.ok(turns >= RUNS / 500 - 1, `${turns} turns`);
    assert.deepEqual(await catalogue.recordedBytes(), []);
  });
});
