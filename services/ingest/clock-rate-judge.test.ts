import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import fc from 'fast-check';
import { CLOCK_RATES, ClockRateJudge, MAX_VERDICTS } from './clock-rate-judge.ts';
import { TimeLine, type TimeLineTrack } from './time-line.ts';

interface Arrival {
  /** Milliseconds of media. */
  readonly media: number;
  readonly at: number;
}

/** Frames of a steady camera, in order of arrival. */
function steady(count: number, intervalMs: number, delayOf: (i: number) => number): Arrival[] {
  let last = 0;
  return Array.from({ length: count }, (_, i) => {
    // What comes over one connection does not overtake.
    last = Math.max(last, i * intervalMs + delayOf(i));
    return { media: i * intervalMs, at: last };
  });
}

function rateAfter(declared: number, actual: number, frames: readonly Arrival[]): ClockRateJudge {
  const judge = new ClockRateJudge(declared);
  for (const { media, at } of frames) {
    judge.add(Math.round((media / 1000) * actual + 4_000_000_000) >>> 0, at);
  }
  return judge;
}

/** Pairs of rates that a window can tell apart. */
const FAR = CLOCK_RATES.flatMap((declared) =>
  CLOCK_RATES.filter((actual) => Math.abs(actual / declared - 1) > 0.4).map(
    (actual) => [declared, actual] as const,
  ),
);

test('quirk clock-units: a clock in other units is recognised within 2 s, whatever the jitter', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FAR),
      fc.constantFrom(20, 33.3, 40, 64, 100, 200),
      fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 100 }),
      ([declared, actual], interval, jitter) => {
        const count = Math.ceil(2_000 / interval);
        const frames = steady(count, interval, (i) => jitter[i % jitter.length] ?? 0);
        const { rate } = rateAfter(declared, actual, frames);
        // Jitter may hide which of two neighbours it is; it is never the one that is declared.
        assert.ok(Math.abs(rate / actual - 1) < 0.1, `${declared} for ${actual}: ${rate}`);
      },
    ),
    { numRuns: 500, seed: 20_261_129 },
  );
});

test('a right clock is never doubted: jitter, bursts, pauses, drift up to 1000 ppm, B-frames', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CLOCK_RATES),
      fc.constantFrom(10, 20, 33.3, 40, 66.7, 100, 500, 1_000, 2_000),
      fc.record({
        drift: fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
        burstMs: fc.integer({ min: 0, max: 15_000 }),
        burstPace: fc.constantFrom(0, 0.02, 0.1, 0.3),
        jitter: fc.array(fc.double({ min: 0, max: 300, noNaN: true }), {
          minLength: 1,
          maxLength: 200,
        }),
        pauses: fc.array(
          fc.record({
            at: fc.nat(400),
            ms: fc.integer({ min: 100, max: 30_000 }),
            isCamera: fc.boolean(),
          }),
          { maxLength: 3 },
        ),
        reorder: fc.constantFrom(0, 1, 2, 3),
      }),
      (rate, interval, { drift, burstMs, burstPace, jitter, pauses, reorder }) => {
        let lost = 0;
        let stalled = 0;
        const frames = steady(400, interval, (i) => {
          for (const { at, ms, isCamera } of pauses) {
            if (at !== i) continue;
            if (isCamera) lost += ms;
            else stalled = i * interval + ms;
          }
          const inBurst = Math.max(0, burstMs - i * interval) * (1 - burstPace);
          return (
            Math.max(inBurst, stalled - i * interval, 0) + lost + (jitter[i % jitter.length] ?? 0)
          );
        });
        const judge = new ClockRateJudge(rate);
        // The video of the same camera: sound comes over the same connection.
        const video = new ClockRateJudge(90_000);
        frames.forEach(({ at }, i) => {
          // A reference frame comes before those that are shown before it.
          const group = reorder + 1;
          const place = reorder === 0 ? i : i % group === 0 ? i + reorder : i - 1;
          let media = place * interval;
          for (const pause of pauses) if (pause.isCamera && place >= pause.at) media += pause.ms;
          video.add(Math.round(media * 90 * (1 + drift)) >>> 0, at);
          const { pace } = video;
          const units = Math.round((media / 1000) * rate * (1 + drift)) >>> 0;
          judge.add(units, at, pace === undefined ? [] : [pace]);
          assert.deepEqual([judge.rate, video.rate], [rate, 90_000], `frame ${i}`);
        });
      },
    ),
    { numRuns: 500, seed: 20_261_129 },
  );
});

test('sound that catches up together with the video is a matter of the network', () => {
  const judge = new ClockRateJudge(8_000);
  for (let i = 0; i < 200; i++) judge.add(i * 320, i * 20, [2]);
  assert.equal(judge.rate, 8_000);
  const alone = new ClockRateJudge(8_000);
  for (let i = 0; i < 200; i++) alone.add(i * 320, i * 20, [1]);
  assert.equal(alone.rate, 16_000);
});

test('a confirmed rate is not judged again, and verdicts are counted', () => {
  const judge = new ClockRateJudge(90_000);
  for (let i = 0; i < 50; i++) judge.add(i * 3600, i * 40);
  assert.ok(judge.isSettled);
  for (let i = 0; i < 200; i++) judge.add(180_000 + i * 40, 2_000 + i * 40);
  assert.equal(judge.rate, 90_000);
  const fickle = new ClockRateJudge(90_000);
  let units = 0;
  let changes = 0;
  for (let i = 0; i < 1_000; i++) {
    units += changes % 2 === 0 ? 40 : 3600;
    if (!fickle.add(units, i * 40)) continue;
    changes++;
    // Another rate from here on, after a leap, without which this one would be confirmed.
    units += 45_000;
  }
  assert.equal(changes, MAX_VERDICTS);
});

const VIDEO: TimeLineTrack = { kind: 'video', clockRate: 90_000, reorderFrames: 0 };

test('a rate that is found after frames were given away dates those that follow at once', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [VIDEO]);
  let steps = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 500; i++) {
    clock.advance(40);
    const { pts, wallClock, stepped } = line.stamp(0, i * 40, false);
    assert.ok(pts > last);
    last = pts;
    if (stepped) steps++;
    if (i >= 50) assert.ok(Math.abs(wallClock - clock.now()) < 5, `frame ${i}`);
  }
  assert.equal(steps, 1);
  assert.equal(line.rateOf(0), 1_000);
});
