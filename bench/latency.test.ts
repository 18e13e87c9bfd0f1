import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchLatency, type LatencyBenchOptions } from './latency.ts';
import { coreCount } from './measure.ts';

/** Other tests run beside this one: its times say little, so only their order of size is looked at. */
const SHORT: LatencyBenchOptions = { samples: 75, connects: 2, tamper: false, acceptVoid: true };
const skip = coreCount() < 2 ? 'it needs two cores' : false;

test('pictures are timed from the camera to the screen', { skip, timeout: 180_000 }, async () => {
  const { connects, steady, summary } = await benchLatency(SHORT);
  assert.deepEqual(Object.keys(summary), [
    ...['bench', 'samples', 'wireToScreenP50Ms', 'wireToScreenP95Ms'],
    ...['serverAddedP95Ms', 'firstFrameP95Ms'],
  ]);
  assert.ok(summary.samples >= 75 / 2, `${summary.samples}`);
  assert.ok(summary.wireToScreenP50Ms > 0 && summary.wireToScreenP50Ms < 2000);
  assert.ok(summary.serverAddedP95Ms > 0);
  assert.ok(steady.serverAddedSamples >= 75 / 2, `${steady.serverAddedSamples}`);
  assert.equal(connects.length, 2);
  for (const { fromOffer, fromSession } of connects) assert.ok(fromSession > fromOffer);
});

test('a tampered run shows the picture that was dropped on purpose', {
  skip,
  timeout: 180_000,
}, async () => {
  const { steady } = await benchLatency({ ...SHORT, connects: 1, tamper: true });
  const { missingFrames, tamperedAt } = steady;
  assert.ok(tamperedAt !== undefined);
  // A picture that was half out when the order came is whole; the ledger may have grown by one since.
  const dropped = missingFrames.filter((index) => Math.abs(index - tamperedAt) <= 2);
  assert.ok(dropped.length >= 1, `${missingFrames} without ${tamperedAt}`);
});
