import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { LOSS_SHOWN_MS, RecordingWatch } from './recording-watch.ts';
import { TEST_CAMERA } from './testing/clip-frames.ts';
import { client, Installation, until } from './testing/installation.ts';

const DAY_MS = 24 * 3600_000;

describe('others on the disk', () => {
  it('delete the folder of a camera: a new file is begun, and nothing is claimed that is gone', async (t) => {
    const installation = await Installation.open(t);
    const gaps: string[] = [];
    installation.bus.subscribe('recording.gap', ({ cause }) => gaps.push(cause));
    installation.play();
    const first = await installation.start();
    await until('frames', () => installation.acknowledged().some(({ frames }) => frames > 60));
    await first.stop();
    const second = await installation.start();
    const rpc = client(second);
    const list = async () => (await rpc.listRuns({ cameraId: TEST_CAMERA })).runs;
    await until('a second run', async () => (await list()).length === 2);
    const before = await list();

    renameSync(join(installation.volume, TEST_CAMERA), join(installation.folder, 'away'));
    rmSync(join(installation.folder, 'away'), { recursive: true });
    await until('a new file', () => installation.runs().length === 1);
    await until('the rest forgotten', async () => {
      const ids = new Set((await list()).map(({ id }) => id));
      return ids.size > 0 && before.every(({ id }) => !ids.has(id));
    });
    assert.ok(gaps.includes('file-lost'), gaps.join());
    const { states } = await rpc.listRecordingStates({});
    assert.equal(states[0]?.lostFile?.how, 'missing');
    assert.ok((states[0]?.lostFile?.fromEpochMs ?? 0) <= (before[0]?.startEpochMs ?? 0) + 1);
    await second.stop();
    assert.deepEqual((await installation.check()).findings, []);
  });

  it('cut the index, or the file, that is being written: what is left is closed and kept', async (t) => {
    const installation = await Installation.open(t);
    installation.play();
    const service = await installation.start();
    const rpc = client(service);
    for (const cut of [indexPathOf, (path: string) => path]) {
      const from = installation.acknowledged().length;
      const run = await until('fragments', () => {
        const lines = installation.acknowledged().slice(from);
        return lines.find(
          ({ frames, path }) => frames > 150 && existsSync(join(installation.volume, path)),
        );
      });
      const path = cut(join(installation.volume, run.path));
      truncateSync(path, Math.floor(readFileSync(path).length * 0.8));
      await until('it is closed with what is left', async () => {
        const { run: row } = await rpc.getRun({ cameraId: TEST_CAMERA, runId: run.run });
        return row?.open === false;
      });
      const { run: row } = await rpc.getRun({ cameraId: TEST_CAMERA, runId: run.run });
      assert.ok((row?.endEpochMs ?? 0) > (row?.startEpochMs ?? 0));
      await until('another run', () => installation.acknowledged().at(-1)?.run !== run.run);
    }
    await service.stop();
    const { findings, runs } = await installation.check();
    // What was cut off is evidence that is gone: the next run shows it. A cut index loses nothing.
    const errors = findings.filter(({ severity }) => severity === 'error');
    assert.equal(errors.length, 1, JSON.stringify(errors));
    assert.match(errors[0]?.text ?? '', /does not chain from/);
    assert.equal(runs, 3);
  });

  it('unmount it: nothing is forgotten, although the folder is empty', async (t) => {
    const installation = await Installation.open(t);
    installation.play();
    const service = await installation.start();
    await until('frames', () => installation.acknowledged().some(({ frames }) => frames > 60));
    renameSync(installation.volume, `${installation.volume}.away`);
    mkdirSync(installation.volume);
    await until('missing', () => service.health().status === 'failing');
    const { runs } = await client(service).listRuns({ cameraId: TEST_CAMERA });
    assert.equal(runs.length, 1);
    assert.equal(
      existsSync(join(installation.volume, TEST_CAMERA)),
      false,
      'nothing in the folder',
    );
    rmSync(installation.volume, { recursive: true });
    renameSync(`${installation.volume}.away`, installation.volume);
    await until('recording again', () => installation.runs().length === 2);
  });

  it('record to it: the second system says so at once, in words, and goes on when the first ends', async (t) => {
    const installation = await Installation.open(t);
    installation.play();
    const first = await installation.start();
    await until('frames', () => installation.acknowledged().length > 0);
    const second = await installation.start('other');
    const { volumes } = await client(second).listVolumes({});
    assert.equal(volumes[0]?.state, 'in-use');
    assert.match(volumes[0]?.detail ?? '', /in use by another system: process \d+ on /);
    assert.match(volumes[0]?.detail ?? '', new RegExp(`${installation.folder}/storage`));
    assert.equal(second.health().status, 'failing');
    assert.equal(first.health().status, 'ok');
    const before = installation.acknowledged().length;
    await until('the first goes on', () => installation.acknowledged().length > before);
    await first.stop();
    await until('the second records', () => second.health().status === 'ok');
  });

  it('record to it from another machine that shares no locks: it is watched, and left alone', async (t) => {
    const installation = await Installation.open(t);
    installation.play();
    const owner = join(installation.volume, '.vms-owner');
    const record = { system: 'sys_other', host: 'nvr2', bootId: 'b', pid: 7, dataPath: '/d' };
    let beat = 1;
    const write = (): void => {
      writeFileSync(`${owner}.new`, JSON.stringify({ ...record, beat: beat++ }));
      renameSync(`${owner}.new`, owner);
    };
    // It began to use the volume after we did.
    const service = await installation.start();
    await until('frames', () => installation.acknowledged().length > 0);
    write();
    const beats = setInterval(write, 500);
    t.after(() => clearInterval(beats));
    const state = async () => (await client(service).listVolumes({})).volumes[0];
    await until('in use', async () => (await state())?.state === 'in-use');
    assert.match((await state())?.detail ?? '', /on nvr2, with its data in \/d/);
    const files = installation.runs().length;
    const writers = new Set<number>();
    await until('another writer gave way', () => {
      for (const pid of service.writerPids) writers.add(pid);
      // The second has ended by the time that there is a third.
      return writers.size > 2;
    });
    assert.equal(installation.runs().length, files);
    assert.equal((await state())?.state, 'in-use');
  });

  it('look at the age of what they lost no longer than an hour', async () => {
    const clock = new ManualClock();
    const watch = new RecordingWatch(clock);
    watch.lost(TEST_CAMERA, { path: 'p', how: 'missing', from: 1, to: 2 });
    clock.advance(LOSS_SHOWN_MS - 1);
    assert.equal(watch.lostFile(TEST_CAMERA)?.path, 'p');
    clock.advance(1);
    assert.equal(watch.lostFile(TEST_CAMERA), undefined);
    watch.lost(TEST_CAMERA, { path: 'p', how: 'missing', from: 1, to: DAY_MS });
    watch.unacknowledgedMs([]);
    assert.equal(watch.lostFile(TEST_CAMERA), undefined, 'a camera that is gone');
  });
});
