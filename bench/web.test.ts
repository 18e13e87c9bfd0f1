import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreCount } from './measure.ts';
import { benchWeb, TAMPER_MS } from './web.ts';

const skip = coreCount() < 2 ? 'it needs two cores' : false;

test('openings are timed, and one that is held back on purpose shows', {
  skip,
  timeout: 180_000,
}, async () => {
  // Other tests run beside this one: its times say little, so only their order of size is looked at.
  const { cold, summary, warm } = await benchWeb({ openings: 2, tamper: true, acceptVoid: true });
  assert.deepEqual(Object.keys(summary), ['bench', 'jsKbGzip', 'firstVideoMs', 'longTasksMs']);
  assert.ok(summary.jsKbGzip > 10 && summary.jsKbGzip <= 150, `${summary.jsKbGzip} KB`);
  assert.deepEqual([cold.length, warm.length], [2, 2]);
  const [held, free] = cold;
  assert.ok(held !== undefined && held.firstVideoMs > TAMPER_MS, JSON.stringify(cold));
  assert.ok(free !== undefined && free.firstVideoMs > 0, JSON.stringify(cold));
  assert.equal(summary.firstVideoMs, Math.round(Math.max(held.firstVideoMs, free.firstVideoMs)));
});
