import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { DecodeOrder, MAX_REORDER_FRAMES } from './decode-order.ts';
import {
  MAX_SLEW,
  MAX_STEP_DELAY_MS,
  type Stamp,
  TimeLine,
  type TimeLineTrack,
} from './time-line.ts';
import { WATCHED_MS } from './track-ticks.ts';

const VIDEO: TimeLineTrack = { kind: 'video', clockRate: 90_000, reorderFrames: 0 };
const AUDIO: TimeLineTrack = { kind: 'audio', clockRate: 8_000, reorderFrames: 0 };
const FRAME_MS = 40;
const HOUR_FRAMES = 3_600_000 / FRAME_MS;

/** A camera of 25 frames a second and G.711 audio, on the clock of the test. */
class Camera {
  rtp = 0;
  audioRtp = 0;
  readonly clock: ManualClock;
  readonly line: TimeLine;

  constructor(tracks: readonly TimeLineTrack[] = [VIDEO]) {
    this.clock = new ManualClock();
    this.line = new TimeLine(this.clock, tracks);
  }

  video(keyframe: boolean): Stamp {
    this.clock.advance(FRAME_MS);
    this.rtp = (this.rtp + 3600) >>> 0;
    return { ...this.line.stamp(0, this.rtp, keyframe) };
  }

  audio(): Stamp {
    this.audioRtp += 320;
    return { ...this.line.stamp(1, this.audioRtp, true) };
  }
}

/** A repeatable number in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('presentation time survives the wrap of 32 bits and keeps the camera’s own steps', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  let rtp = 0xffff_ffff - 5 * 3600;
  let last = -1;
  for (let i = 0; i < 20; i++) {
    const { pts, dts } = line.stamp(0, rtp, i === 0);
    if (i > 0) assert.equal(pts - last, 3600);
    assert.equal(dts, pts);
    last = pts;
    rtp = (rtp + 3600) >>> 0;
    clock.advance(FRAME_MS);
  }
});

test('over ten hours a camera clock off by 80 ppm is followed by at most 500 ppm and ends within 10 ms', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  const random = randomNumbers(7);
  let camera = 0;
  let lastWall = Number.NEGATIVE_INFINITY;
  let lastPts = 0;
  let worst = 0;
  for (let i = 0; i < 10 * HOUR_FRAMES; i++) {
    const jitter = random() * 15;
    clock.advance(FRAME_MS - jitter);
    const before = clock.now() - (FRAME_MS - jitter);
    clock.advance(jitter);
    const { wallClock, pts, stepped } = line.stamp(0, Math.round(camera) >>> 0, i % 50 === 0);
    assert.equal(stepped, false);
    if (i > 0) {
      const media = (pts - lastPts) / 90;
      assert.ok(Math.abs(wallClock - lastWall - media) <= media * MAX_SLEW + 1e-3, `frame ${i}`);
    }
    if (i > HOUR_FRAMES) worst = Math.max(worst, Math.abs(wallClock - (before + FRAME_MS)));
    lastWall = wallClock;
    lastPts = pts;
    camera += FRAME_MS * 90 * (1 + 80e-6);
  }
  assert.ok(worst < 10, `the wall clock was ${worst} ms off`);
  assert.deepEqual(line.statistics, { outliers: 0, jumps: 0, steps: 0 });
});

test('audio and video of drifting crystals stay within 20 ms of each other for six hours', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO, AUDIO]);
  let worst = 0;
  for (let i = 0; i < 6 * HOUR_FRAMES; i++) {
    clock.advance(FRAME_MS);
    const video = (i * 3600 * (1 + 60e-6) + 123_456) >>> 0;
    const audio = (i * 320 * (1 - 90e-6) + 987_654_321) >>> 0;
    const atVideo = line.stamp(0, video, i % 50 === 0).wallClock;
    const atAudio = line.stamp(1, audio, true).wallClock;
    worst = Math.max(worst, Math.abs(atVideo - atAudio));
  }
  assert.ok(worst < 20, `audio and video were ${worst} ms apart`);
  assert.equal(line.statistics.steps, 0);
});

test('a track that begins later takes its place on the line of the first', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO, AUDIO]);
  const first = { ...line.stamp(0, 5_000, true) };
  clock.advance(700);
  const audio = line.stamp(1, 77, true);
  assert.equal(audio.pts - first.pts, 700 * 90);
  assert.ok(Math.abs(audio.wallClock - first.wallClock - 700) < 0.02);
});

test('late frames do not move the line: the shortest delay counts', () => {
  const camera = new Camera();
  const start = camera.clock.now();
  for (let i = 0; i < 500; i++) camera.video(i % 50 === 0);
  // The network holds everything for 5 s, then delivers it at once.
  camera.clock.advance(5_000);
  let wall = 0;
  for (let i = 0; i < 125; i++) {
    camera.rtp += 3600;
    const stamp = camera.line.stamp(0, camera.rtp, i % 50 === 0);
    assert.equal(stamp.stepped, false);
    wall = stamp.wallClock;
  }
  assert.ok(Math.abs(wall - start - 625 * FRAME_MS) < 1, `${wall - start}`);
});

test('a step of our clock by an hour waits for a keyframe, then moves audio and video together', () => {
  for (const step of [3_600_000, -3_600_000, 15 * 86_400_000]) {
    const camera = new Camera([VIDEO, AUDIO]);
    const { clock, line } = camera;
    for (let i = 0; i < 75; i++) {
      camera.video(i % 50 === 0);
      camera.audio();
    }
    clock.stepWall(step);
    let lastPts = 0;
    for (let i = 75; i < 100; i++) {
      const stamp = camera.video(false);
      assert.equal(stamp.stepped, false);
      assert.ok(Math.abs(stamp.wallClock - (clock.now() - step)) < 1);
      assert.equal(camera.audio().stepped, false);
      lastPts = stamp.pts;
    }
    const video = camera.video(true);
    assert.equal(video.stepped, true);
    assert.equal(video.pts - lastPts, 3600, 'presentation time does not step');
    assert.ok(Math.abs(video.wallClock - clock.now()) < 1);
    const sound = camera.audio();
    assert.equal(sound.stepped, true);
    assert.ok(Math.abs(sound.wallClock - clock.now()) < 1);
    assert.equal(camera.video(true).stepped, false);
    assert.equal(line.statistics.steps, 1);
  }
});

test('a step of our clock waits at most MAX_STEP_DELAY_MS where no keyframe comes', () => {
  const camera = new Camera();
  camera.video(true);
  camera.clock.stepWall(60_000);
  let waited = 0;
  while (!camera.video(false).stepped) waited += FRAME_MS;
  assert.ok(Math.abs(waited - MAX_STEP_DELAY_MS) <= FRAME_MS, `${waited}`);
});

test('a step of half a second is slewed, never stepped', () => {
  const camera = new Camera();
  for (let i = 0; i < 100; i++) camera.video(i % 50 === 0);
  camera.clock.stepWall(500);
  let error = 500;
  let last = camera.video(false).wallClock;
  // 500 ms at 500 ppm take 1000 s.
  for (let i = 0; i < 1_010_000 / FRAME_MS; i++) {
    const stamp = camera.video(i % 50 === 0);
    assert.equal(stamp.stepped, false);
    assert.ok(stamp.wallClock - last <= FRAME_MS * (1 + MAX_SLEW) + 1e-3);
    last = stamp.wallClock;
    error = camera.clock.now() - stamp.wallClock;
  }
  assert.ok(Math.abs(error) < 1, `${error}`);
});

function advance(clock: ManualClock, rtp: number): number {
  clock.advance(FRAME_MS);
  return (rtp + 3600) >>> 0;
}

test('quirk 18: a single timestamp that is hours off is replaced by its arrival', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  let rtp = 1_000_000;
  let last = 0;
  for (let i = 0; i < 300; i++) {
    rtp = advance(clock, rtp);
    const lie = i % 60 === 30 ? (i % 120 === 30 ? 3 * 3_600 * 90_000 : -5 * 3_600 * 90_000) : 0;
    const { pts, stepped } = line.stamp(0, (rtp + lie) >>> 0, i % 50 === 0);
    assert.equal(stepped, false);
    if (i > 0) assert.equal(pts - last, 3600, `frame ${i}`);
    last = pts;
  }
  assert.deepEqual(line.statistics, { outliers: 5, jumps: 0, steps: 0 });
});

test('a camera clock that really jumps is bridged: no jump of presentation time, no step', () => {
  for (const jump of [7_200 * 90_000, -7_200 * 90_000, -4 * 90_000]) {
    const clock = new ManualClock();
    const line = new TimeLine(clock, [VIDEO]);
    let rtp = 2_000_000_000;
    let last = 0;
    for (let i = 0; i < 300; i++) {
      rtp = advance(clock, rtp);
      if (i === 120) rtp = (rtp + jump) >>> 0;
      const { pts, wallClock } = line.stamp(0, rtp, i % 50 === 0);
      if (i > 0) assert.equal(pts - last, 3600, `frame ${i}`);
      assert.ok(Math.abs(wallClock - clock.now()) < 1);
      last = pts;
    }
    assert.deepEqual(line.statistics, { outliers: 1, jumps: 1, steps: 0 });
  }
});

test('a camera whose clock runs at a wrong rate is stamped by arrival after a few steps', () => {
  for (const rate of [0.8, 1.25]) {
    const clock = new ManualClock();
    const line = new TimeLine(clock, [VIDEO]);
    let rtp = 0;
    let worst = 0;
    for (let i = 0; i < HOUR_FRAMES; i++) {
      clock.advance(FRAME_MS);
      rtp += 3600 * rate;
      const { wallClock } = line.stamp(0, Math.round(rtp) >>> 0, i % 50 === 0);
      if (i > HOUR_FRAMES / 2) worst = Math.max(worst, Math.abs(wallClock - clock.now()));
    }
    assert.ok(worst < 100, `rate ${rate}: ${worst} ms off`);
    assert.ok(line.statistics.steps <= 5, `rate ${rate}: ${line.statistics.steps} steps`);
  }
});

test('timestamps of no use are not followed: one for all, milliseconds, from 0 with each keyframe', () => {
  const kinds: Readonly<Record<string, (frame: number) => number>> = {
    'one for all': () => 1234,
    milliseconds: (frame) => frame * FRAME_MS,
    'from 0 with each keyframe': (frame) => (frame % 25) * 3600,
  };
  for (const [name, timestampOf] of Object.entries(kinds)) {
    const clock = new ManualClock();
    const line = new TimeLine(clock, [VIDEO]);
    let last = -1;
    for (let frame = 0; frame < 40 * 25; frame++) {
      clock.advance(FRAME_MS);
      const { pts, wallClock } = line.stamp(0, timestampOf(frame), frame % 25 === 0);
      if (frame < (2 * WATCHED_MS) / FRAME_MS + 30) {
        last = pts;
        continue;
      }
      assert.ok(
        Math.abs(wallClock - clock.now()) < 500,
        `${name}: ${wallClock - clock.now()} ms off`,
      );
      assert.ok(pts > last, name);
      last = pts;
    }
    assert.ok(line.statistics.steps <= 1, name);
  }
});

test('frames in pairs of one timestamp are shown one after the other', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  let last = { pts: -1, dts: -1 };
  for (let frame = 0; frame < 1000; frame++) {
    clock.advance(FRAME_MS);
    const { pts, dts } = line.stamp(0, Math.floor(frame / 2) * 7200, frame % 50 === 0);
    assert.ok(pts > last.pts && dts > last.dts && dts <= pts, `frame ${frame}`);
    last = { pts, dts };
  }
  assert.deepEqual([line.reorderFrames(0), line.statistics.steps], [0, 0]);
});

test('a congested link is not mistaken for a clock that stands still', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  let rtp = 0;
  let last = 0;
  // Twelve seconds in which a tenth of what is sent comes through, and then the rest of it at once.
  for (let frame = 0; frame < 2000; frame++) {
    clock.advance(frame < 500 || frame >= 800 ? FRAME_MS : frame < 530 ? 10 * FRAME_MS : 0);
    rtp += 3600;
    const { pts } = line.stamp(0, rtp, frame % 50 === 0);
    if (frame > 0) assert.equal(pts - last, 3600, `frame ${frame}`);
    last = pts;
  }
});

test('a pause in which the camera sent nothing stays a pause', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  const before = { ...line.stamp(0, 0, true) };
  clock.advance(20_000);
  const after = line.stamp(0, 20_000 * 90, true);
  assert.equal(after.pts - before.pts, 20_000 * 90);
  assert.equal(line.statistics.outliers, 0);
});

/** Presentation order of a GOP pattern in decode order, in frames. */
const PATTERNS: Readonly<Record<string, { order: readonly number[]; depth: number }>> = {
  'I P P P': { order: [0, 1, 2, 3, 4, 5, 6, 7], depth: 0 },
  'I P B B': { order: [0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11], depth: 1 },
  'I P B(ref) b b': { order: [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11], depth: 2 },
};

for (const [name, { order, depth }] of Object.entries(PATTERNS)) {
  test(`decode times of ${name} rise and never pass the presentation time, when declared`, () => {
    const decode = new DecodeOrder();
    decode.declare(depth);
    let last = Number.NEGATIVE_INFINITY;
    for (const frame of order) {
      const dts = decode.next(frame * 3600);
      assert.ok(dts > last && dts <= frame * 3600, `${dts} of ${frame * 3600}`);
      last = dts;
    }
  });

  test(`decode times of ${name} rise and settle within two groups, when learnt`, () => {
    const decode = new DecodeOrder();
    let last = Number.NEGATIVE_INFINITY;
    for (let gop = 0; gop < 10; gop++) {
      for (const frame of order) {
        const pts = (gop * order.length + frame) * 3600;
        const dts = decode.next(pts);
        assert.ok(dts > last);
        if (gop >= 2) assert.ok(dts <= pts, `${dts} of ${pts}`);
        last = dts;
      }
    }
    assert.equal(decode.depth, depth);
  });
}

test('the reorder depth is bounded by MAX_REORDER_FRAMES, whatever a stream declares or does', () => {
  const decode = new DecodeOrder(99);
  decode.declare(1_000);
  assert.equal(decode.depth, MAX_REORDER_FRAMES);
  const random = randomNumbers(1);
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 1_000; i++) {
    const dts = decode.next(Math.floor(random() * 1_000_000));
    assert.ok(dts > last);
    last = dts;
  }
  assert.equal(decode.depth, MAX_REORDER_FRAMES);
});

test('B-frames keep presentation times of the camera and do not look like outliers', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  const { order } = PATTERNS['I P B B'] ?? { order: [] };
  for (let gop = 0; gop < 20; gop++) {
    for (const frame of order) {
      clock.advance(FRAME_MS);
      const at = (gop * order.length + frame) * 3600;
      const { pts } = line.stamp(0, at, frame === 0);
      assert.equal(pts - FRAME_MS * 90, at);
    }
  }
  assert.equal(line.reorderFrames(0), 1);
  assert.deepEqual(line.statistics, { outliers: 0, jumps: 0, steps: 0 });
});

/** The same, of groups that refer to the one before: the first picture is shown behind the two that follow it. */
const OPEN = [2, 0, 1, 5, 3, 4, 8, 6, 7, 11, 9, 10];

/** Groups in order of decoding; each tenth begins with a jump back. Gives what was shown and how far off. */
function jumpBack(order: readonly number[], backMs: number) {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  const shown: number[] = [];
  let back = 0;
  let jumps = 0;
  let offset: number | undefined;
  let worst = 0;
  for (let group = 0; group < 100; group++) {
    if (group > 0 && group % 10 === 0 && backMs > 0) {
      back += backMs * 90;
      jumps++;
    }
    for (const [at, frame] of order.entries()) {
      clock.advance(FRAME_MS);
      const place = group * order.length + frame;
      const rtp = (1e9 + place * 3600 - back) >>> 0;
      const { pts, wallClock } = line.stamp(0, rtp, at === 0);
      shown[place] = pts;
      offset ??= wallClock - place * FRAME_MS;
      worst = Math.max(worst, Math.abs(wallClock - place * FRAME_MS - offset));
    }
  }
  const isInOrder = shown.every((pts, at) => at === 0 || pts > (shown[at - 1] ?? 0));
  return { line, jumps, worst, isInOrder };
}

for (const [name, { order, depth }] of Object.entries(PATTERNS)) {
  test(`timestamps of ${name} that go back by less than 2 s at keyframes are bridged`, () => {
    for (const backMs of [0, 500, 1_500, 1_990]) {
      const { line, jumps, worst, isInOrder } = jumpBack(order, backMs);
      assert.ok(isInOrder, `${backMs} ms: pictures are shown in their order`);
      // Pictures that are sent ahead of those shown before them draw the clock by as much.
      assert.ok(worst < 4 * FRAME_MS, `${backMs} ms: the wall clock is ${worst} ms off`);
      assert.equal(line.reorderFrames(0), depth);
      assert.deepEqual(line.statistics, { outliers: jumps, jumps, steps: 0 });
    }
  });
}

test('timestamps of open groups are left alone, and bridged where they go back', () => {
  const still = jumpBack(OPEN, 0);
  assert.ok(still.isInOrder);
  assert.deepEqual(still.line.statistics, { outliers: 0, jumps: 0, steps: 0 });
  const { line, jumps, worst } = jumpBack(OPEN, 1_500);
  assert.deepEqual(line.statistics, { outliers: jumps, jumps, steps: 0 });
  assert.ok(worst < 1_000, `the wall clock is ${worst} ms off`);
});

test('a keyframe alone whose timestamp goes back is replaced by its arrival', () => {
  const camera = new Camera();
  let last = 0;
  for (let i = 0; i < 300; i++) {
    camera.video(false);
    if (i % 50 !== 25) continue;
    camera.clock.advance(FRAME_MS);
    camera.rtp += 3600;
    const { pts } = camera.line.stamp(0, (camera.rtp - 90 * 700) >>> 0, true);
    const next = camera.video(false);
    assert.equal(next.pts - pts, 3600);
    assert.ok(pts > last);
    last = pts;
  }
  assert.deepEqual(camera.line.statistics, { outliers: 6, jumps: 0, steps: 0 });
});
