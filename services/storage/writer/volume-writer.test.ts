import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '@vms/format/run-header.ts';
import { clipFrames, demoClip, FRAME_MS, TEST_CAMERA } from '../testing/clip-frames.ts';
import { readRun } from '../testing/read-run.ts';
import { MAIN, putIdentity, TICK_MS, VOLUME, WriterBench } from '../testing/writer-bench.ts';
import { MAX_CONFIGURATION_RUNS, MAX_FRAGMENT_FRAMES, MAX_PENDING_BYTES } from './bounds.ts';
import { FLUSH_LEAD_MS } from './rounds.ts';

const HOUR = 3_600_000;

function runAt(bench: WriterBench, i: number) {
  const path = bench.runs().at(i);
  assert.ok(path !== undefined, `there is no run ${i}`);
  return readRun(bench.disk, `${VOLUME}/${path}`);
}

test('frames become one run: acknowledged after the sync, closed on stop, every hash right', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 150, audio: true });
  await bench.play(frames);
  assert.equal(bench.of('opened').length, 1);
  const open = runAt(bench, 0);
  assert.equal(open.closing, undefined);
  await bench.writer.stop();
  assert.deepEqual(bench.runs(), [`${TEST_CAMERA}/2026-01-02/03-04-05.678Z-main.mkv`]);
  const run = runAt(bench, 0);
  assert.equal(run.frames.length, frames.length);
  assert.deepEqual(
    run.frames.map(({ time, keyframe, bytes }) => [time, keyframe, bytes]),
    frames.map(({ wallClock, keyframe, payload }) => [wallClock * 10, keyframe, payload.length]),
  );
  assert.equal(run.closing?.cause, 'stopped');
  assert.equal(run.fragments.filter(({ keyframe }) => keyframe).length, 3);
  const last = bench.acknowledged.at(-1);
  assert.equal(last?.frames, frames.length);
  assert.equal(last?.sequence, frames.at(-1)?.sequence);
  assert.equal(last?.hash, run.fragments.at(-1)?.hash);
  assert.equal(bench.disk.openFiles, 0);
  assert.equal(bench.writer.pendingBytes, 0);
  const closed = bench.of('closed')[0];
  assert.equal(closed?.run.bytes, bench.disk.content(`${VOLUME}/${closed?.run.path}`).length);
});

test('what came while a run waits for its other track is recorded where recording stops', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 20 });
  for (const frame of frames) bench.hub.publish(frame);
  await bench.writer.stop();
  assert.equal(runAt(bench, 0).frames.length, frames.length);
});

test('asks for what the link holds back before each round, and no more once it stops', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const begun = bench.clock.monotonic();
  await bench.tick(3);
  const asked = Array.from({ length: 3 }, (_, n) => begun + (n + 1) * TICK_MS - FLUSH_LEAD_MS);
  assert.deepEqual(bench.flushedAt, asked);
  await bench.writer.stop();
  await bench.tick(2);
  assert.deepEqual(bench.flushedAt, asked);
});

test('each line says what was durable when it was written', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 200 }));
  const { fragments } = runAt(bench, 0);
  assert.equal(fragments[0]?.durable, 0);
  const last = fragments.at(-1);
  const before = bench.acknowledged.at(-2);
  assert.ok(last !== undefined && last.durable > 0);
  assert.equal(last.durable, before?.bytes);
});

test('a run begins with a keyframe, and fragments are cut at keyframes', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 130, from: 20 });
  await bench.play(frames);
  await bench.writer.stop();
  const run = runAt(bench, 0);
  assert.equal(run.frames[0]?.keyframe, true);
  for (const fragment of run.fragments) assert.ok(fragment.length > 0);
  assert.equal(run.frames.length, 100);
});

test('a file an hour, staggered; the chain goes on from file to file', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const start = Date.UTC(2026, 0, 2, 3);
  for (let hour = 0; hour < 3; hour++) {
    await bench.play(
      clipFrames({ count: 100, start: start + hour * HOUR, sequence: hour * 100 }).map((frame) => ({
        ...frame,
        // Presentation times go on without a hole, so that only the hour ends the run.
        pts: frame.pts + hour * 100 * FRAME_MS * 90,
      })),
    );
  }
  await bench.writer.stop();
  const runs = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
  assert.deepEqual(
    runs.map((run) => run.identity.fileNumber),
    [1, 2, 3],
  );
  for (let i = 1; i < runs.length; i++) {
    const before = runs[i - 1]?.fragments.at(-1)?.hash;
    assert.equal(hex(runs[i]?.identity.previousHash ?? new Uint8Array()), before);
  }
});

test('a gap and a discontinuity begin another run', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const first = clipFrames({ count: 100 });
  const later = clipFrames({
    count: 50,
    start: (first.at(-1)?.wallClock ?? 0) + 20_000,
    discontinuity: true,
  });
  await bench.play([...first, ...later]);
  await bench.writer.stop();
  assert.equal(bench.runs().length, 2);
  assert.equal(runAt(bench, 0).closing?.cause, 'gap');
  assert.equal(runAt(bench, 1).frames.length, 50);
});

test('a step of the wall clock loses nothing: old run to the next keyframe, then a new one', async () => {
  for (const step of [HOUR, -HOUR, 15 * 24 * HOUR, -15 * 24 * HOUR]) {
    const bench = new WriterBench();
    bench.writer.assign([MAIN]);
    const frames = clipFrames({ count: 200, audio: true }).map((frame, i) =>
      i < 225 ? frame : { ...frame, wallClock: frame.wallClock + step },
    );
    await bench.play(frames);
    await bench.writer.stop();
    const runs = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
    runs.sort((a, b) => a.identity.fileNumber - b.identity.fileNumber);
    assert.equal(runs.length, 2, `step ${step}`);
    assert.equal(runs[0]?.closing?.cause, 'clock-step');
    const video = runs.flatMap((run) => run.frames.filter(({ track }) => track === 1));
    assert.equal(video.length, 200);
    const start = clipFrames({ count: 1 })[0]?.wallClock ?? 0;
    assert.ok((runs[0]?.closing?.wallClock ?? 0) < start + 10_000, 'the old run has no step in it');
    const first = runs[1]?.frames[0]?.time;
    assert.ok(frames.some(({ wallClock }, i) => i >= 225 && wallClock * 10 === first));
  }
});

test('a step of the wall clock within a long group of pictures stays out of the run', async () => {
  const groupFrames = 200;
  const intervalMs = 650;
  for (const step of [HOUR, -HOUR]) {
    const bench = new WriterBench();
    bench.writer.assign([MAIN]);
    const start = clipFrames({ count: 1 })[0]?.wallClock ?? 0;
    const frames = clipFrames({ count: groupFrames + 10 }).map((frame, i) => ({
      ...frame,
      pts: i * intervalMs * 90,
      dts: i * intervalMs * 90,
      wallClock: start + i * intervalMs + (i < 100 ? 0 : step),
      keyframe: i % groupFrames === 0,
      discontinuity: i === 100,
    }));
    await bench.play(frames);
    await bench.writer.stop();
    const runs = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
    runs.sort((a, b) => a.identity.fileNumber - b.identity.fileNumber);
    assert.deepEqual(
      runs.map((run) => run.frames.length),
      [groupFrames, 10],
      `step ${step}`,
    );
    assert.equal(runs[0]?.closing?.cause, 'clock-step');
    assert.equal(runs[0]?.closing?.wallClock, start + (groupFrames - 1) * intervalMs);
    assert.equal(runs[1]?.frames[0]?.time, (frames[groupFrames]?.wallClock ?? 0) * 10);
  }
});

test('a camera that gives a picture in 16 s is recorded in one run from its third picture on', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const start = clipFrames({ count: 1 })[0]?.wallClock ?? 0;
  const frames = clipFrames({ count: 12 }).map((frame, i) => ({
    ...frame,
    pts: i * 16_000 * 90,
    dts: i * 16_000 * 90,
    wallClock: start + i * 16_000,
    keyframe: true,
  }));
  for (const frame of frames) await bench.play([frame]);
  await bench.writer.stop();
  const runs = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
  runs.sort((a, b) => a.identity.fileNumber - b.identity.fileNumber);
  assert.deepEqual(
    runs.map((run) => run.frames.length),
    [1, 11],
  );
});

test('a name that is taken gets a suffix; nothing is overwritten', async () => {
  const bench = new WriterBench();
  const path = `${VOLUME}/${TEST_CAMERA}/2026-01-02/03-04-05.678Z-main`;
  bench.disk.put(`${path}.mkv`, 'held');
  bench.disk.put(`${path}-2.index.jsonl`, 'an index without its run');
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 50 }));
  await bench.writer.stop();
  assert.equal(bench.disk.content(`${path}.mkv`).toString(), 'held');
  assert.equal(readRun(bench.disk, `${path}-3.mkv`).frames.length, 50);
  assert.ok(!bench.disk.files.has(`${path}-2.mkv`));
});

test('a changed configuration begins a run; one that comes back becomes a track', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const { config } = demoClip();
  const other = { ...config, record: Uint8Array.from([...config.record, 0]) };
  // 20 GOPs of two seconds, each with the other configuration.
  const frames = clipFrames({ count: 1000 }).map((frame, i) => ({
    ...frame,
    config: Math.floor(i / 50) % 2 === 0 ? config : other,
  }));
  await bench.play(frames);
  await bench.writer.stop();
  const runs = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
  assert.equal(runs.length, 3);
  assert.deepEqual(
    runs.map((run) => run.identity.tracks.length),
    [1, 1, 2],
  );
  assert.equal(
    runs.reduce((sum, run) => sum + run.frames.length, 0),
    1000,
  );
  assert.equal(new Set(runs[2]?.frames.map(({ track }) => track)).size, 2);
});

test('audio that has stopped is not declared in the runs that follow, audio that goes on is', async () => {
  const all = clipFrames({ count: 1000, audio: true });
  const start = all[0]?.pts ?? 0;
  for (const [audioSeconds, declared] of [
    [5, [2, 1]],
    [19, [2, 2]],
    [0, [1, 1]],
  ] as const) {
    const bench = new WriterBench();
    bench.writer.assign([MAIN]);
    // A pause of the camera after 20 s begins another run.
    const frames = all
      .filter(({ config, pts }) => {
        return config.kind === 'video' || pts - start < audioSeconds * 90_000;
      })
      .map((frame) => {
        const seconds = (frame.pts - start) / 90_000;
        return seconds < 20 ? frame : { ...frame, discontinuity: seconds < 20.03 };
      });
    await bench.play(frames);
    await bench.writer.stop();
    assert.deepEqual(
      bench.runs().map((p) => readRun(bench.disk, `${VOLUME}/${p}`).identity.tracks.length),
      declared,
      `audio for ${audioSeconds} s`,
    );
  }
});

test('a camera with ever new configurations cannot fragment the volume', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const { config } = demoClip();
  const frames = clipFrames({ count: 50 * 28 }).map((frame, i) => ({
    ...frame,
    config: { ...config, record: Uint8Array.from([...config.record, Math.floor(i / 50)]) },
  }));
  await bench.play(frames);
  await bench.writer.stop();
  // The first run, those that may follow within a minute, then one after each 10 s of silence.
  assert.ok(bench.runs().length <= MAX_CONFIGURATION_RUNS + 1 + 4, `${bench.runs().length} runs`);
  assert.ok(bench.runs().length > MAX_CONFIGURATION_RUNS);
  assert.ok(bench.of('gap').some(({ cause }) => cause === 'configuration'));
});

test('a full volume keeps what waits, says so, and goes on by itself when there is room', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 100 });
  await bench.play(frames.slice(0, 50));
  bench.disk.capacity = 0;
  await bench.play(frames.slice(50));
  assert.equal(bench.writer.state, 'full');
  assert.deepEqual(
    bench.of('state').map(({ state }) => state),
    ['full'],
  );
  const held = runAt(bench, 0);
  bench.disk.capacity = Number.MAX_SAFE_INTEGER;
  await bench.tick(3);
  assert.equal(bench.writer.state, 'recording');
  await bench.writer.stop();
  assert.equal(bench.runs().length, 1);
  assert.equal(runAt(bench, 0).frames.length, 100);
  assert.ok(held.frames.length < 100);
});

test('short writes until the disk is full leave no torn fragment behind', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 150 });
  bench.disk.capacity = 200_000;
  await bench.play(frames);
  assert.equal(bench.writer.state, 'full');
  const run = runAt(bench, 0);
  const file = bench.disk.content(`${VOLUME}/${bench.runs()[0]}`);
  const last = run.fragments.at(-1);
  assert.equal(file.length, (last?.offset ?? 0) + (last?.length ?? 0));
  await bench.writer.stop();
});

test('an error of one file begins another with the current GOP; others are not disturbed', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 120 });
  await bench.play(frames.slice(0, 70));
  bench.disk.fail({ call: 'write', code: 'EIO', suffix: '.mkv', times: 1 });
  await bench.play(frames.slice(70, 80));
  bench.disk.heal();
  await bench.tick(3);
  await bench.play(frames.slice(80));
  await bench.writer.stop();
  assert.equal(bench.runs().length, 2);
  const first = runAt(bench, 0);
  const second = runAt(bench, 1);
  assert.equal(first.closing, undefined);
  assert.equal(second.identity.fileNumber, 2);
  // The GOP that began at frame 50 is recorded again in full: nothing is missing between the two.
  assert.equal(second.frames.length, 70);
  assert.equal(bench.of('gap')[0]?.cause, 'disk');
});

test('a failed sync is never repeated: nothing is acknowledged, new files are begun', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 100 });
  await bench.play(frames.slice(0, 60));
  const acknowledged = bench.acknowledged.length;
  bench.syncFails = true;
  await bench.play(frames.slice(60, 70));
  assert.equal(bench.acknowledged.length, acknowledged);
  assert.equal(bench.writer.state, 'failing');
  bench.syncFails = false;
  await bench.tick(3);
  await bench.play(frames.slice(70));
  await bench.writer.stop();
  assert.equal(bench.writer.state, 'recording');
  const second = runAt(bench, -1);
  assert.equal(second.frames.length, 50);
  assert.equal(hex(second.identity.previousHash), bench.acknowledged[acknowledged - 1]?.hash);
});

test('a volume whose identity vanished gets nothing, and is used again when it is back', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 150 });
  await bench.play(frames.slice(0, 50));
  const before = bench.disk.content(`${VOLUME}/${bench.runs()[0]}`).length;
  const identity = `${VOLUME}/volume.json`;
  const file = bench.disk.files.get(identity);
  bench.disk.remove(identity);
  await bench.play(frames.slice(50, 100));
  assert.equal(bench.writer.state, 'missing');
  assert.equal(bench.runs().length, 1);
  assert.equal(bench.disk.content(`${VOLUME}/${bench.runs()[0]}`).length, before);
  // Another disk at the same place is not this volume.
  putIdentity(bench.disk);
  await bench.tick(12);
  assert.equal(bench.writer.state, 'missing');
  assert.ok(file);
  bench.disk.files.set(identity, file);
  await bench.tick(12);
  await bench.play(frames.slice(100));
  assert.equal(bench.writer.state, 'recording');
  await bench.writer.stop();
});

test('a camera that is taken away has its file closed; given back, it gets the next number', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 50 }));
  bench.writer.assign([]);
  await bench.tick(3);
  assert.equal(runAt(bench, 0).closing?.cause, 'stopped');
  assert.equal(bench.disk.openFiles, 0);
  const first = bench.of('closed')[0]?.run;
  bench.writer.assign([
    { ...MAIN, fileNumber: first?.fileNumber ?? 0, lastHash: first?.lastHash ?? '' },
  ]);
  await bench.play(clipFrames({ count: 50, start: Date.UTC(2026, 0, 2, 4) }));
  await bench.writer.stop();
  const second = bench
    .runs()
    .map((path) => readRun(bench.disk, `${VOLUME}/${path}`))
    .find(({ identity }) => identity.fileNumber === 2);
  assert.equal(hex(second?.identity.previousHash ?? new Uint8Array()), first?.lastHash);
});

test('what waits for a full disk is bounded: the link is left to drop, and all goes on after', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 200 });
  await bench.play(frames.slice(0, 25));
  bench.disk.capacity = 0;
  const big = new Uint8Array(1024 * 1024);
  for (const frame of frames.slice(25, 150)) bench.hub.publish({ ...frame, payload: big });
  assert.ok(bench.writer.pendingBytes >= MAX_PENDING_BYTES);
  assert.ok(bench.writer.pendingBytes < MAX_PENDING_BYTES + 2 * big.length);
  bench.disk.capacity = Number.MAX_SAFE_INTEGER;
  await bench.tick(6);
  assert.equal(bench.writer.state, 'recording');
  await bench.play(frames.slice(150));
  await bench.writer.stop();
  assert.equal(bench.writer.pendingBytes, 0);
  const recorded = bench.runs().map((path) => readRun(bench.disk, `${VOLUME}/${path}`));
  assert.equal(
    recorded.reduce((sum, run) => sum + run.frames.length, 0),
    200,
  );
});

test('nothing of what was given up counts as waiting', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 60 }));
  bench.syncFails = true;
  for (let i = 0; i < 5; i++) {
    bench.hub.publish(
      clipFrames({ count: 1, start: Date.UTC(2026, 0, 3), sequence: 60 + i })[0] ?? fail(),
    );
    await bench.tick(20);
  }
  bench.syncFails = false;
  await bench.tick(20);
  assert.equal(bench.writer.state, 'recording');
  assert.equal(bench.writer.pendingBytes, 0);
  await bench.writer.stop();
});

test('a read-only volume is left alone between tries, and used when it can be written', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const frames = clipFrames({ count: 150 });
  await bench.play(frames.slice(0, 50));
  bench.disk.fail({ call: 'write', code: 'EROFS' });
  await bench.play(frames.slice(50, 100));
  assert.equal(bench.writer.state, 'failing');
  assert.match(bench.of('state')[0]?.detail ?? '', /read-only/);
  assert.equal(bench.disk.openFiles, 0);
  bench.disk.heal();
  await bench.tick(9);
  await bench.play(frames.slice(100));
  assert.equal(bench.writer.state, 'recording');
  await bench.writer.stop();
  assert.ok(runAt(bench, -1).frames.length >= 50);
});

test('a camera that ingest let go and takes again is recorded again', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 50 }));
  bench.hub.end(MAIN.camera, 'main');
  const start = Date.UTC(2026, 0, 2, 9);
  await bench.play(clipFrames({ count: 50, start, discontinuity: true, sequence: 50 }));
  await bench.writer.stop();
  assert.deepEqual(
    bench.runs().map((_, i) => runAt(bench, i).frames.length),
    [50, 50],
  );
});

test('a fragment has at most MAX_FRAGMENT_FRAMES', async () => {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  const [first] = clipFrames({ count: 1 });
  assert.ok(first);
  const payload = Uint8Array.of(0, 0, 0, 1, 0x41);
  for (let i = 0; i < MAX_FRAGMENT_FRAMES + 10; i++) {
    const keyframe = i === 0;
    const wallClock = first.wallClock + i / 10;
    bench.hub.publish({ ...first, payload, keyframe, wallClock, pts: i * 9, sequence: i });
  }
  await bench.tick(3);
  await bench.writer.stop();
  const { fragments } = runAt(bench, 0);
  assert.deepEqual(
    fragments.map(({ frames }) => frames),
    [MAX_FRAGMENT_FRAMES, 10],
  );
});

function fail(): never {
  throw new Error('there is no frame');
}
