import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { clipFrames } from '../testing/clip-frames.ts';
import { until } from '../testing/installation.ts';
import { MAIN, VOLUME, WriterBench } from '../testing/writer-bench.ts';
import {
  runVolumeTask,
  TASK_SILENCE_MS,
  type TaskMessage,
  type VolumeTask,
} from './volume-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'vms-task-'));
after(() => rmSync(folder, { recursive: true }));

async function collect(messages: AsyncIterable<TaskMessage>): Promise<TaskMessage[]> {
  const all: TaskMessage[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

async function perform(task: VolumeTask): Promise<TaskMessage[]> {
  const { signal } = new AbortController();
  return collect(runVolumeTask(task, { clock: systemClock, signal }));
}

/** A volume with one closed run, and one that was given up. */
async function record(): Promise<{ volume: string; paths: string[] }> {
  const volume = mkdtempSync(join(folder, 'volume-'));
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 60 }));
  const start = Date.UTC(2026, 0, 3);
  await bench.play(clipFrames({ count: 60, start, discontinuity: true, sequence: 200 }));
  await bench.tick(2);
  const paths = bench.runs();
  for (const name of paths.flatMap((path) => [path, indexPathOf(path)])) {
    mkdirSync(dirname(join(volume, name)), { recursive: true });
    writeFileSync(join(volume, name), bench.disk.content(`${VOLUME}/${name}`));
  }
  await bench.writer.stop();
  return { volume, paths };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a task on a volume, in a process of its own', () => {
  it('reads the indexes, and closes what was given up', async () => {
    const { volume, paths } = await record();
    const [indexed, done] = await perform({ kind: 'index', volume });
    assert.ok(indexed?.type === 'indexed' && done?.type === 'index-done');
    assert.deepEqual(
      indexed.runs.map(({ run, open }) => [run.path, open]),
      [
        [paths[0], false],
        [paths[1], true],
      ],
    );
    assert.deepEqual(done.skipped, []);
    const [repaired] = await perform({ kind: 'repair', volume, paths: [paths[1] ?? ''] });
    assert.ok(repaired?.type === 'repaired');
    assert.deepEqual(
      repaired.runs.map(({ path, frames }) => [path, frames]),
      [[paths[1], 60]],
    );
  });

  const program = (text: string): string => {
    const path = mkdtempSync(join(folder, 'program-'));
    writeFileSync(join(path, 'main.mjs'), text);
    return join(path, 'main.mjs');
  };
  const task: VolumeTask = { kind: 'index', volume: '/volume' };

  it('fails in words where the program fails or ends early', async () => {
    const { signal } = new AbortController();
    for (const [text, words] of [
      ['process.exit(3)', /it ended early/],
      ["process.send({ type: 'failed', message: 'EIO: read' })", /EIO: read/],
    ] as const) {
      const options = { clock: systemClock, signal, program: program(text) };
      await assert.rejects(collect(runVolumeTask(task, options)), words);
    }
  });

  it('is given up after TASK_SILENCE_MS without a word, and killed', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const options = {
      clock,
      signal,
      // What it says first is passed on as it is.
      program: program(
        "process.send({ type: 'indexed', runs: [process.pid] }); setInterval(() => {}, 1000);",
      ),
    };
    const messages = runVolumeTask(task, options);
    const { value: first } = await messages.next();
    assert.ok(first?.type === 'indexed');
    const pid = Number(first.runs[0]);
    let isOver = false;
    const next = messages.next().finally(() => {
      isOver = true;
    });
    next.catch(() => {});
    clock.advance(TASK_SILENCE_MS - 1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isOver, false, 'a millisecond before');
    assert.ok(isAlive(pid));
    clock.advance(1);
    await assert.rejects(next, /it said nothing/);
    await until('killed', () => !isAlive(pid));
  });

  it('ends at once when storage stops', async () => {
    const ending = new AbortController();
    const options = {
      clock: systemClock,
      signal: ending.signal,
      program: program('setInterval(() => {}, 1000)'),
    };
    const all = collect(runVolumeTask(task, options));
    ending.abort();
    await assert.rejects(all, /ended early/);
  });
});
