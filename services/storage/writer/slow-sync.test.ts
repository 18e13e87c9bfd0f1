import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkVolume } from '../catalogue/check.ts';
import { clipFrames } from '../testing/clip-frames.ts';
import { readRun } from '../testing/read-run.ts';
import { MAIN, TICK_MS, VOLUME, WriterBench } from '../testing/writer-bench.ts';

const FRAMES_A_TICK = 13;

/** A bench in whose second round the sync is stuck until `goOn`. */
async function stuck(): Promise<{ bench: WriterBench; goOn: () => Promise<void> }> {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 50 }));
  const { promise, resolve } = Promise.withResolvers<void>();
  bench.syncWaits = promise;
  const round = tick(bench, 50);
  return {
    bench,
    async goOn() {
      bench.syncWaits = undefined;
      resolve();
      await round;
    },
  };
}

/** Frames of one tick, and the tick; resolves with its commit round. */
function tick(bench: WriterBench, from: number): Promise<void> {
  for (const frame of clipFrames({ count: from + FRAMES_A_TICK }).slice(from)) {
    bench.hub.publish(frame);
  }
  bench.clock.advance(TICK_MS);
  return bench.writer.commit();
}

const framesIn = (bench: WriterBench): number =>
  readRun(bench.disk.copy(), `${VOLUME}/${bench.runs().at(-1)}`).frames.length;

describe('a sync that takes longer than a tick', () => {
  it('keeps nothing in memory: a killed process loses one tick, however slow its disk is', async () => {
    const { bench, goOn } = await stuck();
    const acknowledged = bench.acknowledged.length;
    for (let i = 1; i <= 4; i++) {
      void tick(bench, 50 + i * FRAMES_A_TICK);
      assert.equal(framesIn(bench), 50 + (i + 1) * FRAMES_A_TICK);
    }
    assert.equal(bench.acknowledged.length, acknowledged, 'nothing of it is called safe');
    assert.ok(bench.writer.pendingBytes > 0);
    await goOn();
    assert.equal(bench.acknowledged.at(-1)?.frames, 50 + FRAMES_A_TICK, 'what its sync covered');
    await bench.tick();
    assert.equal(bench.acknowledged.at(-1)?.frames, 50 + 5 * FRAMES_A_TICK);
    const last = bench.of('acknowledged').at(-1);
    assert.ok(Number(last?.ageMs) >= 4 * TICK_MS, `${last?.ageMs} ms`);
    await bench.writer.stop();
    assert.deepEqual(
      checkVolume({ disk: bench.disk, volume: VOLUME, rows: undefined }).findings,
      [],
    );
  });

  it('is acknowledged with the length that the file had when it began', async () => {
    const { bench, goOn } = await stuck();
    const [path = ''] = bench.runs();
    const before = bench.disk.content(`${VOLUME}/${path}`).length;
    void tick(bench, 50 + FRAMES_A_TICK);
    assert.ok(bench.disk.content(`${VOLUME}/${path}`).length > before);
    await goOn();
    assert.equal(bench.acknowledged.at(-1)?.bytes, before);
    await bench.tick();
    const run = readRun(bench.disk, `${VOLUME}/${path}`);
    assert.ok(run.fragments.every(({ durable }) => durable <= before));
    await bench.writer.stop();
  });

  it('holds no closing line over a trailer that is not durable', async () => {
    const { bench, goOn } = await stuck();
    bench.writer.assign([]);
    for (let i = 0; i < 3; i++) {
      bench.clock.advance(TICK_MS);
      void bench.writer.commit();
      assert.equal(readRun(bench.disk, `${VOLUME}/${bench.runs()[0]}`).closing, undefined);
    }
    await goOn();
    assert.equal(readRun(bench.disk, `${VOLUME}/${bench.runs()[0]}`).closing, undefined);
    await bench.tick();
    assert.equal(bench.of('closed').length, 0, 'the trailer is durable now');
    await bench.tick();
    assert.equal(bench.of('closed').length, 1);
    assert.equal(bench.disk.openFiles, 0);
  });

  it('does not keep what waits from the files of a writer that is told to stop', async () => {
    const { bench, goOn } = await stuck();
    for (const frame of clipFrames({ count: 80 }).slice(63)) bench.hub.publish(frame);
    const stopped = bench.writer.stop();
    assert.equal(framesIn(bench), 80, 'it may be killed at any moment now');
    await goOn();
    await stopped;
    assert.equal(bench.of('closed')[0]?.run.frames, 80);
    assert.deepEqual(
      checkVolume({ disk: bench.disk, volume: VOLUME, rows: undefined }).findings,
      [],
    );
  });

  it('that fails leaves nothing of what was written behind it acknowledged', async () => {
    const { bench, goOn } = await stuck();
    const acknowledged = bench.acknowledged.length;
    void tick(bench, 50 + FRAMES_A_TICK);
    bench.syncFails = true;
    await goOn();
    assert.equal(bench.writer.state, 'failing');
    assert.equal(bench.acknowledged.length, acknowledged);
    assert.equal(bench.of('gap')[0]?.frames, 2 * FRAMES_A_TICK);
    assert.equal(bench.disk.openFiles, 0);
    bench.syncFails = false;
    await bench.tick(4);
    await bench.writer.stop();
  });
});
