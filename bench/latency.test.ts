import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { benchLatency, type LatencyBenchOptions, type LatencyBenchResult } from './latency.ts';
import { coreCount } from './measure.ts';

/** Other tests may run beside this one. */
const SHORT: LatencyBenchOptions = {
  ...{ samples: 75, connects: 2, tamper: true },
  ...{ acceptVoid: true, attempts: 1, settleMs: 1500 },
};
/** A machine that had no time for the browser says nothing of the product: that is reported, and why. */
function isVoid(
  t: TestContext,
  { missingFrames, samples, voidBecause }: LatencyBenchResult['steady'],
): boolean {
  if (voidBecause === undefined) return false;
  t.skip(
    `void, because ${voidBecause}: ${samples} pictures timed, ${missingFrames.length} missing`,
  );
  return true;
}

const skip = coreCount() < 2 ? 'it needs two cores' : false;

test('pictures are timed from the camera to the screen, and the one that was dropped on purpose is missed', {
  skip,
  timeout: 180_000,
}, async (t) => {
  const { connects, steady, summary } = await benchLatency(SHORT);
  assert.deepEqual(Object.keys(summary), [
    ...['bench', 'samples', 'wireToScreenP50Ms', 'wireToScreenP95Ms'],
    ...['serverAddedP95Ms', 'firstFrameP95Ms'],
  ]);
  assert.ok(summary.samples > 0 && summary.wireToScreenP50Ms > 0 && summary.serverAddedP95Ms > 0);
  assert.equal(connects.length, 2);
  for (const { fromOffer, fromSession } of connects) assert.ok(fromSession > fromOffer);
  const { firstShown, lastShown, missingFrames, tampered } = steady;
  assert.ok(tampered !== undefined);
  const { from, to } = tampered;
  assert.ok(firstShown < from, `${firstShown} is not before ${from}`);
  // A browser that had no time may have ended before it.
  if (steady.voidBecause === undefined || to < lastShown) {
    const dropped = missingFrames.filter((index) => index >= from && index <= to);
    assert.ok(dropped.length >= 1, `${missingFrames} without one of ${from} to ${to}`);
  }
  if (isVoid(t, steady)) return;
  assert.ok(summary.samples >= 75 / 2, `${summary.samples}`);
  assert.ok(summary.wireToScreenP50Ms < 2000);
  assert.ok(steady.serverAddedSamples >= 75 / 2, `${steady.serverAddedSamples}`);
});
