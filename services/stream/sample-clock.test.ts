import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SampleClock } from './sample-clock.ts';

/** Of the random drifts and jumps: a failure comes again. */
const SEED = 20_261_130;
const RATE = 8_000;
const TOLERANCE = 800;
const options = { unit: 1, tolerance: TOLERANCE, maxSilence: 10 * RATE };

test('frames follow each other to the sample while their times are a little off', () => {
  const clock = new SampleClock(options);
  assert.deepEqual(clock.place(1000.4, 320), { start: 1000, silence: 0 });
  assert.deepEqual(clock.place(1320 + TOLERANCE, 320), { start: 1320, silence: 0 });
  assert.deepEqual(clock.place(1640 - TOLERANCE, 320), { start: 1640, silence: 0 });
});

test('a pause is filled, a longer one jumped, and what was passed in silence is left out', () => {
  const clock = new SampleClock(options);
  clock.place(0, 320);
  assert.deepEqual(clock.place(4000, 320), { start: 4000, silence: 3680 });
  assert.equal(clock.jumpsAt(4320 + 10 * RATE), false);
  assert.equal(clock.jumpsAt(4321 + 10 * RATE), true);
  assert.deepEqual(clock.place(4321 + 10 * RATE, 320), { start: 4321 + 10 * RATE, silence: 0 });
  const next = clock.next ?? 0;
  assert.equal(clock.pass(next + 2000), 2000);
  assert.equal(clock.place(next + 1000, 320), undefined);
  assert.deepEqual(clock.place(next + 1320, 320), { start: next + 2000, silence: 0 });
});

test('a codec of whole frames is filled with whole frames, as near as they come', () => {
  const clock = new SampleClock({ ...options, unit: 1024 });
  clock.place(0, 1024);
  assert.deepEqual(clock.place(1024 + 3000, 1024), { start: 1024 + 3072, silence: 3072 });
});

test('whatever the drift and the jumps: in time, never back, and never cut more than needed', () => {
  const jump = fc.record({
    at: fc.integer({ min: 0, max: 20_000 }),
    ms: fc.integer({ min: -3000, max: 3000 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.array(jump, { maxLength: 4 }),
      (ppm, jumps) => {
        const clock = new SampleClock(options);
        const frame = 320;
        let exact = 5 * RATE;
        let cut = 0;
        let end = Number.NEGATIVE_INFINITY;
        for (let n = 0; n < 20_000; n++) {
          for (const { at, ms } of jumps) if (at === n) exact += ms * 8;
          const place = clock.place(exact, frame);
          exact += frame * (1 + ppm * 1e-6);
          if (place === undefined) {
            cut += frame;
            continue;
          }
          assert.ok(place.start - place.silence >= end, 'goes back');
          end = place.start + frame;
          cut += place.silence;
          const off = Math.abs(place.start - (exact - frame * (1 + ppm * 1e-6)));
          assert.ok(off <= TOLERANCE, `${off} samples off`);
        }
        const drifted = Math.abs(ppm) * 1e-6 * 20_000 * frame;
        const jumped = jumps.reduce((sum, { ms }) => sum + Math.abs(ms) * 8, 0);
        assert.ok(cut <= drifted + jumped + (jumps.length + 1) * (frame + TOLERANCE), `${cut} cut`);
      },
    ),
    { numRuns: 30, seed: SEED },
  );
});
