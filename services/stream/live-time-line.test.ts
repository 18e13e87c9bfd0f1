import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpochMs, MonotonicMs } from '@vms/common/clock.ts';
import fc from 'fast-check';
import { LiveTimeLine, MAX_OFF_MS, type TimedFrame } from './live-time-line.ts';

const START = 900_000;
/** Of the random worlds: a failure comes again. */
const SEED = 20_261_130;
const HOUR_MS = 3_600_000;
/** Milliseconds by which ingest lets a track's wall clock be off before it steps it. */
const MAX_SLEWED_MS = 1_000;
/** What a live view may be off: ingest's slewing, and a frame of each track that was late when time stepped. */
const MAX_LIVE_OFF_MS = 3_000;

type Kind = 'video' | 'audio';

function frameAt(kind: Kind, wallClock: EpochMs, receivedAt: MonotonicMs | undefined): TimedFrame {
  const pts = 0;
  return {
    config: { kind },
    pts,
    dts: pts,
    wallClock,
    ...(receivedAt !== undefined && { receivedAt }),
  };
}

/** Something that happens on the way through days, `afterMs` behind what happened before. */
type Turn =
  | { readonly afterMs: number; readonly pauseMs: number; readonly of: Kind | 'both' }
  | { readonly afterMs: number; readonly stepMs: number };

interface World {
  readonly ppm: { readonly video: number; readonly audio: number };
  readonly jitterMs: number;
  readonly turns: readonly Turn[];
  readonly missing: Kind | undefined;
}

/**
 * Days as ingest stamps them: a track's wall clock is its camera's crystal, slewed and at last stepped
 * back to its arrival; a step of ours moves both. Frames are an hour apart but near something that
 * happens, where they come every 40 ms.
 */
function* days(world: World): Generator<{ kind: Kind; frame: TimedFrame; real: number }> {
  let real = 0;
  let step = 0;
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return seed / 0x7fff_ffff;
  };
  const pausedUntil = { video: 0, audio: 0 };
  const epoch = Date.UTC(2026, 10, 29);
  const beside = function* () {
    for (let n = 0; n < 40; n++) {
      for (const kind of ['video', 'audio'] as const) {
        if (kind === world.missing || real < pausedUntil[kind]) continue;
        // Ingest's slewing follows 500 ppm; what is left of a crystal's fault saws up to its limit.
        const left = (Math.max(0, Math.abs(world.ppm[kind]) - 500) * 1e-6 * real) % MAX_SLEWED_MS;
        const off = Math.sign(world.ppm[kind]) * left;
        const arrival = real + random() * world.jitterMs;
        yield { kind, frame: frameAt(kind, epoch + real + step + off, arrival), real };
      }
      real += 40;
    }
  };
  yield* beside();
  for (const turn of world.turns) {
    const end = real + turn.afterMs;
    while (real < end) {
      real += Math.min(HOUR_MS, end - real);
      yield* beside();
    }
    if ('stepMs' in turn) step += turn.stepMs;
    else {
      for (const kind of ['video', 'audio'] as const) {
        if (turn.of === 'both' || turn.of === kind) pausedUntil[kind] = real + turn.pauseMs;
      }
    }
    yield* beside();
  }
  yield* beside();
}

const turn = fc.oneof(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 30 * HOUR_MS }),
    pauseMs: fc.integer({ min: 100, max: 5 * HOUR_MS }),
    of: fc.constantFrom('video' as const, 'audio' as const, 'both' as const),
  }),
  fc.record({
    afterMs: fc.integer({ min: 0, max: 30 * HOUR_MS }),
    // Smaller steps are slewed by ingest.
    stepMs: fc.oneof(
      fc.integer({ min: -40 * HOUR_MS, max: -1_100 }),
      fc.integer({ min: 1_100, max: 40 * HOUR_MS }),
    ),
  }),
);
const world: fc.Arbitrary<World> = fc.record({
  ppm: fc.record({
    video: fc.integer({ min: -1000, max: 1000 }),
    audio: fc.integer({ min: -1000, max: 1000 }),
  }),
  jitterMs: fc.integer({ min: 0, max: 200 }),
  turns: fc.array(turn, { maxLength: 8 }),
  missing: fc.constantFrom<Kind | undefined>(undefined, undefined, 'video', 'audio'),
});

test('days of drift, pauses and steps of the clock stay in real time, and lips with the sound', () => {
  fc.assert(
    fc.property(world, (given) => {
      const line = new LiveTimeLine(START);
      const newest: Partial<Record<Kind, { ms: number; real: number }>> = {};
      for (const { kind, frame, real } of days(given)) {
        const ms = (line.decodeTime(frame) - START) / 90;
        assert.ok(Math.abs(ms - real) < MAX_LIVE_OFF_MS, `${kind} is off by ${ms - real} ms`);
        newest[kind] = { ms, real };
        const { video, audio } = newest;
        if (video === undefined || audio === undefined || video.real !== audio.real) continue;
        const apart = Math.abs(video.ms - audio.ms);
        // Each track is off by what ingest lets it be, and by what a jump may leave.
        const most = 2 * (MAX_SLEWED_MS + MAX_OFF_MS);
        assert.ok(apart <= most, `the tracks are ${apart} ms apart`);
      }
    }),
    { numRuns: 60, seed: SEED },
  );
});

test('tracks with good crystals stay together to the millisecond through steps of the clock', () => {
  const clean = world.map((given) => ({ ...given, ppm: { video: 90, audio: -90 }, jitterMs: 0 }));
  fc.assert(
    fc.property(clean, (given) => {
      const line = new LiveTimeLine(START);
      let video = { ms: 0, real: -1 };
      let last = Number.NEGATIVE_INFINITY;
      for (const { kind, frame, real } of days(given)) {
        const ms = (line.decodeTime(frame) - START) / 90;
        if (kind === 'video') {
          assert.ok(ms > last, 'times go on');
          last = ms;
          video = { ms, real };
        } else if (video.real === real) assert.ok(Math.abs(ms - video.ms) < 1);
      }
    }),
    { numRuns: 40, seed: SEED },
  );
});

test('one track never moves the other: the sound may stop, jump and come back', () => {
  const alone = new LiveTimeLine(START);
  const both = new LiveTimeLine(START);
  for (let n = 0; n < 5000; n++) {
    const at = n * 40;
    const frame = frameAt('video', at, at);
    assert.equal(both.decodeTime(frame), alone.decodeTime(frame));
    if (n < 1000 || n > 3000) both.decodeTime(frameAt('audio', at + (n % 7) * 300, at));
  }
});

test('without arrivals a jump forward is a pause, and one back goes on at once', () => {
  const line = new LiveTimeLine(START);
  assert.equal(line.decodeTime(frameAt('video', 5_000_000, undefined)), START);
  const paused = line.decodeTime(frameAt('video', 5_060_000, undefined));
  assert.equal(paused, START + 60_000 * 90);
  const back = line.decodeTime(frameAt('video', 1_000_000, undefined));
  assert.ok(back > paused && back - paused <= 90, `${back - paused} ticks`);
  assert.equal(line.decodeTime(frameAt('video', 1_000_040, undefined)), back + 3600);
});

test('the 32 bits of RTP and MP4 may wrap: times go on beyond them', () => {
  const line = new LiveTimeLine(START);
  let last = line.decodeTime(frameAt('video', 0, 0));
  for (let hour = 1; hour < 40; hour++) {
    const time = line.decodeTime(frameAt('video', hour * HOUR_MS, hour * HOUR_MS));
    assert.equal(time - last, HOUR_MS * 90);
    last = time;
  }
  assert.ok(last > 2 ** 33);
});
